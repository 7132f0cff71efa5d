"""A cut along an axis, such as one on a transverse momentum."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

_NEAREST, _FURTHEST = 0.05, 0.6


@dataclass(frozen=True)
class Cut:
    """Falls exponentially on each axis, and is 0 below a cut on one of them.

        f(x) = exp(-slope (x_1 + ... + x_dim)) theta(x_j - cut) / normalisation

    Args:
      dim: number of coordinates.
      slope: 0 for a step between constants.
      seed: chooses the axis and the place of the cut.
    """

    dim: int
    slope: float
    seed: int

    @cached_property
    def _axis_and_place(self) -> tuple[int, float]:
        rng = np.random.default_rng(self.seed)
        return int(rng.integers(self.dim)), float(rng.uniform(_NEAREST, _FURTHEST))

    @property
    def exact(self) -> float:
        """1 by construction."""
        return 1.0

    @property
    def volumes(self) -> tuple[float]:
        """What is cut off."""
        return (self._axis_and_place[1],)

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Returns the values, [n]."""
        kept = self._integral(self._axis_and_place[1]) * self._integral(0.0) ** (self.dim - 1)
        values: np.ndarray = np.where(self._is_cut(x), 0.0, np.exp(-self.slope * x.sum(axis=1)) / kept)
        return values

    def shows(self, x: np.ndarray) -> np.ndarray:
        """Returns which points are cut off, [n, 1]."""
        return self._is_cut(x)[:, np.newaxis]

    def _is_cut(self, x: np.ndarray) -> np.ndarray:
        axis, place = self._axis_and_place
        return x[:, axis] < place

    def _integral(self, start: float) -> float:
        """Returns that of one axis from a place to its end."""
        if not self.slope:
            return 1.0 - start
        return (math.exp(-self.slope * start) - math.exp(-self.slope)) / self.slope
