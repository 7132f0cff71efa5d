"""A normal density cut to [0, 1], sound however far away its mean and however small its width.

    p(x | a, t) = t phi(e) / Z,   e = t x + a,   Z = Phi(a + t) - Phi(a),   0 < x < 1

is the normal of mean m = -a / t and standard deviation s = 1 / t, cut to [0, 1]: the interval reaches
from a to b = a + t in units of s around m. In a far tail both phi and Z underflow, but not their ratio,
which is then taken from Mills' ratio M(z) = [1 - Phi(z)] / phi(z), with A = min(|a|, |b|) and y the
distance from the end of the interval that is nearer to m, in units of s:

    p(x | a, t) = t exp(-y (2 A + y) / 2) / [M(A) - exp(-t (2 A + t) / 2) M(A + t)]

Reference:
  Genz, Bretz, Computation of Multivariate Normal and t Probabilities, Springer (2009), section 4.1;
  Botev, J. R. Stat. Soc. B 79 (2017) 125, arXiv:1603.04166 (the tails).
"""

from __future__ import annotations

import math

import numpy as np

# Both ends of the interval further than this to one side of the mean is a far tail.
_FAR = 5.0
# An interval that reaches this far to both sides of the mean holds all of the normal: 1 - Z < 1e-18.
_WHOLE = 9.0
_LOG_SQRT_2_PI = 0.5 * math.log(2.0 * math.pi)
_SMALLEST, _LARGEST = np.finfo(float).tiny, 1.0 - 0.5 * np.finfo(float).eps


def mills(z: np.ndarray) -> np.ndarray:
    """Returns Mills' ratio [1 - Phi(z)] / phi(z) for z >= 0, [n]."""
    from scipy.special import erfcx

    ratio: np.ndarray = math.sqrt(0.5 * math.pi) * erfcx(z * math.sqrt(0.5))
    return ratio


def is_whole(a: np.ndarray, t: float) -> bool:
    """Returns whether [0, 1] holds all of every one of these normals, so that Z = 1."""
    return float(a.max()) < -_WHOLE and float(a.min()) + t > _WHOLE


def log_pdf(x: np.ndarray, a: np.ndarray, t: float) -> np.ndarray:
    """Returns log p(x | a, t), [n], at x [n] strictly inside (0, 1), for a [n] and t > 0."""
    from scipy.special import ndtr

    e = t * x + a
    log_p: np.ndarray = e * e
    log_p *= -0.5
    log_p += math.log(t) - _LOG_SQRT_2_PI
    if is_whole(a, t):
        return log_p
    # Mirrored where that puts the interval on the lower side, where Phi is exact: Z is the same.
    lower = np.minimum(a, -t - a)
    upper = lower + t
    far = upper < -_FAR
    mass = ndtr(upper) - ndtr(lower)
    if far.any():
        mass[far] = 1.0
        log_p[far] = _log_pdf_far(x[far], a[far], t)
    log_p -= np.log(mass, out=mass)
    return log_p


def _log_pdf_far(x: np.ndarray, a: np.ndarray, t: float) -> np.ndarray:
    near, y = _from_near_end(x, a, t)
    at_near, at_far = _survivals(near, t)
    log_p: np.ndarray = math.log(t) - 0.5 * y * (2.0 * near + y) - np.log(at_near - at_far)
    return log_p


def _from_near_end(x: np.ndarray, a: np.ndarray, t: float) -> tuple[np.ndarray, np.ndarray]:
    """Returns the distance of the nearer end from the mean, and of x from that end, [n] each."""
    return np.where(a > 0.0, a, -t - a), t * np.where(a > 0.0, x, 1.0 - x)


def _survivals(near: np.ndarray, t: float) -> tuple[np.ndarray, np.ndarray]:
    """Returns the normal's mass beyond the nearer and beyond the other end, over phi(near), [n] each."""
    return mills(near), np.exp(-0.5 * t * (2.0 * near + t)) * mills(near + t)


def quantile(u: np.ndarray, a: np.ndarray, t: float) -> np.ndarray:
    """Returns x [n], strictly inside (0, 1), below which p has the mass u [n], for a [n] and t > 0."""
    from scipy.special import ndtr, ndtri

    lower = np.minimum(a, -t - a)
    upper = lower + t
    mirrored = -t - a < a
    v = np.where(mirrored, 1.0 - u, u)
    below = ndtr(lower)
    # Distance from the upper end: the nearer one, where both are on one side of the mean.
    y = upper - ndtri(below + v * (ndtr(upper) - below))
    far = upper < -_FAR
    if far.any():
        y[far] = _quantile_far(v[far], -upper[far], t)
    x = np.where(mirrored, y, t - y) / t
    return np.clip(x, _SMALLEST, _LARGEST)


def _quantile_far(v: np.ndarray, near: np.ndarray, t: float) -> np.ndarray:
    """Returns the distance y from the nearer end beyond which there is the mass v, [n].

    Newton's method for log S(y) = -y (2 A + y) / 2 + log M(A + y), which is concave.
    """
    at_near, at_far = _survivals(near, t)
    log_ratio = np.log(np.maximum(v + (1.0 - v) * at_far / at_near, _SMALLEST))
    y = -2.0 * log_ratio / (near + np.sqrt(near * near - 2.0 * log_ratio))
    for _ in range(3):
        ratio = mills(near + y)
        y += ratio * (np.log(ratio / at_near) - 0.5 * y * (2.0 * near + y) - log_ratio)
        y = np.clip(y, 0.0, t)
    return y


def end_densities(a: np.ndarray, t: float) -> tuple[np.ndarray, np.ndarray]:
    """Returns phi(a) / Z and phi(a + t) / Z, [n] each, which derivatives of log p are made of."""
    from scipy.special import ndtr

    lower = np.minimum(a, -t - a)
    upper = lower + t
    far = upper < -_FAR
    mass = math.sqrt(2.0 * math.pi) * (ndtr(upper) - ndtr(lower))
    mass[far] = 1.0
    at_lower, at_upper = np.exp(-0.5 * lower * lower) / mass, np.exp(-0.5 * upper * upper) / mass
    if far.any():
        at_near, at_far = _survivals(-upper[far], t)
        at_upper[far] = 1.0 / (at_near - at_far)
        at_lower[far] = np.exp(0.5 * t * (lower[far] + upper[far])) * at_upper[far]
    mirrored = lower < a
    return np.where(mirrored, at_upper, at_lower), np.where(mirrored, at_lower, at_upper)
