"""Round Gaussians in the unit cube: density, integral, and where they rise above a level."""

from __future__ import annotations

import math

import numpy as np

_ROOT = math.sqrt(2.0 * math.pi)


def density(x: np.ndarray, centre: np.ndarray, width: float) -> np.ndarray:
    """Returns the normal density of standard deviation `width` along each axis at x: [n, dim], [n]."""
    z = (x - centre) / width
    log_norm = len(centre) * math.log(width * _ROOT)
    values: np.ndarray = np.exp(-0.5 * np.einsum("ni,ni->n", z, z) - log_norm)
    return values


def integral(centre: np.ndarray, width: float) -> float:
    """Returns the part of it that lies in the unit cube: prod_i [erf((1 - c_i)/v) + erf(c_i/v)] / 2.

    Where v = width sqrt(2).
    """
    scale = width * math.sqrt(2.0)
    return math.prod(0.5 * (math.erf((1.0 - c) / scale) + math.erf(c / scale)) for c in centre)


def volume_above(level: float, dim: int, width: float) -> float:
    """Returns the volume of the ball in which the density is at least `level`; 0 where it never is.

    The part of it outside of the cube is counted too: it is none for the narrow ones that may be missed.
    """
    log_ratio = -dim * math.log(width * _ROOT) - math.log(level)
    return ball(dim, width * math.sqrt(2.0 * log_ratio)) if log_ratio > 0.0 else 0.0


def ball(dim: int, radius: float) -> float:
    """Returns pi^(dim/2) radius^dim / Gamma(dim/2 + 1)."""
    return math.pi ** (dim / 2) * radius**dim / math.gamma(dim / 2 + 1)
