"""Polynomial: a nearly flat sum over many coordinates."""

import numpy as np

from integrands.family import Family
from integrands.integrand import Array


def polynomial(x: Array) -> Array:
    """Returns the sum of one parabola per coordinate at x: [n, dim].

    f(x) = sum_i (x_i - x_i^2)
    """
    # The two sums apart, because x - x^2 would be another array as large as x.
    total: Array = np.einsum("ni->n", x) - np.einsum("ni,ni->n", x, x)
    return total


def exact(dim: int) -> float:
    """Returns dim (1/2 - 1/3)."""
    return dim / 6


FAMILY = Family(
    name="polynomial",
    summary="a nearly flat sum of parabolas over many coordinates",
    formula="sum_i (x_i - x_i^2)",
    function=polynomial,
    exact=exact,
    exact_from="closed form: dim / 6",
    source="Gao, Isaacson, Krause, arXiv:2001.05486 (i-flow), test functions: Polynomial",
    default_dim=18,
    tags=("separable", "high-dimensional"),
)
