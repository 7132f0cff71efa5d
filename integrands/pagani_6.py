"""PAGANI 6: an exponential cut off in every axis up to the seventh."""

import numpy as np

from integrands.family import Family
from integrands.integrand import Array
from integrands.shared import genz


def pagani_6(x: Array) -> Array:
    """Returns an exponential that is cut off at x: [n, dim].

    f(x) = exp(sum_i (i + 4) x_i) if x_i <= (3 + i)/10 for all i, else 0
    """
    return genz.discontinuous(x, np.arange(5.0, x.shape[1] + 5), np.arange(4.0, x.shape[1] + 4) / 10)


def exact(dim: int) -> float:
    """Returns a product of exponentials; from the seventh axis on nothing is cut."""
    return genz.discontinuous_exact(np.arange(5.0, dim + 5), np.arange(4.0, dim + 4) / 10)


FAMILY = Family(
    name="pagani_6",
    summary="an exponential cut off in the first six axes",
    formula="exp(sum_i (i + 4) x_i) if x_i <= (3 + i)/10 for all i, else 0",
    function=pagani_6,
    exact=exact,
    exact_from="closed form: prod_i [exp((i + 4) min((3 + i)/10, 1)) - 1] / (i + 4)",
    source="Sakiotis et al., arXiv:2104.06494 (PAGANI), test integrand f6",
    default_dim=4,
    dims=range(1, 31),  # beyond, f overflows at x = 1
    tags=("separable", "discontinuous"),
)
