"""A batch of evaluated points."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from iflow.statistics.estimate import Accumulator, Estimate


@dataclass(frozen=True)
class Batch:
    """Points, the integrand there, and the density they were drawn from.

    Args:
      x: points of the user's region, float64 [n, dim].
      y: the same as points of the unit cube, [n, dim].
      sign: sign of f, [n].
      log_f: log(|f| |dx/dy|), what a density on the unit cube is compared with, [n]; -inf where f = 0. Of
        several integrals it is their norm that proposals learn.
      log_q: log density on the unit cube, [n].
      components: f_k |dx/dy| of several integrals, [n, k]; None for a single one.
      omitted: why points count as 0 whatever f is there, a `Reason` or 0, uint8 [n]; None where any such
        point ends the run.
    """

    x: np.ndarray
    y: np.ndarray
    sign: np.ndarray
    log_f: np.ndarray
    log_q: np.ndarray
    components: np.ndarray | None = None
    omitted: np.ndarray | None = None

    @property
    def log_weight(self) -> np.ndarray:
        """log|w| of the weights w = f/q, [n]; -inf where f = 0."""
        return self.log_f - self.log_q

    @property
    def weights(self) -> np.ndarray | None:
        """The weights f_k/q of several integrals, [n, k]; None for a single one."""
        if self.components is None:
            return None
        with np.errstate(over="ignore"):  # told by whoever sums them
            # Row by row, however f laid out its values: their order in memory is that of sums.
            return np.ascontiguousarray(self.components * np.exp(-self.log_q)[:, np.newaxis])

    def __len__(self) -> int:
        """Returns the number of points."""
        return len(self.sign)

    def rows(self, start: int, end: int) -> Batch:
        """Returns the points from number start to number end - 1."""
        return self.take(slice(start, end))

    def estimate(self, log_unit: float = 0.0) -> Estimate:
        """Returns the estimate from this batch alone, in units of exp(log_unit)."""
        accumulator = Accumulator()
        accumulator.add(self.sign, self.log_weight)
        return accumulator.estimate(log_unit)

    def slim(self) -> Batch:
        """Returns the same without what takes no part in learning: points of the region, components.

        Points that were omitted are learned from like any others where f is 0.
        """
        return replace(self, x=np.empty((0, 0)), components=None, omitted=None)

    def of_density(self, log_density: np.ndarray | None) -> Batch:
        """Returns the same made of latents that have a density, its logarithm [n]; None where it is 1."""
        return self if log_density is None else replace(self, log_q=self.log_q + log_density)

    def extremes(self, n: int, n_ends: int) -> Batch:
        """Returns the most extreme points, each once, without components.

        Args:
          n: points of largest |f|, and of largest |w|.
          n_ends: points of lowest w, and of highest.
        """
        weight = self.log_weight
        ordered = np.lexsort((self.sign * np.where(self.sign == 0.0, 0.0, weight), self.sign))
        rows = (np.argsort(self.log_f)[-n:], np.argsort(weight)[-n:], ordered[:n_ends], ordered[-n_ends:])
        return replace(self, components=None).take(np.unique(np.concatenate(rows)))

    def take(self, rows: Any) -> Batch:
        """Returns the points of these numbers, integer [m] or a slice, in this order."""
        columns = [getattr(self, f.name) for f in fields(self)]
        taken: Any = (column if column is None else column[rows] for column in columns)
        return Batch(*taken)


def concatenate(batches: list[Batch]) -> Batch:
    """Returns the points of several batches as one."""
    columns = {f.name: [getattr(batch, f.name) for batch in batches] for f in fields(Batch)}
    if any(batch.omitted is not None for batch in batches):  # before a run was resumed, points ended it
        columns["omitted"] = [
            np.zeros(len(batch), np.uint8) if batch.omitted is None else batch.omitted for batch in batches
        ]
    joined: Any = (None if column[0] is None else np.concatenate(column) for column in columns.values())
    return Batch(*joined)
