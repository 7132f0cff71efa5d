"""The last steps of a fit, where the target f is known: towards the least variance of the weights f/q.

The variance is least where int f^2 / q = int f (f/q) is, hence where

    int (f^2 / q) grad log q = 0:

this is maximum likelihood for points whose weights, which stand for f, are multiplied by f/q.

Reference:
  Douc, Guillin, Marin, Robert, ESAIM: Prob. Stat. 11 (2007) 427, arXiv:0708.0711.
"""

from __future__ import annotations

import numpy as np

from iflow.maps.mixture import GaussianMixture
from iflow.maps.mixture_fit.component import effective_size
from iflow.maps.mixture_fit.em import Points, improve, shares

_STEPS = 6
# A point's f/q counts at most this many times its mean.
_LARGEST_RATIO = 20.0


def least_variance(
    mixture: GaussianMixture, points: Points, log_target: np.ndarray, judges: np.ndarray
) -> GaussianMixture:
    """Returns a mixture of smaller int f^2/q if the points set aside agree that it is one.

    Args:
      mixture: what to begin with.
      points: n points whose weights stand for f.
      log_target: log f, [n].
      judges: which of the points are set aside, bool [n].
    """
    if min(effective_size(points.weight[rows]) for rows in (judges, ~judges)) < 2.0:
        return mixture
    ratio = _Ratio(mixture, points, log_target)
    better, weight = mixture, np.where(judges, 0.0, points.weight)
    for _ in range(_STEPS):
        better = improve(better, Points(points.x, weight * ratio(better)), 1)
    gain = (ratio(mixture) - ratio(better))[judges]
    weight = points.weight[judges] / points.weight[judges].sum()
    mean = float(weight @ gain)
    error = float(np.sqrt(np.square(weight) @ np.square(gain - mean)))
    return better if mean > error else mixture


class _Ratio:
    """f/q at the points, [n], relative to its mean with the first mixture, and cut at 20 times that."""

    def __init__(self, mixture: GaussianMixture, points: Points, log_target: np.ndarray):
        self._x, self._log_target, self._shift = points.x, log_target, 0.0
        log_ratio = self._log(mixture)
        largest = float(log_ratio.max())
        mean = np.average(np.exp(log_ratio - largest), weights=points.weight)
        self._shift = largest + float(np.log(mean))

    def _log(self, mixture: GaussianMixture) -> np.ndarray:
        log_ratio = self._log_target - shares(mixture, self._x)[1] - self._shift
        return np.where(np.isfinite(log_ratio), log_ratio, -700.0)

    def __call__(self, mixture: GaussianMixture) -> np.ndarray:
        return np.exp(np.minimum(self._log(mixture), np.log(_LARGEST_RATIO)))
