"""A discontinuity: a corner of the cube behind a step."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

_SHARE = 0.5


@dataclass(frozen=True)
class Corner:
    """Half of the integral lies in a box at a corner of the cube, the other half is spread over the rest.

        f(x) = 1/(2 volume) in the box, 1/(2 (1 - volume)) elsewhere

    Args:
      dim: number of coordinates.
      volume: of the box.
      seed: chooses the corner.
    """

    dim: int
    volume: float
    seed: int

    @cached_property
    def _is_upper(self) -> np.ndarray:
        return np.random.default_rng(self.seed).random(self.dim) < 0.5

    @property
    def exact(self) -> float:
        """1 by construction."""
        return 1.0

    @property
    def volumes(self) -> tuple[float]:
        """The box."""
        return (self.volume,)

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Returns the values, [n]."""
        return np.where(self._inside(x), _SHARE / self.volume, (1.0 - _SHARE) / (1.0 - self.volume))

    def shows(self, x: np.ndarray) -> np.ndarray:
        """Returns which points are in the box, [n, 1]."""
        return self._inside(x)[:, np.newaxis]

    def _inside(self, x: np.ndarray) -> np.ndarray:
        away = np.where(self._is_upper, 1.0 - x, x)
        inside: np.ndarray = (away < self.volume ** (1.0 / self.dim)).all(axis=1)
        return inside
