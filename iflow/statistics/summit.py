"""The largest values of |f|: whether they seem bounded, and what may lie above those that were seen."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from iflow.statistics.tail import LargestWeights

# Points whose weights tell whether the proposal follows |f| where it is largest, and those of them that tell
# how densely it covers the very largest.
_N_HIGHEST, _N_LAST = 100, 10
# Values whose logarithms differ by less are the same but for rounding.
_SAME = 1e-9
# An index nearer to 1 than this is not known well enough to divide by what is left.
_LARGEST_INDEX = 0.95


@dataclass(frozen=True)
class Summit:
    """What the largest |f| of a stream of points look like.

    Where f grows like r^-a towards a set of codimension c, and points there have a bounded density, the
    largest |f| have the Pareto index a / c; a bounded f has one below 0, -2 / dim at a smooth maximum.

    Args:
      index: Pareto index of the largest |f|; nan where there are too few points to tell, -inf where many
        share the largest value.
      error: standard error of the index, (1 + index) / sqrt(size of the tail); nan where that is unknown.
      unresolved: of the integral, what such a tail holds beyond the last point, w / (n (1 - index)) for the
        mean w of the 10 weights where |f| is largest; in the unit that was asked for.
      slope: of log|w| against log|f| at the 100 points where |f| is largest: 0 where the proposal follows f,
        1 where it does not; nan where that is unknown, as where |f| is constant.
      at: the point of largest |f|, in the user's coordinates, [m]; None where it was not kept.
    """

    index: float
    error: float
    unresolved: float
    slope: float
    at: np.ndarray | None


class LargestValues:
    """Keeps the largest |f| of a stream: 2,001 values, and 100 weights.

    What is kept depends neither on how the stream was cut into batches nor on their order.
    """

    def __init__(self) -> None:
        self._n = 0
        self._largest = LargestWeights()
        # Of the highest points: log|f| and log|w|, [m, 2], from small to large.
        self._highest = np.empty((0, 2))
        self._at: np.ndarray | None = None

    @classmethod
    def of(
        cls, log_f: np.ndarray, log_weight: np.ndarray, x: np.ndarray, log_floor: float = -math.inf
    ) -> LargestValues:
        """Returns what one batch has to say.

        Args:
          log_f: log|f| on the unit cube, [n]; -inf where f = 0.
          log_weight: log|w|, [n].
          x: the points, [n, m].
          log_floor: that of the stream that the batch belongs to, now or before.
        """
        made = cls()
        made._n = len(log_f)
        made._largest = LargestWeights.of(log_f, log_floor)
        rows = _highest_rows(log_f, log_weight)
        made._highest = np.column_stack([log_f[rows], log_weight[rows]])
        if len(rows) and len(x) == len(log_f):
            made._at = x[rows[-1]].copy()
        return made

    def merge(self, other: LargestValues) -> None:
        """Adds everything that another has seen."""
        self._n += other._n
        self._largest.merge(other._largest)
        if len(other._highest) and (
            not len(self._highest) or tuple(other._highest[-1]) > tuple(self._highest[-1])
        ):
            self._at = other._at
        both = np.concatenate([self._highest, other._highest])
        self._highest = both[_highest_rows(*both.T)]

    @property
    def log_floor(self) -> float:
        """The log|f| up to which further values will never be kept; -inf where all may be."""
        return self._largest.log_floor

    def summit(self, log_unit: float = 0.0) -> Summit:
        """Returns what the largest values look like; amounts are in units of exp(log_unit)."""
        index = self._largest.tail_index()
        if math.isnan(index) or not len(self._highest):
            return Summit(index, math.nan, 0.0, math.nan, self._at)
        log_f, log_weight = self._highest.T
        with np.errstate(over="ignore"):
            weight = float(np.exp(log_weight[-_N_LAST:] - log_unit).mean())
        variance = float(log_f.var())
        slope = math.nan
        if variance > _SAME * _SAME:
            slope = float(np.cov(log_f, log_weight, bias=True)[0, 1]) / variance
        known = max(index, 0.0)
        error = (1.0 + known) / math.sqrt(self._largest.tail_size)
        unresolved = weight / (self._n * (1.0 - min(known, _LARGEST_INDEX)))
        return Summit(index, error, unresolved, slope, self._at)


def _highest_rows(log_f: np.ndarray, log_weight: np.ndarray) -> np.ndarray:
    """Returns the rows of the 100 largest |f| that are not 0, of equal ones those of largest weight first."""
    rows = np.flatnonzero(log_f > -math.inf)
    if len(rows) > _N_HIGHEST:
        threshold = np.partition(log_f[rows], -_N_HIGHEST)[-_N_HIGHEST]
        rows = rows[log_f[rows] >= threshold]
    if len(rows) > _N_HIGHEST:  # several at the threshold itself
        equal = rows[log_f[rows] == threshold]
        n_equal = _N_HIGHEST - (len(rows) - len(equal))
        heaviest = equal[np.argpartition(log_weight[equal], -n_equal)[-n_equal:]]
        rows = np.concatenate([rows[log_f[rows] > threshold], heaviest])
    return rows[np.lexsort((log_weight[rows], log_f[rows]))]
