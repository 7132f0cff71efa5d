"""PAGANI 3: a power that falls off from one corner."""

import numpy as np

from integrands.family import Family
from integrands.integrand import Array
from integrands.shared import genz


def pagani_3(x: Array) -> Array:
    """Returns a power of a weighted distance from the origin at x: [n, dim].

    f(x) = (1 + sum_i i x_i)^-(dim+1)
    """
    return genz.corner_peak(x, np.arange(1.0, x.shape[1] + 1))


def exact(dim: int) -> float:
    """Returns the integral as one over an auxiliary t, to 13 digits."""
    return genz.corner_peak_exact(np.arange(1.0, dim + 1))


FAMILY = Family(
    name="pagani_3",
    summary="a peak in one corner, narrower along each further axis",
    formula="(1 + sum_i i x_i)^-(dim+1)",
    function=pagani_3,
    exact=exact,
    exact_from="the closed form (a sum over corners) as a positive 1-d integral, to 13 digits",
    source="Sakiotis et al., arXiv:2104.06494 (PAGANI), test integrand f3",
    default_dim=4,
    tags=("correlated",),
)
