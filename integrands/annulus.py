"""Annulus: one on a ring, zero elsewhere."""

import math

import numpy as np

from integrands.family import Family
from integrands.integrand import Array

_INNER, _OUTER = 0.2, 0.45


def annulus(x: Array) -> Array:
    """Returns the indicator of a ring about the centre of the square at x: [n, 2].

    f(x) = 1 if 0.2^2 <= (x_1 - 1/2)^2 + (x_2 - 1/2)^2 <= 0.45^2, else 0
    """
    offset = x - 0.5
    r_squared: Array = np.einsum("ni,ni->n", offset, offset)
    on_ring = (r_squared >= _INNER**2) & (r_squared <= _OUTER**2)
    return on_ring.astype(np.float64)


def exact(dim: int) -> float:
    """Returns the ring's area, pi (0.45^2 - 0.2^2)."""
    return math.pi * (_OUTER**2 - _INNER**2)


FAMILY = Family(
    name="annulus",
    summary="one on a ring about the centre, zero elsewhere",
    formula="1 if 0.2^2 <= (x_1 - 1/2)^2 + (x_2 - 1/2)^2 <= 0.45^2, else 0",
    function=annulus,
    exact=exact,
    exact_from="closed form: pi (0.45^2 - 0.2^2)",
    source="Gao, Isaacson, Krause, arXiv:2001.05486 (i-flow), test functions: Annulus with cuts",
    default_dim=2,
    dims=(2,),
    tags=("correlated", "discontinuous"),
)
