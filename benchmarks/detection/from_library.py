"""Structures of the library's own families with a knob."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

import integrands
from benchmarks.detection.normal import ball, density, volume_above
from integrands.peaks import centres

_N_PEAKS = 3


@dataclass(frozen=True)
class Peaks:
    """Three equal Gaussian peaks on nothing; each is a structure, and a point shows it above its average."""

    dim: int
    width: float
    seed: int

    @cached_property
    def _f(self) -> integrands.Integrand:
        return integrands.get("peaks", self.dim, count=_N_PEAKS, width=self.width, seed=self.seed)

    @cached_property
    def exact(self) -> float:
        """Near 1."""
        return _exact(self._f)

    @property
    def volumes(self) -> tuple[float, ...]:
        """Of a ball for each."""
        return (volume_above(_N_PEAKS, self.dim, self.width),) * _N_PEAKS

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Returns the values, [n]."""
        return self._f(x)

    def shows(self, x: np.ndarray) -> np.ndarray:
        """Returns where one peak alone is at least 1, [n, 3]."""
        places = centres(self.dim, _N_PEAKS, self.seed)
        return np.stack([density(x, each, self.width) >= _N_PEAKS for each in places], axis=1)


@dataclass(frozen=True)
class Ridge:
    """A Gaussian smeared along the long diagonal."""

    dim: int
    width: float

    @cached_property
    def _f(self) -> integrands.Integrand:
        return integrands.get("ridge", self.dim, width=self.width)

    @cached_property
    def exact(self) -> float:
        """Near 1."""
        return _exact(self._f)

    @property
    def volumes(self) -> tuple[float]:
        """Of a tube around the diagonal; the caps at its ends are left out."""
        across, length = self.dim - 1, math.sqrt(self.dim)
        log_ratio = -across * math.log(self.width * math.sqrt(2.0 * math.pi)) - math.log(length)
        return (length * ball(across, self.width * math.sqrt(max(2.0 * log_ratio, 0.0))),)

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Returns the values, [n]."""
        return self._f(x)

    def shows(self, x: np.ndarray) -> np.ndarray:
        """Returns where f is at least 1, [n, 1]."""
        return (self._f(x) >= 1.0)[:, np.newaxis]


@dataclass(frozen=True)
class TopHat:
    """A box at a random place, zero outside."""

    dim: int
    volume: float
    seed: int

    @cached_property
    def _f(self) -> integrands.Integrand:
        return integrands.get("top_hat", self.dim, volume=self.volume, seed=self.seed)

    @property
    def exact(self) -> float:
        """Volume times height."""
        return _exact(self._f)

    @property
    def volumes(self) -> tuple[float]:
        """The box."""
        return (self.volume,)

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Returns the values, [n]."""
        return self._f(x)

    def shows(self, x: np.ndarray) -> np.ndarray:
        """Returns which points are inside, [n, 1]."""
        return (self._f(x) > 0.0)[:, np.newaxis]


def _exact(f: integrands.Integrand) -> float:
    if f.exact is None:
        raise ValueError(f"the study needs an exact value, and {f} has none; choose other parameters")
    return f.exact
