"""The tail of the weights: how heavy it is tells whether their variance is finite."""

from __future__ import annotations

import math

import numpy as np

_TAIL_SIZE = 2_000
_LEAST_TAIL_SIZE = 25
# Weights whose logarithms differ by less are the same but for rounding; so many of the largest one, and
# it is a bound.
_SAME, _AT_BOUND = 1e-9, 3


class LargestWeights:
    """Keeps the largest |w| of a stream, for the tail index: log|w|, at most 2,001 of them.

    What is kept depends neither on how the stream was cut into batches nor on their order.
    """

    def __init__(self) -> None:
        self._n_nonzero = 0
        self._log_weight = np.empty(0)

    @classmethod
    def of(cls, log_weight: np.ndarray, log_floor: float = -math.inf) -> LargestWeights:
        """Returns what one batch has to say.

        Args:
          log_weight: log|w|, [n]; -inf where w = 0.
          log_floor: that of the stream that the batch belongs to, now or before.
        """
        made = cls()
        kept = log_weight[np.isfinite(log_weight)]
        made._n_nonzero = len(kept)
        made._keep(kept[kept > log_floor])
        return made

    def add(self, log_weight: np.ndarray) -> None:
        """Adds weights given as log|w|, [n]; -inf where w = 0."""
        self.merge(LargestWeights.of(log_weight, self.log_floor))

    def merge(self, other: LargestWeights) -> None:
        """Adds everything that another has seen."""
        self._n_nonzero += other._n_nonzero
        self._keep(np.concatenate([self._log_weight, other._log_weight]))

    @property
    def log_floor(self) -> float:
        """The log|w| up to which further weights will never be kept; -inf where all may be."""
        return float(self._log_weight.min()) if len(self._log_weight) > _TAIL_SIZE else -math.inf

    def _keep(self, log_weight: np.ndarray) -> None:
        if len(log_weight) > _TAIL_SIZE + 1:
            log_weight = np.partition(log_weight, -_TAIL_SIZE - 1)[-_TAIL_SIZE - 1 :]
        # In an order of their own: what another floor left out does not show.
        self._log_weight = np.sort(log_weight)

    @property
    def tail_size(self) -> int:
        """How many weights count as the tail; 0 when they are too few to tell."""
        return tail_size(self._n_nonzero)

    def tail_index(self) -> float:
        """Returns the Pareto index k of the largest weights; nan when there are too few to tell.

        Weights have a finite variance for k < 1/2 and a finite mean for k < 1. The tail is the
        largest min(n / 5, 3 sqrt(n), 2000) of the n nonzero weights.

        Reference:
          Vehtari et al., Pareto smoothed importance sampling, arXiv:1507.02646, section 3.1.
        """
        size = self.tail_size
        if not size:
            return math.nan
        ordered = np.sort(self._log_weight)[-size - 1 :]  # stored ones of before were in no order
        if _is_bounded(ordered):
            return -math.inf
        excess = np.exp(ordered[1:] - ordered[-1]) - np.exp(ordered[0] - ordered[-1])
        return pareto_index(np.where(ordered[1:] - ordered[0] > _SAME, excess, 0.0))


def tail_size(n_nonzero: int) -> int:
    """Returns how many of n nonzero weights count as the tail; 0 when they are too few to tell."""
    size = int(min(0.2 * n_nonzero, 3.0 * math.sqrt(n_nonzero), _TAIL_SIZE))
    return size if size >= _LEAST_TAIL_SIZE else 0


def _is_bounded(ordered: np.ndarray) -> bool:
    """Returns whether sorted log|w| are a few values over and over, or the largest stands there often.

    An indicator has such weights: one for each cell that it was drawn from.
    """
    n_values = int((np.diff(ordered) > _SAME).sum())
    return n_values < _LEAST_TAIL_SIZE or int((ordered > ordered[-1] - _SAME).sum()) >= _AT_BOUND


def pareto_index(excess: np.ndarray) -> float:
    """Returns the index k of a generalised Pareto distribution fitted to excesses over a threshold.

    Args:
      excess: [n], >= 0, sorted from small to large; all 0 (weights that are all equal) gives -inf.

    Reference:
      Zhang, Stephens, Technometrics 51 (2009) 316, equations 7 to 9 (their k is minus ours).
    """
    n = len(excess)
    if excess[-1] <= 0.0:
        return -math.inf
    quartile = excess[int(n / 4 + 0.5) - 1]
    if quartile <= 0.0:
        # Many weights sit exactly on the threshold: a bounded tail with an atom.
        excess = excess[excess > 0.0]
        if len(excess) < _LEAST_TAIL_SIZE:
            return -math.inf
        return pareto_index(excess)
    grid = np.arange(1, 30 + int(math.sqrt(n)) + 1)
    theta = 1.0 / excess[-1] + (1.0 - np.sqrt(len(grid) / (grid - 0.5))) / (3.0 * quartile)
    k = np.log1p(-theta[:, np.newaxis] * excess).mean(axis=1)
    # theta = 0 is the exponential tail, where k = 0 and -theta / k has the limit 1 / mean.
    rate = np.full(len(theta), 1.0 / excess.mean())
    np.divide(-theta, k, out=rate, where=k != 0.0)
    profile = n * (np.log(rate) - k - 1.0)
    weight = np.exp(profile - profile.max())
    best = float((weight * theta).sum() / weight.sum())
    return float(np.log1p(-best * excess).mean())
