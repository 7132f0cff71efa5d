"""Fits a mixture of Gaussians cut to the unit cube to weighted points.

First by likelihood, the largest sum_n w_n log q(y_n): EM, with the number of components found by splits
and merges of a resampled few thousand points, and the last steps with all of them. Then, where the target
f itself is given, by the variance of the weights f/q, which is least where

    int f^2 / q  =  int f (f/q)   is least, or  int (f^2/q) grad log q = 0:

EM again, with every point's weight times f/q of the mixture before.

Reference:
  Douc, Guillin, Marin, Robert, ESAIM: Prob. Stat. 11 (2007) 427, arXiv:0708.0711 (minimum variance).
"""

from __future__ import annotations

import numpy as np

from iflow.mixture import GaussianMixture
from iflow.mixture_fit.component import BROAD, effective_size
from iflow.mixture_fit.em import Points, improve, shares, single
from iflow.mixture_fit.split import merge_all, split_all

# Points of the search, a third of which is set aside to judge by.
_SEARCH = 6000
_SET_ASIDE = 1.0 / 3.0
# Steps of EM with all points, and those of them that look at the variance.
_STEPS, _VARIANCE_STEPS = 10, 6
# No point weighs more than this many times the mean: one lucky point must not take a component.
_LARGEST_WEIGHT = 50.0
# A point's f/q counts at most this many times its mean.
_LARGEST_RATIO = 20.0


def fit_mixture(
    y: np.ndarray,
    log_weight: np.ndarray,
    *,
    max_components: int = 16,
    seed: int | np.random.Generator = 0,
    start: GaussianMixture | None = None,
    log_target: np.ndarray | None = None,
) -> GaussianMixture:
    """Returns a mixture close to the density that weighted points stand for.

    No input makes it fail: where the points say too little, what it returns is broad.

    Args:
      y: points of the unit cube, [n, dim].
      log_weight: log w of weights w = f/q_0, where q_0 is what the points were drawn from, [n]; -inf
        for none. A constant factor does not matter.
      max_components: the most that may be used, >= 1.
      seed: of the random choices, or a generator to take them from.
      start: a mixture to begin from, as from points before these; None begins from one component.
      log_target: log f, [n], also up to a constant; None leaves it at the likelihood.
    """
    rng = np.random.default_rng(seed)
    rows, points = _usable(y, log_weight)
    if effective_size(points.weight) < 2.0 or float(np.ptp(points.x, axis=1).max()) < 1e-9:
        return _broad(points)
    mixture = _search(points, max_components, rng, start)
    mixture = improve(mixture, points, _STEPS)
    if log_target is None:
        return mixture
    judges = rng.random(rows.size) < _SET_ASIDE
    return _least_variance(mixture, points, np.asarray(log_target)[rows], judges)


def _usable(y: np.ndarray, log_weight: np.ndarray) -> tuple[np.ndarray, Points]:
    """Returns which points have a weight, and those."""
    y, log_weight = np.asarray(y, float), np.asarray(log_weight, float)
    rows = np.flatnonzero(np.isfinite(log_weight) & np.isfinite(y).all(axis=1))
    if not rows.size:
        return rows, Points(np.full((y.shape[1], 1), 0.5), np.ones(1))
    weight = np.exp(log_weight[rows] - log_weight[rows].max())
    weight = np.minimum(weight, _LARGEST_WEIGHT * weight.mean())
    seen = weight > 1e-12 * weight.max()
    rows, weight = rows[seen], weight[seen]
    return rows, Points(np.ascontiguousarray(y[rows].T), weight)


def _broad(points: Points) -> GaussianMixture:
    """Returns one wide component around the mean."""
    mean = np.average(points.x, axis=1, weights=points.weight)
    return GaussianMixture(np.ones(1), mean[None], BROAD * np.eye(len(mean))[None])


def _search(
    points: Points, most: int, rng: np.random.Generator, start: GaussianMixture | None
) -> GaussianMixture:
    """Returns a mixture with as many components as some of the points ask for."""
    few = points.resampled(_SEARCH, rng)
    judges = rng.random(few.weight.size) < _SET_ASIDE
    train, held = few.select(~judges), few.select(judges)
    if min(effective_size(part.weight) for part in (train, held)) < 2.0:
        return single(points)
    mixture = improve(single(train) if start is None else start, train, _STEPS)
    mixture = split_all(mixture, train, held, most, rng)
    return merge_all(mixture, train, held, most)


def _least_variance(
    mixture: GaussianMixture, points: Points, log_target: np.ndarray, judges: np.ndarray
) -> GaussianMixture:
    """Returns a mixture of smaller int f^2/q if points set aside, bool [n], agree that it is one."""
    ratio = _Ratio(mixture, points, log_target)
    better, weight = mixture, np.where(judges, 0.0, points.weight)
    for _ in range(_VARIANCE_STEPS):
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
