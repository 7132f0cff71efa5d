"""What the study asks of an integrand, and what makes a family of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

_MARGIN = 0.15  # no structure is centred nearer to a face


class Structured(Protocol):
    """A function on the unit cube, x [n, dim] -> [n], with structures that a point may show or not."""

    @property
    def dim(self) -> int:
        """Number of coordinates."""

    @property
    def exact(self) -> float:
        """Its integral."""

    @property
    def volumes(self) -> tuple[float, ...]:
        """Volume in which each structure shows, [k]; nan where it is not known."""

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Returns the values, [n]."""

    def shows(self, x: np.ndarray) -> np.ndarray:
        """Returns which points show which structure, bool [n, k].

        A point shows a structure when what it adds to f is at least as much as all the rest of f there,
        and at least 1, to which integrals are scaled.
        """


@dataclass(frozen=True)
class Family:
    """Integrands of one kind that a knob makes harder and harder.

    Args:
      name: what tables call it.
      knob: what is turned.
      values: of the knob, from easy to hard.
      dims: numbers of coordinates.
      make: builds the member of (dim, value of the knob, seed); the seed places its structure.
    """

    name: str
    knob: str
    values: tuple[float, ...]
    dims: tuple[int, ...]
    make: Callable[[int, float, int], Structured]


def place(dim: int, seed: int) -> np.ndarray:
    """Returns a point of the cube away from its faces, [dim]."""
    return np.random.default_rng(seed).uniform(_MARGIN, 1.0 - _MARGIN, dim)


def two_places(dim: int, seed: int, apart: float) -> tuple[np.ndarray, np.ndarray]:
    """Returns two such points, at least `apart` (below half the side of the cube) from each other."""
    rng = np.random.default_rng(seed)
    while True:
        first, second = rng.uniform(_MARGIN, 1.0 - _MARGIN, (2, dim))
        if np.linalg.norm(first - second) >= apart:
            return first, second
