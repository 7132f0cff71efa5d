"""Narrow parts on a background that alone looks like a finished integral."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from benchmarks.detection.normal import density, integral, volume_above
from benchmarks.detection.structured import place, two_places

_WIDTH_BESIDE = 0.1  # of the peak that hides a needle
_APART = 0.3
_WIDTH_CANCELLED = 0.05


@dataclass(frozen=True)
class Needle:
    """f(x) = 1 - share + share N(x; c, width): a needle on a plain, for a negative share a hole in it."""

    dim: int
    width: float
    share: float
    seed: int

    @cached_property
    def _centre(self) -> np.ndarray:
        return place(self.dim, self.seed)

    @property
    def exact(self) -> float:
        """Closed form."""
        return 1.0 - self.share + self.share * integral(self._centre, self.width)

    @property
    def _least(self) -> float:
        """The density from which on the needle is at least as high as the plain, and 1."""
        return max(1.0, 1.0 - self.share) / abs(self.share)

    @property
    def volumes(self) -> tuple[float]:
        """Of a ball."""
        return (volume_above(self._least, self.dim, self.width),)

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Returns the values, [n]."""
        return 1.0 - self.share + self.share * density(x, self._centre, self.width)

    def shows(self, x: np.ndarray) -> np.ndarray:
        """Returns where the needle is at least as high as the plain, and 1, [n, 1]."""
        return (density(x, self._centre, self.width) >= self._least)[:, np.newaxis]


@dataclass(frozen=True)
class NeedleBesidePeak:
    """f(x) = (1 - share) N(x; a, 0.1) + share N(x; c, width): whoever learns the peak looks away from c."""

    dim: int
    width: float
    share: float
    seed: int

    @cached_property
    def _places(self) -> tuple[np.ndarray, np.ndarray]:
        return two_places(self.dim, self.seed, _APART)

    @property
    def exact(self) -> float:
        """Closed form."""
        peak, needle = self._places
        return (1.0 - self.share) * integral(peak, _WIDTH_BESIDE) + self.share * integral(needle, self.width)

    @property
    def volumes(self) -> tuple[float]:
        """Of the ball in which the needle is at least 1."""
        return (volume_above(1.0 / self.share, self.dim, self.width),)

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Returns the values, [n]."""
        peak, needle = self._parts(x)
        return peak + needle

    def shows(self, x: np.ndarray) -> np.ndarray:
        """Returns where the needle is at least 1 and as high as the peak, [n, 1]."""
        peak, needle = self._parts(x)
        return (needle >= np.maximum(peak, 1.0))[:, np.newaxis]

    def _parts(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        peak, needle = self._places
        return (
            (1.0 - self.share) * density(x, peak, _WIDTH_BESIDE),
            self.share * density(x, needle, self.width),
        )


@dataclass(frozen=True)
class Cancellation:
    """f(x) = N(x; a, 0.05) - ratio N(x; b, 0.05): two peaks that all but cancel."""

    dim: int
    ratio: float
    seed: int

    @cached_property
    def _places(self) -> tuple[np.ndarray, np.ndarray]:
        return two_places(self.dim, self.seed, _APART)

    @property
    def exact(self) -> float:
        """Closed form, near 1 - ratio."""
        plus, minus = (integral(each, _WIDTH_CANCELLED) for each in self._places)
        return plus - self.ratio * minus

    @property
    def volumes(self) -> tuple[float, float]:
        """Of a ball for each peak."""
        return (
            volume_above(1.0, self.dim, _WIDTH_CANCELLED),
            volume_above(1.0 / self.ratio, self.dim, _WIDTH_CANCELLED),
        )

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Returns the values, [n]."""
        plus, minus = self._parts(x)
        return plus - minus

    def shows(self, x: np.ndarray) -> np.ndarray:
        """Returns where each peak alone is at least 1, [n, 2]."""
        return np.stack([part >= 1.0 for part in self._parts(x)], axis=1)

    def _parts(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        plus, minus = (density(x, each, _WIDTH_CANCELLED) for each in self._places)
        return plus, self.ratio * minus
