"""Camel: two equal humps on the long diagonal."""

import math

import numpy as np

from integrands.family import Family
from integrands.integrand import Array
from integrands.parameter import Parameter


def camel(x: Array, width: float) -> Array:
    """Returns the mean of two normalised peaks at x: [n, dim].

    f(x) = [g(x, 1/3) + g(x, 2/3)] / 2
    g(x, c) = (a sqrt(pi))^-dim exp(-sum_i (x_i - c)^2 / a^2),  a = width
    """
    return 0.5 * (_hump(x, 1 / 3, width) + _hump(x, 2 / 3, width))


def _hump(x: Array, centre: float, width: float) -> Array:
    z = (x - centre) / width
    log_norm = x.shape[1] * math.log(width * math.sqrt(math.pi))
    hump: Array = np.exp(-np.einsum("ni,ni->n", z, z) - log_norm)
    return hump


def exact(dim: int, width: float) -> float:
    """Returns the part of the humps inside the cube; both are cut by the same amount.

    {[erf(1/(3a)) + erf(2/(3a))] / 2}^dim
    """
    return (0.5 * (math.erf(1 / (3 * width)) + math.erf(2 / (3 * width)))) ** dim


FAMILY = Family(
    name="camel",
    summary="two equal humps on the long diagonal",
    formula="(a sqrt(pi))^-dim / 2 * sum over c = 1/3, 2/3 of exp(-sum_i (x_i - c)^2 / a^2), a = width",
    function=camel,
    exact=exact,
    exact_from="closed form: {[erf(1/(3 width)) + erf(2/(3 width))] / 2}^dim",
    source="Gao, Isaacson, Krause, arXiv:2001.05486 (i-flow), test functions: Camel",
    default_dim=4,
    parameters={"width": Parameter(0.2, "a: distance at which a hump falls to 1/e", above=0.0)},
    tags=("correlated", "multi-modal"),
)
