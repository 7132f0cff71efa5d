"""Exact draws of the camel in any number of dimensions, and a test of other events against them."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import kolmogorov, ndtr, ndtri

_CENTRES = (1 / 3, 2 / 3)
_N_DIRECTIONS = 12


def exact_draws(n: int, dim: int, seed: int, width: float = 0.2) -> np.ndarray:
    """Returns n independent points of the camel's density, [n, dim].

    Each hump, cut by the cube as much as the other, gives half of them: a normal distribution of variance
    width^2 / 2 cut axis by axis.
    """
    rng = np.random.default_rng(seed)
    centre = np.where(rng.random((n, 1)) < 0.5, *_CENTRES)
    sigma = width / math.sqrt(2.0)
    low, high = ndtr(-centre / sigma), ndtr((1.0 - centre) / sigma)
    points: np.ndarray = centre + sigma * ndtri(low + (high - low) * rng.random((n, dim)))
    return points


def projections(x: np.ndarray) -> list[np.ndarray]:
    """Returns what is compared at points [n, dim], each [n].

    The axes, 12 random directions, the distances from the two humps, the logarithm of the density, and
    the products of neighbouring coordinates.
    """
    directions = np.random.default_rng(12).standard_normal((x.shape[1], _N_DIRECTIONS))
    distances = [np.linalg.norm(x - centre, axis=1) for centre in _CENTRES]
    density = np.logaddexp(*(-np.square(distance / 0.2) for distance in distances))
    return [*x.T, *(x @ directions).T, *distances, density, *(x[:, 1:] * x[:, :-1]).T]


def p_value(x: np.ndarray, weights: np.ndarray, exact: np.ndarray) -> float:
    """Returns the probability of a difference as large between samples of one density, at least.

    Kolmogorov and Smirnov's two-sample statistic on every projection; the least p times their number
    (Bonferroni), so that below a level it happens by chance no more often than that level.

    Args:
      x: points, [n, dim].
      weights: of these, [n], above 0; the effective number counts.
      exact: points without weights, [m, dim].
    """
    size, m = float(weights.sum() ** 2 / np.square(weights).sum()), len(exact)
    steps = np.concatenate([weights / weights.sum(), np.full(m, -1.0 / m)])
    found = []
    for pair in zip(projections(x), projections(exact), strict=True):
        order = np.argsort(np.concatenate(pair))
        distance = float(np.abs(np.cumsum(steps[order])).max())
        found.append(float(kolmogorov(distance * math.sqrt(size * m / (size + m)))))
    return min(1.0, len(found) * min(found))
