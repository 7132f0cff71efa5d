"""How much of the volume points at which f raised stand for."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class SkippedShare:
    """The share of the unit cube in which f raises, as so many points tell it.

    Args:
      n: points.
      n_skipped: how many of them were skipped.
      share: sum of 1/q over those that were, over n; unbiased wherever the points came from.
      sdev: its standard error, of independent points; 0 where none was skipped, which tells nothing.
      effective: as many points of equal 1/q would tell it as well; what the error itself can be trusted by.
    """

    n: int
    n_skipped: int
    share: float
    sdev: float
    effective: float


class SkippedSums:
    """Sums 1/q over points that were skipped; what any number of them say is added and merged.

    The weight of a point where f raises is 1/q(x) for the volume, as it is f(x)/q(x) for the integral: a
    proposal that has learned to keep away from there, because f seemed to be 0, makes such points rare, each
    of which then stands for much.
    """

    def __init__(self) -> None:
        self._n, self._n_skipped = 0, 0
        self._first, self._second = 0.0, 0.0
        self._log_largest = -math.inf

    def add(self, skipped: np.ndarray, log_q: np.ndarray, log_f: np.ndarray | None = None) -> None:
        """Adds points.

        Args:
          skipped: which of them were skipped, bool [n].
          log_q: log density that they were drawn from, on the unit cube, [n].
          log_f: log(|f| |dx/dy|), [n]; None where it does not matter.
        """
        with np.errstate(over="ignore"):
            volume = np.exp(-log_q[skipped])
            self._first += float(volume.sum())
            self._second += float(np.square(volume).sum())
        self._n += len(skipped)
        self._n_skipped += len(volume)
        if log_f is not None:
            self._log_largest = max(self._log_largest, float(log_f.max(initial=-math.inf)))

    def merge(self, other: SkippedSums) -> None:
        """Adds everything that another has summed."""
        self._n += other._n
        self._n_skipped += other._n_skipped
        self._first += other._first
        self._second += other._second
        self._log_largest = max(self._log_largest, other._log_largest)

    @property
    def log_largest(self) -> float:
        """Logarithm of the largest |f| |dx/dy| that was seen; -inf where it was 0 everywhere."""
        return self._log_largest

    def share(self) -> SkippedShare:
        """Returns what was found so far."""
        n = max(self._n, 1)
        share = self._first / n
        variance = max(0.0, self._second / n - share * share) / max(n - 1, 1)
        effective = self._first**2 / self._second if 0.0 < self._second < math.inf else 0.0
        return SkippedShare(self._n, self._n_skipped, share, math.sqrt(variance), effective)
