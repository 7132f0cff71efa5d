"""Regions of common shapes, as changes of variables with a constant Jacobian."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from iflow.checks import require_integer, require_number
from iflow.domain.change import Change

# Points stay inside by so much, which is above the rounding of what f may compute from them.
_EPSILON = 2.0**-52
# Beyond exp of this, or below exp of its opposite, floats end or lose digits.
_LARGEST_LOG = 700.0


def simplex(d: int) -> Change:
    """Returns the region x_i >= 0, x_1 + ... + x_d <= 1, of volume 1 / d!.

    Sticks are broken one after the other, each break drawn such that the volume is constant:

        x_i = r_i (1 - (1 - z_i)^(1 / (d - i + 1))),    r_i = 1 - x_1 - ... - x_(i-1)

    Args:
      d: number of coordinates; f gets x [n, d].

    Raises:
      TypeError: if d is no integer.
      ValueError: if d < 1.
    """
    require_integer("simplex: d", d, 1)
    _require_volume("simplex", -math.lgamma(d + 1))
    powers = 1.0 / np.arange(d, 0, -1)
    volume = 1.0 / math.factorial(d)

    def forward(z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        log_kept = np.log1p(-z) * powers
        log_before = np.cumsum(log_kept, axis=1) - log_kept
        x = np.exp(log_before) * -np.expm1(log_kept)
        return x * (1.0 - d * _EPSILON), np.full(len(z), volume)

    return Change(d, forward)


def ball(d: int, radius: float = 1.0, center: float | Sequence[float] = 0.0) -> Change:
    """Returns the region |x - center| <= radius, of volume pi^(d/2) radius^d / Gamma(d/2 + 1).

    A normal law is moved outwards or inwards until it is uniform in the ball, without a pole or a seam:

        g_i = normal quantile of z_i,    x = center + radius F(|g|^2)^(1/d) g / |g|

    with the distribution function F of chi^2 with d degrees of freedom.

    Args:
      d: number of coordinates; f gets x [n, d].
      radius: positive.
      center: one number for all axes, or one an axis.

    Raises:
      TypeError: if d is no integer or radius no number.
      ValueError: if d < 1, the radius is not positive and finite, or center has another length.
    """
    middle = _checked("ball", d, radius, center, least=1)
    log_of_unit = d / 2 * math.log(math.pi) - math.lgamma(d / 2 + 1)
    _require_volume("ball", log_of_unit + d * math.log(radius))
    volume = math.exp(log_of_unit) * radius**d

    def forward(z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        from scipy.special import gammainc, ndtri

        normal = ndtri(z)
        squares = np.maximum(np.square(normal).sum(axis=1), np.finfo(float).tiny)
        share = np.minimum(gammainc(d / 2, squares / 2) ** (1.0 / d), 1.0 - d * _EPSILON)
        return middle + normal * (radius * share / np.sqrt(squares))[:, np.newaxis], np.full(len(z), volume)

    return Change(d, forward)


def sphere(d: int, radius: float = 1.0, center: float | Sequence[float] = 0.0) -> Change:
    """Returns the surface |x - center| = radius, of area 2 pi^(d/2) radius^(d-1) / Gamma(d/2).

    One coordinate after the other is drawn from its own law on the sphere that is left, a beta law of
    (1 + x) / 2; the last two are a point of a circle. In three dimensions: a height and an angle.

    Args:
      d: number of coordinates, at least 2; f gets x [n, d], of d - 1 coordinates of the cube.
      radius: positive.
      center: one number for all axes, or one an axis.

    Raises:
      TypeError: if d is no integer or radius no number.
      ValueError: if d < 2, the radius is not positive and finite, or center has another length.
    """
    middle = _checked("sphere", d, radius, center, least=2)
    log_of_half = d / 2 * math.log(math.pi) - math.lgamma(d / 2)
    _require_volume("sphere", math.log(2.0) + log_of_half + (d - 1) * math.log(radius))
    area = 2.0 * math.exp(log_of_half) * radius ** (d - 1)

    def forward(z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        from scipy.special import betaincinv

        x, left = np.empty((len(z), d)), np.ones(len(z))
        for axis in range(d - 2):
            half = (d - 1 - axis) / 2
            share = betaincinv(half, half, z[:, axis])
            x[:, axis] = left * (2.0 * share - 1.0)
            left = left * 2.0 * np.sqrt(share * (1.0 - share))
        angle = 2.0 * np.pi * z[:, -1]
        x[:, -2], x[:, -1] = left * np.cos(angle), left * np.sin(angle)
        return middle + radius * x, np.full(len(z), area)

    return Change(d - 1, forward)


def _checked(shape: str, d: int, radius: float, center: float | Sequence[float], *, least: int) -> np.ndarray:
    """Returns the centre as an array [d]; raises unless everything holds."""
    require_integer(f"{shape}: d", d, least)
    require_number(f"{shape}: radius", radius, "positive and finite", lambda r: 0 < r < math.inf)
    wanted = f"{shape}: center must be one finite number or {d} of them, got {center!r}"
    try:
        middle = np.asarray(center)
    except ValueError:  # rows of different lengths
        raise ValueError(wanted) from None
    if middle.dtype.kind not in "fiu":
        raise TypeError(wanted)
    if middle.shape not in ((), (d,)) or not np.all(np.isfinite(middle)):
        raise ValueError(wanted)
    return np.broadcast_to(middle.astype(float), (d,))


def _require_volume(shape: str, log_volume: float) -> None:
    """Raises unless a float holds the volume of a shape with all its digits, by its logarithm."""
    if abs(log_volume) >= _LARGEST_LOG:
        raise ValueError(
            f"{shape}: its volume must be a float, but is exp({log_volume:.6g}): take other units, or fewer "
            "dimensions"
        )
