"""The distribution of weights, as a histogram that a stream can fill."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class WeightHistogram:
    """Counts of |w| / |mean| in bins of equal width in log10.

    Args:
      edges: bin edges in units of the mean weight, [bins + 1]; empty when nothing was measured.
      counts: weights in each bin, [bins].
      n_zero: weights that are exactly 0.
    """

    edges: np.ndarray
    counts: np.ndarray
    n_zero: int


class WeightHistogrammer:
    """Counts weights by their logarithm; the bins are laid out around the first batch's mean."""

    _DECADES_BELOW, _DECADES_ABOVE, _BINS_A_DECADE = 12, 6, 20

    def __init__(self) -> None:
        bins = (self._DECADES_BELOW + self._DECADES_ABOVE) * self._BINS_A_DECADE
        self._counts = np.zeros(bins, dtype=np.int64)
        self._n_zero = 0
        self._log_unit: float | None = None

    def add(self, log_weight: np.ndarray) -> None:
        """Counts weights given as log|w|, [n]; -inf where w = 0. The outermost bins take the rest."""
        kept = log_weight[np.isfinite(log_weight)]
        self._n_zero += len(log_weight) - len(kept)
        if not len(kept):
            return
        if self._log_unit is None:
            largest = kept.max()
            self._log_unit = float(largest + math.log(np.exp(kept - largest).mean()))
        decades = (kept - self._log_unit) / math.log(10.0) + self._DECADES_BELOW
        index = np.clip(decades * self._BINS_A_DECADE, 0, len(self._counts) - 1).astype(int)
        self._counts += np.bincount(index, minlength=len(self._counts))

    def histogram(self, mean: float, log_unit: float = 0.0) -> WeightHistogram:
        """Returns the counts so far, with edges in units of |mean| exp(log_unit)."""
        if self._log_unit is None or mean == 0.0:
            return WeightHistogram(np.empty(0), np.empty(0, dtype=np.int64), self._n_zero)
        decades = np.arange(len(self._counts) + 1) / self._BINS_A_DECADE - self._DECADES_BELOW
        offset = (self._log_unit - log_unit - math.log(abs(mean))) / math.log(10.0)
        return WeightHistogram(10.0 ** (decades + offset), self._counts.copy(), self._n_zero)
