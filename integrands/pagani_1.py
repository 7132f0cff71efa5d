"""PAGANI 1: a plane wave, faster along each further axis."""

import numpy as np

from integrands.family import Family
from integrands.integrand import Array
from integrands.shared import genz


def pagani_1(x: Array) -> Array:
    """Returns a plane wave at x: [n, dim].

    f(x) = cos(sum_i i x_i)
    """
    return genz.oscillatory(x, np.arange(1.0, x.shape[1] + 1), 0.0)


def exact(dim: int) -> float:
    """Returns a product of sines times a cosine."""
    return genz.oscillatory_exact(np.arange(1.0, dim + 1), 0.0)


FAMILY = Family(
    name="pagani_1",
    summary="a plane wave, faster along each further axis",
    formula="cos(sum_i i x_i)",
    function=pagani_1,
    exact=exact,
    exact_from="closed form: cos(dim (dim + 1) / 4) prod_i 2 sin(i/2) / i",
    source="Sakiotis et al., arXiv:2104.06494 (PAGANI), test integrand f1",
    default_dim=4,
    tags=("correlated", "signed"),
)
