"""A run in a folder as others see it: read-only, without its integrand, also while it goes on."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from iflow import archive
from iflow.batch import Batch
from iflow.checkpoint.folder import Folder
from iflow.checkpoint.manifest import Manifest
from iflow.checkpoint.tape import read_batch

if TYPE_CHECKING:
    from iflow.proposal import Proposal
    from iflow.result import Result
    from iflow.several.results import Results


@dataclass(frozen=True)
class StoredBatch:
    """A batch as it is on disk.

    Args:
      number: in the order of drawing, from 1.
      phase: "survey", "training" or "measurement".
      proposal: name of what it was drawn from.
      neval: evaluations of the run up to its end.
      batch: points, f and density.
    """

    number: int
    phase: str
    proposal: str
    neval: int
    batch: Batch


class Run:
    """What a folder holds of a run; every look is at the files as they are then.

    Args:
      folder: of the run.

    Attributes:
      manifest: what was asked.
    """

    def __init__(self, folder: Folder):
        self._folder, self.manifest = folder, Manifest.read(folder.run)

    @property
    def options(self) -> Mapping[str, Any]:
        """The options, by the keywords of `iflow.integrate`."""
        return self.manifest.options

    @property
    def name(self) -> str:
        """What the integrand is called."""
        return self.manifest.name

    @property
    def names(self) -> tuple[str, ...]:
        """Of the coordinates of a point."""
        return tuple(self.manifest.names)

    @property
    def result(self) -> Result | Results | None:
        """The result as of the latest stored state; None where weights were too large for a float."""
        (result,) = self._of_state("result")
        return result

    @property
    def proposal(self) -> Proposal | None:
        """What is measured with; None before the preparation is done. A flow brings in TensorFlow."""
        n_prepared, seal = self._of_state("n_prepared", "prepared_seal")
        if not n_prepared:
            return None
        (proposal,) = archive.read(self._folder.prepared(n_prepared), ("proposal",), seal=seal)
        return proposal

    def batches(self) -> Iterator[StoredBatch]:
        """Yields every stored batch in order; damaged ones, and those of another run, are left out."""
        for number in self._folder.batch_numbers():
            found = read_batch(self._folder.batch(number))
            if found is not None:
                batch, stored = found
                if str(stored["run"]) != self.manifest.key:
                    continue
                phase, proposal = str(stored["phase"]), str(stored["proposal"])
                yield StoredBatch(number, phase, proposal, int(stored["neval"]), batch)

    def _of_state(self, *names: str) -> list[Any]:
        """Returns values of the latest stored state; a ValueError where it is of another run."""
        *found, key = archive.read(self._folder.state, (*names, "of"))
        if key != self.manifest.key:
            raise ValueError(
                f"{str(self._folder.state)!r} is of another run than {str(self._folder.run)!r}: put back the "
                "one that belongs to it"
            )
        return found


def open_run(checkpoint: str | os.PathLike[str]) -> Run:
    """Returns a view of the run in a folder.

    Args:
      checkpoint: the folder.

    Raises:
      FileNotFoundError: if there is no run in it.
      ValueError: if its files are damaged, or of another format.
    """
    folder = Folder(checkpoint)
    folder.require_run()
    return Run(folder)
