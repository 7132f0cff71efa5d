"""The distribution of weights, as a histogram that a stream can fill."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

_BINS_A_DECADE, _DECADES_BELOW, _DECADES_ABOVE = 20, 12, 6
_BINS_A_UNIT = _BINS_A_DECADE / math.log(10.0)
# So many bins below the largest weight are told apart, more than there are between floats: logarithms of
# weights know no bounds, memory does.
_MOST_BINS = 1 << 14
# Beyond it not every integer is a float.
_MOST_EXTREME = 2.0**53


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
    """Counts weights by their logarithm, in bins of a twentieth of a decade that never change.

    Bin b is around 10^(b / 20). The counts depend neither on how the stream was cut into batches nor on
    their order.
    """

    def __init__(self) -> None:
        self._bins = np.empty(0, dtype=np.int64)
        self._counts = np.empty(0, dtype=np.int64)
        self._n_zero = 0

    @classmethod
    def of(cls, log_weight: np.ndarray) -> WeightHistogrammer:
        """Returns the counts of one batch, log|w|, [n]; -inf where w = 0."""
        made = cls()
        kept = log_weight[np.isfinite(log_weight)]
        made._n_zero = len(log_weight) - len(kept)
        if len(kept):
            bins = _bins_of(kept)
            lowest = max(int(bins.min()), int(bins.max()) - _MOST_BINS + 1)
            counts = np.bincount(np.maximum(bins - lowest, 0))
            filled = np.flatnonzero(counts)
            made._bins, made._counts = filled + lowest, counts[filled]
        return made

    def add(self, log_weight: np.ndarray) -> None:
        """Counts weights given as log|w|, [n]; -inf where w = 0."""
        self.merge(WeightHistogrammer.of(log_weight))

    def merge(self, other: WeightHistogrammer) -> None:
        """Adds everything that another has counted."""
        self._n_zero += other._n_zero
        self._put(np.concatenate([self._bins, other._bins]), np.concatenate([self._counts, other._counts]))

    def histogram(self, mean: float, log_unit: float = 0.0) -> WeightHistogram:
        """Returns the counts so far, with edges in units of |mean| exp(log_unit).

        The bins reach from 12 decades below that to 6 above; the outermost ones take the rest.
        """
        if not len(self._bins) or mean == 0.0 or not math.isfinite(mean):
            return WeightHistogram(np.empty(0), np.empty(0, dtype=np.int64), self._n_zero)
        log_mean = math.log(abs(mean)) + log_unit
        n = (_DECADES_BELOW + _DECADES_ABOVE) * _BINS_A_DECADE
        first = round(log_mean * _BINS_A_UNIT) - _DECADES_BELOW * _BINS_A_DECADE
        counts = np.zeros(n, dtype=np.int64)
        np.add.at(counts, np.clip(self._bins - first, 0, n - 1), self._counts)
        decades = (first + np.arange(n + 1) - 0.5) / _BINS_A_DECADE - log_mean / math.log(10.0)
        return WeightHistogram(10.0**decades, counts, self._n_zero)

    def _put(self, bins: np.ndarray, counts: np.ndarray) -> None:
        """Makes these counts its own; a bin may be there twice."""
        if len(bins):
            bins = np.maximum(bins, bins.max() - _MOST_BINS + 1)
        self._bins, places = np.unique(bins, return_inverse=True)
        self._counts = np.zeros(len(self._bins), dtype=np.int64)
        np.add.at(self._counts, places, counts)


def _bins_of(log_weight: np.ndarray) -> np.ndarray:
    """Returns the numbers of the bins that log|w| are in."""
    return np.clip(np.rint(log_weight * _BINS_A_UNIT), -_MOST_EXTREME, _MOST_EXTREME).astype(np.int64)
