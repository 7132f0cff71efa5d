"""Genz' six functions with any scales c and places w, and their integrals over the cube.

Reference: Genz, "Testing multidimensional integration routines", in Tools, Methods and Languages for
Scientific and Engineering Computation, North-Holland 1984, 81-94.
"""

import math
from functools import lru_cache

import numpy as np

from integrands.integrand import Array
from integrands.parameter import Parameter
from integrands.shared.quadrature import panels

SOURCE = (
    "Genz, Testing multidimensional integration routines (1984); sums of scales as in Novak and Ritter (1996)"
)


def knobs(difficulty: float) -> dict[str, Parameter]:
    """Returns the two parameters that each family has; `difficulty` is the usual sum of its scales."""
    return {
        "difficulty": Parameter(difficulty, "sum of the scales c_i", above=0.0, at_most=500.0),
        "seed": Parameter(1, "draws scales and places", at_least=0, whole=True),
    }


@lru_cache(maxsize=256)
def draw(dim: int, difficulty: float, seed: int) -> tuple[Array, Array]:
    """Returns scales c: [dim], which sum to `difficulty`, and places w: [dim] in (0, 1)."""
    rng = np.random.default_rng(seed)
    scales = rng.uniform(0.2, 1.0, dim)
    scales *= difficulty / scales.sum()
    places = rng.uniform(0.1, 0.9, dim)
    scales.flags.writeable = places.flags.writeable = False
    return scales, places


def oscillatory(x: Array, c: Array, phase: float) -> Array:
    """Returns cos(2 pi phase + sum_i c_i x_i) at x: [n, dim]."""
    values: Array = np.cos(2 * math.pi * phase + x @ c)
    return values


def oscillatory_exact(c: Array, phase: float) -> float:
    """Returns cos(2 pi phase + sum_i c_i / 2) prod_i 2 sin(c_i / 2) / c_i."""
    amplitude = math.prod(2 * math.sin(s / 2) / s for s in c)
    return math.cos(2 * math.pi * phase + math.fsum(c) / 2) * amplitude


def product_peak(x: Array, c: Array, w: Array) -> Array:
    """Returns prod_i 1 / (1/c_i^2 + (x_i - w_i)^2) at x: [n, dim]."""
    total = np.ones(len(x))
    for column, scale, place in zip(x.T, c, w, strict=True):
        total /= scale**-2 + (column - place) ** 2
    return total


def product_peak_exact(c: Array, w: Array) -> float:
    """Returns prod_i c_i [arctan(c_i (1 - w_i)) + arctan(c_i w_i)]."""
    return math.prod(s * (math.atan(s * (1 - p)) + math.atan(s * p)) for s, p in zip(c, w, strict=True))


def corner_peak(x: Array, c: Array) -> Array:
    """Returns (1 + sum_i c_i x_i)^-(dim+1) at x: [n, dim]."""
    values: Array = (1 + x @ c) ** -(len(c) + 1.0)
    return values


def corner_peak_exact(c: Array) -> float:
    """Returns 1/dim! int_0^inf dt exp(-t) prod_i (1 - exp(-c_i t)) / c_i, all terms positive.

    That is the integral because a^-(dim+1) = 1/dim! int_0^inf dt t^dim exp(-a t). Gauss-Legendre
    with 64 nodes between cuts that double, to 13 digits. Expanding the product gives the familiar
    sum over the 2^dim corners, 1/(dim! prod_i c_i) sum_v (-1)^|v| / (1 + v.c), which cancels away
    all digits in some ten dimensions.
    """
    dim = len(c)
    end = dim + 12 * math.sqrt(dim) + 60  # of a gamma distribution of shape dim + 1
    t, weight = panels(end * np.concatenate([[0.0], 0.5 ** np.arange(20, -1, -1)]), 64)
    log_terms = np.log(-np.expm1(-np.outer(t, c)) / c).sum(axis=1)
    return float(weight @ np.exp(log_terms - t - math.lgamma(dim + 1)))


def gaussian(x: Array, c: Array, w: Array) -> Array:
    """Returns exp(-sum_i c_i^2 (x_i - w_i)^2) at x: [n, dim]."""
    z = x - w
    z *= c
    values: Array = np.exp(-np.einsum("ni,ni->n", z, z))
    return values


def gaussian_exact(c: Array, w: Array) -> float:
    """Returns prod_i sqrt(pi) / (2 c_i) [erf(c_i (1 - w_i)) + erf(c_i w_i)]."""
    half = 0.5 * math.sqrt(math.pi)
    return math.prod(half / s * (math.erf(s * (1 - p)) + math.erf(s * p)) for s, p in zip(c, w, strict=True))


def continuous(x: Array, c: Array, w: Array) -> Array:
    """Returns exp(-sum_i c_i |x_i - w_i|) at x: [n, dim]."""
    values: Array = np.exp(-(np.abs(x - w) @ c))
    return values


def continuous_exact(c: Array, w: Array) -> float:
    """Returns prod_i [2 - exp(-c_i w_i) - exp(-c_i (1 - w_i))] / c_i."""
    return math.prod(-(math.expm1(-s * p) + math.expm1(-s * (1 - p))) / s for s, p in zip(c, w, strict=True))


def discontinuous(x: Array, c: Array, ends: Array) -> Array:
    """Returns exp(sum_i c_i x_i) if x_i <= e_i for all i, else 0, at x: [n, dim].

    Args:
      x: [n, dim] points.
      c: [dim] scales.
      ends: [dim] the e_i; 1 or more cuts nothing.
    """
    values: Array = np.exp(x @ c)
    for column, end in zip(x.T, ends, strict=True):
        if end < 1:
            values *= column <= end
    return values


def discontinuous_exact(c: Array, ends: Array) -> float:
    """Returns prod_i [exp(c_i min(e_i, 1)) - 1] / c_i."""
    return math.prod(math.expm1(s * min(end, 1)) / s for s, end in zip(c, ends, strict=True))
