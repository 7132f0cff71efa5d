"""A batch of evaluated points."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from iflow.statistics.estimate import Accumulator, Estimate


@dataclass(frozen=True)
class Batch:
    """Points, the integrand there, and the density they were drawn from.

    Args:
      x: points of the user's region, float64 [n, dim].
      y: the same as points of the unit cube, [n, dim].
      sign: sign of f, [n].
      log_f: log(|f| |dx/dy|), what a density on the unit cube is compared with, [n]; -inf where f = 0.
      log_q: log density on the unit cube, [n].
    """

    x: np.ndarray
    y: np.ndarray
    sign: np.ndarray
    log_f: np.ndarray
    log_q: np.ndarray

    @property
    def log_weight(self) -> np.ndarray:
        """log|w| of the weights w = f/q, [n]; -inf where f = 0."""
        return self.log_f - self.log_q

    def __len__(self) -> int:
        """Returns the number of points."""
        return len(self.sign)

    def rows(self, start: int, end: int) -> Batch:
        """Returns the points from number start to number end - 1."""
        return Batch(*(getattr(self, f.name)[start:end] for f in fields(self)))

    def estimate(self) -> Estimate:
        """Returns the estimate from this batch alone."""
        accumulator = Accumulator()
        accumulator.add(self.sign, self.log_weight)
        return accumulator.estimate()

    def heaviest(self, n: int) -> Batch:
        """Returns the n points of largest |f| and the n of largest weight, each once."""
        rows = np.union1d(np.argsort(self.log_f)[-n:], np.argsort(self.log_weight)[-n:])
        return Batch(*(getattr(self, f.name)[rows] for f in fields(self)))


def concatenate(batches: list[Batch]) -> Batch:
    """Returns the points of several batches as one."""
    return Batch(*(np.concatenate([getattr(batch, f.name) for batch in batches]) for f in fields(Batch)))
