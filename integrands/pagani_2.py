"""PAGANI 2: a narrow Lorentzian along each axis."""

import numpy as np

from integrands.family import Family
from integrands.integrand import Array
from integrands.shared import genz


def pagani_2(x: Array) -> Array:
    """Returns a product of Lorentzians at x: [n, dim].

    f(x) = prod_i 1 / (1/50^2 + (x_i - 1/2)^2)
    """
    return genz.product_peak(x, np.full(x.shape[1], 50.0), np.full(x.shape[1], 0.5))


def exact(dim: int) -> float:
    """Returns a power of an arctangent."""
    return genz.product_peak_exact(np.full(dim, 50.0), np.full(dim, 0.5))


FAMILY = Family(
    name="pagani_2",
    summary="narrow Lorentzians along the axes",
    formula="prod_i 1 / (1/50^2 + (x_i - 1/2)^2)",
    function=pagani_2,
    exact=exact,
    exact_from="closed form: [100 arctan(25)]^dim",
    source="Sakiotis et al., arXiv:2104.06494 (PAGANI), test integrand f2",
    default_dim=4,
    dims=range(1, 91),  # beyond, f overflows at its peak
    tags=("separable",),
)
