"""A run as it was recorded: what a page about it needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from iflow.batch import Batch, concatenate
from iflow.point_cloud import PointCloud

if TYPE_CHECKING:
    from iflow.result import Result
    from iflow.several.results import Results


class Recorded(Protocol):
    """A batch of a run."""

    @property
    def phase(self) -> str:
        """Of the run."""

    @property
    def proposal(self) -> str:
        """Name of what its points were drawn from."""

    @property
    def batch(self) -> Batch:
        """Its points."""


class RunView(Protocol):
    """The record of a run, finished or not."""

    @property
    def result(self) -> Result | Results | None:
        """The result as of the latest record; None where a float cannot hold it."""

    @property
    def options(self) -> Mapping[str, Any]:
        """The options of the run by name."""

    @property
    def names(self) -> Sequence[str] | None:
        """Of the axes; None where they have none."""

    def batches(self) -> Iterator[Recorded]:
        """Yields the batches in the order of evaluation."""


def latest_points(view: RunView, most: int) -> PointCloud | None:
    """Returns points of the batches that were drawn last, in one phase from one proposal; None without any.

    After the measurement has begun those are its points. Of more than `most`, a random choice: every
    second point of a net, say, would be half of the region.

    Args:
      view: of the run.
      most: points at most, >= 1.
    """
    rng = np.random.default_rng(0)
    latest: tuple[str, str] | None = None
    kept: Batch | None = None
    keys = np.empty(0)
    for recorded in view.batches():
        batch = recorded.batch
        if (recorded.phase, recorded.proposal) != latest:
            latest, kept, keys = (recorded.phase, recorded.proposal), None, np.empty(0)
        keys = np.concatenate([keys, rng.random(len(batch))])
        kept = batch if kept is None else concatenate([kept, batch])
        if len(keys) > most:
            rows = np.sort(np.argpartition(keys, most)[:most])
            keys, kept = keys[rows], kept.take(rows)
    return None if kept is None or not len(kept) else PointCloud.of(kept, names=view.names)
