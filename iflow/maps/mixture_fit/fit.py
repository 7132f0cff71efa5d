"""Fits a mixture of Gaussians cut to the unit cube to weighted points.

By likelihood, the largest sum_n w_n log q(y_n): EM, with the number of components found by splits and
merges of a resampled few thousand points, and the last steps with all of them. Then, where the target
itself is given, by the variance of the weights.
"""

from __future__ import annotations

import numpy as np

from iflow.maps.mixture import GaussianMixture
from iflow.maps.mixture_fit.component import BROAD, effective_size
from iflow.maps.mixture_fit.em import Points, improve, single
from iflow.maps.mixture_fit.split import merge_all, split_all
from iflow.maps.mixture_fit.variance import least_variance

# Points of the search: so many coordinates' worth, between these numbers; a third is set aside to judge by.
_SEARCH_COORDINATES, _SEARCH = 48_000, (6000, 12_000)
_SET_ASIDE = 1.0 / 3.0
# Steps of EM; where there are very many points, most of the steps are taken with so many of them.
_STEPS, _LAST_STEPS = 10, 2
_MANY = 30_000
# EM ends where mean log q grows by less than this.
_FINE = 2e-4
# No point has a larger share of the weight than 1 in this many: a few lucky points must not take it all.
_LEAST_POINTS = 300
# Relative to the largest weight.
_NO_WEIGHT = 1e-12


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
    if rows.size > _MANY:
        mixture = improve(mixture, points.resampled(_MANY, rng), _STEPS, _FINE)
    mixture = improve(mixture, points, _STEPS if rows.size <= _MANY else _LAST_STEPS, _FINE)
    if log_target is None:
        return mixture
    judges = rng.random(rows.size) < _SET_ASIDE
    return least_variance(mixture, points, np.asarray(log_target, float)[rows], judges)


def _usable(y: np.ndarray, log_weight: np.ndarray) -> tuple[np.ndarray, Points]:
    """Returns which points have a weight, and those."""
    y, log_weight = np.asarray(y, float), np.asarray(log_weight, float)
    rows = np.flatnonzero(np.isfinite(log_weight) & np.isfinite(y).all(axis=1))
    if not rows.size:
        return rows, Points(np.full((y.shape[1], 1), 0.5), np.ones(1))
    weight = _cut(log_weight[rows])
    rows, weight = rows[weight > _NO_WEIGHT], weight[weight > _NO_WEIGHT]
    return rows, Points(np.ascontiguousarray(y[rows].T), weight)


def _cut(log_weight: np.ndarray) -> np.ndarray:
    """Returns weights [n], the largest 1, cut so that none has more than a small share of them all.

    The j largest become c, the sum of the others divided by `few` - j, with the least j that makes c no
    smaller than those. Where no weight is too large j = 0, and nothing changes.
    """
    few = max(1, min(_LEAST_POINTS, log_weight.size // 2))
    order = np.argsort(log_weight)[::-1]
    weight = np.exp(np.minimum(log_weight - log_weight[order[few - 1]], 300.0))
    top = weight[order[:few]]
    others = weight[order[few:]].sum() + np.cumsum(top[::-1])[::-1]
    largest = others / np.arange(few, 0, -1)
    weight = np.minimum(weight, largest[np.argmax(largest >= top)])
    return weight / weight.max()


def _broad(points: Points) -> GaussianMixture:
    """Returns one wide component around the mean."""
    mean = np.average(points.x, axis=1, weights=points.weight)
    return GaussianMixture(np.ones(1), mean[None], BROAD * np.eye(len(mean))[None])


def _search(
    points: Points, most: int, rng: np.random.Generator, start: GaussianMixture | None
) -> GaussianMixture:
    """Returns a mixture with as many components as some of the points ask for."""
    few = points.resampled(int(np.clip(_SEARCH_COORDINATES // len(points.x), *_SEARCH)), rng)
    judges = rng.random(few.weight.size) < _SET_ASIDE
    train, held = few.select(~judges), few.select(judges)
    if min(effective_size(part.weight) for part in (train, held)) < 2.0:
        return single(points)
    mixture = improve(single(train) if start is None else start, train, _STEPS)
    mixture = split_all(mixture, train, held, most, rng)
    return merge_all(mixture, train, held, most)
