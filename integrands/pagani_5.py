"""PAGANI 5: a peak with a kink in the middle."""

import numpy as np

from integrands.family import Family
from integrands.integrand import Array
from integrands.shared import genz


def pagani_5(x: Array) -> Array:
    """Returns a peak whose slope jumps in the middle at x: [n, dim].

    f(x) = exp(-10 sum_i |x_i - 1/2|)
    """
    return genz.continuous(x, np.full(x.shape[1], 10.0), np.full(x.shape[1], 0.5))


def exact(dim: int) -> float:
    """Returns a power of an exponential."""
    return genz.continuous_exact(np.full(dim, 10.0), np.full(dim, 0.5))


FAMILY = Family(
    name="pagani_5",
    summary="a peak with a kink in the middle",
    formula="exp(-10 sum_i |x_i - 1/2|)",
    function=pagani_5,
    exact=exact,
    exact_from="closed form: {[1 - exp(-5)] / 5}^dim",
    source="Sakiotis et al., arXiv:2104.06494 (PAGANI), test integrand f5",
    default_dim=4,
    tags=("separable",),
)
