"""Phase space of n massless particles on the unit cube: flat, and without any rejection.

Reference: Platzer, RAMBO on diet, arXiv:1308.2922.
"""

import math

import numpy as np

from integrands.integrand import Array


def volume(count: int, energy: float) -> float:
    """Returns the phase space of `count` massless particles, GeV^(2 count - 4).

    (2 pi)^(4 - 3n) (pi/2)^(n-1) E^(2n-4) / [(n-1)! (n-2)!],  the measure being
    prod d^3p/[(2 pi)^3 2 p_0] (2 pi)^4 delta^4(sum p - P)
    """
    factorials = math.factorial(count - 1) * math.factorial(count - 2)
    return (
        (2 * math.pi) ** (4 - 3 * count)
        * (math.pi / 2) ** (count - 1)
        * energy ** (2 * count - 4)
        / factorials
    )


def momenta(x: Array, energy: float) -> Array:
    """Returns momenta (p_0, p_1, p_2, p_3) in the rest frame of all, [count, 4, n].

    One particle after the other is split off. What is left has a squared mass of y times that before;
    y comes from one coordinate, the direction in the rest frame of what was there from two more.

    Args:
      x: [n, 3 count - 4]; first the count - 2 that give masses, then pairs of cos(theta), phi.
      energy: total energy in GeV.
    """
    n, dim = x.shape
    count = (dim + 4) // 3
    left = np.zeros((4, n))
    left[0] = energy
    mass = np.full(n, energy)
    result = np.empty((count, 4, n))
    for k in range(count - 1):
        share = _beta_quantile(x[:, k], count - 2 - k) if k < count - 2 else np.zeros(n)
        angles = x[:, count - 2 + 2 * k : count + 2 * k]
        result[k] = _boosted(0.5 * mass * (1 - share), angles, left, mass)
        left -= result[k]
        # Where nothing is left, on a face of the cube, the next momentum is 0, not 0/0.
        mass = np.maximum(mass * np.sqrt(share), np.finfo(np.float64).tiny)
    result[-1] = left
    return result


def _boosted(size: Array, angles: Array, frame: Array, mass: Array) -> Array:
    """Returns a massless momentum of energy `size` in the rest frame of `frame`, seen from outside."""
    cosine = 2 * angles[:, 0] - 1
    sine = np.sqrt(1 - cosine**2)
    azimuth = 2 * math.pi * angles[:, 1]
    p = np.empty_like(frame)
    p[1], p[2], p[3] = sine * np.cos(azimuth), sine * np.sin(azimuth), cosine
    p[1:] *= size
    p[0] = (frame[0] * size + np.einsum("in,in->n", frame[1:], p[1:])) / mass
    p[1:] += frame[1:] * ((size + p[0]) / (frame[0] + mass))
    return p


def _beta_quantile(r: Array, k: int) -> Array:
    """Returns y in [0, 1] with (k+1) y^k - k y^(k+1) = r.

    The density is that of y: proportional to (1 - y) y^(k-1), the two-body phase space times that of
    the k + 1 particles left. Closed forms for k = 1 and 2, Newton's method beyond, from the leading
    terms at either end.
    """
    if k == 1:
        return r / (1 + np.sqrt(1 - r))
    if k == 2:
        return 0.5 - np.sin(np.arcsin(1 - 2 * r) / 3)
    turning = (k - 1) / k
    low = (r / (k + 1)) ** (1 / k)
    high = 1 - np.sqrt(2 * (1 - r) / (k * (k + 1)))
    y = np.where(r < (k + 1) * turning**k - k * turning ** (k + 1), low, high)
    y = np.clip(y, 1e-12, 1 - 1e-8)
    for _ in range(6):
        power = y ** (k - 1)
        y -= ((k + 1 - k * y) * power * y - r) / (k * (k + 1) * power * (1 - y))
        np.clip(y, 1e-12, 1 - 1e-8, out=y)
    return y
