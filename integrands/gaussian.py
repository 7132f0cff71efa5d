"""Gaussian: one round peak in the middle of the cube."""

import math

import numpy as np

from integrands.family import Family
from integrands.integrand import Array
from integrands.parameter import Parameter


def gaussian(x: Array, width: float) -> Array:
    """Returns the peak at x: [n, dim], normalised over all of space.

    f(x) = (a sqrt(pi))^-dim exp(-sum_i (x_i - 1/2)^2 / a^2),  a = width
    """
    z = (x - 0.5) / width
    log_norm = x.shape[1] * math.log(width * math.sqrt(math.pi))
    peak: Array = np.exp(-np.einsum("ni,ni->n", z, z) - log_norm)
    return peak


def exact(dim: int, width: float) -> float:
    """Returns the part of the peak inside the cube: erf(1/(2a)) along each axis."""
    return math.erf(0.5 / width) ** dim


FAMILY = Family(
    name="gaussian",
    summary="one round peak in the middle of the cube",
    formula="(a sqrt(pi))^-dim exp(-sum_i (x_i - 1/2)^2 / a^2), a = width",
    function=gaussian,
    exact=exact,
    exact_from="closed form: erf(1/(2 width))^dim",
    source="Gao, Isaacson, Krause, arXiv:2001.05486 (i-flow), test functions: Gaussian",
    default_dim=4,
    parameters={"width": Parameter(0.2, "a: distance at which the peak falls to 1/e", above=0.0)},
    tags=("separable",),
)
