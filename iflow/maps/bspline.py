"""Cubic B-splines at given points, in NumPy: `scipy.interpolate` takes a moment to import."""

from __future__ import annotations

import numpy as np

_DEGREE = 3


class CubicBasis:
    """The K cubic B-splines at points x, of which 4 are not 0 at each: sums without a matrix product.

    A product of such thin matrices gains nothing from threads and loses much where cores are busy.

    Args:
      knots: increasing, [K + 4]; the first 4 are equal, the last 4 are equal, no others are.
      x: from the first to the last knot, [n]; any order will do, an increasing one is quickest.
    """

    def __init__(self, knots: np.ndarray, x: np.ndarray):
        self.size = len(knots) - _DEGREE - 1
        # The last knot belongs to the last interval.
        interval = np.clip(np.searchsorted(knots, x, side="right") - 1, _DEGREE, self.size - 1)
        self._k = interval + np.arange(-_DEGREE, 1)[:, None]
        self._values = _nonzero(knots, x, interval)
        self._products = self._values[:, None] * self._values
        # Points in a row that share an interval are added up first.
        self._runs = np.flatnonzero(np.diff(interval, prepend=-1))
        self._k_of_runs = self._k[:, self._runs]
        self._pairs_of_runs = self.size * self._k_of_runs[:, None] + self._k_of_runs

    def spline(self, c: np.ndarray) -> np.ndarray:
        """Returns sum_k c_k B_k at each point, [n]."""
        total: np.ndarray = (self._values * c[self._k]).sum(axis=0)
        return total

    def mean(self, weight: np.ndarray) -> np.ndarray:
        """Returns sum_j weight_j B_k(x_j), [K]."""
        parts = np.add.reduceat(weight * self._values, self._runs, axis=-1)
        return np.bincount(self._k_of_runs.ravel(), parts.ravel(), self.size)

    def gram(self, weight: np.ndarray) -> np.ndarray:
        """Returns sum_j weight_j B_k(x_j) B_l(x_j), [K, K]."""
        parts = np.add.reduceat(weight * self._products, self._runs, axis=-1)
        total = np.bincount(self._pairs_of_runs.ravel(), parts.ravel(), self.size**2)
        return total.reshape(self.size, self.size)


def _nonzero(knots: np.ndarray, x: np.ndarray, interval: np.ndarray) -> np.ndarray:
    """Returns the 4 splines that are not 0 at x, [4, n], for the interval of knots that each x is in.

    By the recurrence over the degree d, in which each B_(i, d) is shared out to its two successors:

        B_(i, d) = (x - t_i) / (t_(i + d) - t_i) B_(i, d - 1)
                   + (t_(i + d + 1) - x) / (t_(i + d + 1) - t_(i + 1)) B_(i + 1, d - 1)

    Reference:
      de Boor, A Practical Guide to Splines, Springer (2001), chapter X.
    """
    right = [knots[interval + 1 + k] - x for k in range(_DEGREE)]
    left = [x - knots[interval - k] for k in range(_DEGREE)]
    values = [np.ones(len(x))]
    for degree in range(_DEGREE):
        carried, higher = np.zeros(len(x)), []
        for k, value in enumerate(values):
            share = value / (right[k] + left[degree - k])
            higher.append(carried + right[k] * share)
            carried = left[degree - k] * share
        values = [*higher, carried]
    return np.array(values)
