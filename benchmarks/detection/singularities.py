"""Integrable singularities; from a power of 1/2 on the variance of plain Monte Carlo is infinite.

A point shows a singularity where f is above its mean. Only on few points is that not so for any of them,
and the volume in which it is so is not asked for: it is nan.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from benchmarks.detection.structured import place

_NEVER_ZERO = 1e-300  # a distance that rounding made 0: f stays finite there


@dataclass(frozen=True)
class _Singularity:
    """What they share: an integral of 1."""

    dim: int
    power: float

    exact = 1.0
    volumes = (math.nan,)

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Returns the values, [n]."""
        raise NotImplementedError

    def shows(self, x: np.ndarray) -> np.ndarray:
        """Returns where f is above its mean, [n, 1]."""
        return (self(x) > 1.0)[:, np.newaxis]


@dataclass(frozen=True)
class AtEdges(_Singularity):
    """f(x) = prod_i (1 - power) x_i^-power."""

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Returns the values, [n]."""
        values: np.ndarray = np.prod((1.0 - self.power) * x**-self.power, axis=1)
        return values


@dataclass(frozen=True)
class AtFirstEdge(_Singularity):
    """f(x) = (1 - power) x_1^-power: a heavy tail in one coordinate, the others are idle."""

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Returns the values, [n]."""
        values: np.ndarray = (1.0 - self.power) * x[:, 0] ** -self.power
        return values


@dataclass(frozen=True)
class Inside(_Singularity):
    """f(x) = prod_i |x_i - c_i|^-power / Z, with c at a random place inside."""

    seed: int = 0

    @cached_property
    def _centre(self) -> np.ndarray:
        return place(self.dim, self.seed)

    @cached_property
    def _norm(self) -> float:
        """Z = prod_i [c_i^(1 - power) + (1 - c_i)^(1 - power)] / (1 - power)."""
        left, c = 1.0 - self.power, self._centre
        return float(np.prod((c**left + (1.0 - c) ** left) / left))

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Returns the values, [n]."""
        distance = np.maximum(np.abs(x - self._centre), _NEVER_ZERO)
        values: np.ndarray = np.prod(distance**-self.power, axis=1) / self._norm
        return values


@dataclass(frozen=True)
class OnDiagonal(_Singularity):
    """f(x) = |x_1 - x_2|^-power / Z, which no map that works axis by axis flattens; other axes are idle."""

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Returns the values, [n]; Z = 2 / ((1 - power) (2 - power))."""
        norm = 2.0 / ((1.0 - self.power) * (2.0 - self.power))
        distance = np.maximum(np.abs(x[:, 0] - x[:, 1]), _NEVER_ZERO)
        values: np.ndarray = distance**-self.power / norm
        return values


@dataclass(frozen=True)
class Logarithmic(_Singularity):
    """f(x) = prod_i (-log x_i)^power / Gamma(power + 1)."""

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Returns the values, [n]."""
        values: np.ndarray = np.prod((-np.log(x)) ** self.power / math.gamma(self.power + 1.0), axis=1)
        return values
