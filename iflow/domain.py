"""The user's region of integration as the image of the unit cube: z -> x."""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np


class Domain:
    """Maps the unit cube onto the user's region, axis by axis.

        a <= x <= b      x = a + (b - a) z         dx/dz = b - a
        a <= x < inf     x = a + z / (1 - z)       dx/dz = 1 / (1 - z)^2
        -inf < x <= b    x = b - (1 - z) / z       dx/dz = 1 / z^2
        -inf < x < inf   x = tan(pi (z - 1/2))     dx/dz = pi (1 + x^2)

    Args:
      region: the number of dimensions d of the unit cube [0, 1]^d, or a sequence of (low, high)
        pairs, one an axis, in the units of x; -inf and inf are allowed.

    Raises:
      TypeError: if region is neither.
      ValueError: if d < 1, or limits are reversed, equal, nan, or too close to hold a number between.

    Attributes:
      dim: number of axes.
      low: the lower limits, [dim]; `least` are the smallest numbers above them.
      high: the upper limits, [dim]; `largest` are the largest numbers below them.
    """

    def __init__(self, region: Any):
        limits = _limits(region)
        self.dim = len(limits)
        self.low, self.high = limits[:, 0].copy(), limits[:, 1].copy()
        left, right = np.isfinite(self.low), np.isfinite(self.high)
        self._finite, self._above = left & right, left & ~right
        self._below, self._whole = ~left & right, ~left & ~right
        # The integrand never sees a limit itself: many are singular or undefined there.
        self.least = np.nextafter(self.low, np.inf)
        self.largest = np.nextafter(self.high, -np.inf)
        self._width = np.where(self._finite, self.high - self.low, 1.0)

    def forward_and_log_det(self, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Returns x [n, dim], strictly inside the region, and log|det dx/dz| [n].

        Args:
          z: points strictly inside the unit cube, float64 [n, dim].
        """
        x = self.low + self._width * z
        log_slope = np.broadcast_to(np.log(self._width), z.shape)
        if not self._finite.all():
            log_slope = log_slope.copy()
            a, b, w = self._above, self._below, self._whole
            x[:, a] = self.low[a] + z[:, a] / (1.0 - z[:, a])
            log_slope[:, a] = -2.0 * np.log1p(-z[:, a])
            x[:, b] = self.high[b] - (1.0 - z[:, b]) / z[:, b]
            log_slope[:, b] = -2.0 * np.log(z[:, b])
            x[:, w] = np.tan(np.pi * (z[:, w] - 0.5))
            log_slope[:, w] = np.log(np.pi) + np.log1p(np.square(x[:, w]))
        return np.clip(x, self.least, self.largest), log_slope.sum(axis=1)


def _limits(region: Any) -> np.ndarray:
    """Returns the limits as float64 [dim, 2], checked."""
    try:
        dim = operator.index(region)
    except TypeError:
        return _limits_of_pairs(region)
    if isinstance(region, (bool, np.bool_)):
        raise TypeError(f"region must be a dimension or a list of limits, got {region!r}")
    if dim < 1:
        raise ValueError(
            f"the number of dimensions must be at least 1, got {dim}; for the unit cube in d "
            "dimensions give d"
        )
    return np.tile([0.0, 1.0], (dim, 1))


def _limits_of_pairs(region: Any) -> np.ndarray:
    expected = "region must be an integer d (the unit cube) or a sequence of (low, high) pairs"
    try:
        if any(isinstance(limit, str) for pair in region for limit in pair):
            raise TypeError
        limits = np.array([[float(low), float(high)] for low, high in region])
    except (TypeError, ValueError):
        hint = ""
        if isinstance(region, float) and region.is_integer():
            hint = f"; did you mean {int(region)}?"
        elif isinstance(region, tuple) and len(region) == 2 and all(np.isscalar(x) for x in region):
            hint = f"; did you mean [{region}]?"
        raise TypeError(f"{expected}, got {region!r}{hint}") from None
    if limits.size == 0:
        raise ValueError(f"{expected}, got an empty sequence; give at least one pair")
    for axis, (low, high) in enumerate(limits.tolist()):
        what = f"axis {axis}: low must be less than high, got ({low!r}, {high!r})"
        if math.isnan(low) or math.isnan(high):
            raise ValueError(f"{what}; a limit is nan")
        if low == high:
            raise ValueError(f"{what}; the limits are equal, so there is nothing to integrate")
        if low > high:
            raise ValueError(f"{what}; the limits are reversed: swap them and the integral's sign")
        if math.isinf(high - low) and math.isfinite(low) and math.isfinite(high):
            raise ValueError(f"{what}; the width overflows: use infinite limits")
        if not math.nextafter(low, math.inf) < high:
            raise ValueError(f"{what}; there is no number between them")
    return limits
