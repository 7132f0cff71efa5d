"""PAGANI 4: a narrow round peak."""

import numpy as np

from integrands.family import Family
from integrands.integrand import Array
from integrands.shared import genz


def pagani_4(x: Array) -> Array:
    """Returns a narrow round peak at x: [n, dim].

    f(x) = exp(-625 sum_i (x_i - 1/2)^2)
    """
    return genz.gaussian(x, np.full(x.shape[1], 25.0), np.full(x.shape[1], 0.5))


def exact(dim: int) -> float:
    """Returns a power of an error function."""
    return genz.gaussian_exact(np.full(dim, 25.0), np.full(dim, 0.5))


FAMILY = Family(
    name="pagani_4",
    summary="a narrow round Gaussian in the middle",
    formula="exp(-625 sum_i (x_i - 1/2)^2)",
    function=pagani_4,
    exact=exact,
    exact_from="closed form: [sqrt(pi)/25 erf(25/2)]^dim",
    source="Sakiotis et al., arXiv:2104.06494 (PAGANI), test integrand f4",
    default_dim=4,
    tags=("separable",),
)
