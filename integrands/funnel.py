"""Funnel: a distribution whose width in all coordinates but one depends on that one."""

import math

import numpy as np

from integrands.family import Family
from integrands.integrand import Array
from integrands.parameter import Parameter
from integrands.shared.normal import erf
from integrands.shared.quadrature import panels

_HALF_BOX = 30.0


def funnel(x: Array, spread: float) -> Array:
    """Returns the density times the volume of the box [-3 s, 3 s] x [-30, 30]^(dim-1), at x: [n, dim].

    f = 6 s 60^(dim-1) N(v; 0, s) prod_(i>1) N(p_i; 0, exp(v/2)),  s = spread
    v = 6 s x_1 - 3 s,  p_i = 60 x_i - 30,  N(z; m, s) the normal density of mean m
    """
    others = x.shape[1] - 1
    z = 6 * x[:, 0] - 3  # v in units of its standard deviation
    v = spread * z
    p = 2 * _HALF_BOX * x[:, 1:] - _HALF_BOX
    exponent = -0.5 * (z**2 + others * v + np.exp(-v) * np.einsum("ni,ni->n", p, p))
    log_norm = math.log(6) + others * math.log(2 * _HALF_BOX) - 0.5 * (others + 1) * math.log(2 * math.pi)
    values: Array = np.exp(exponent + log_norm)
    return values


def exact(dim: int, spread: float) -> float:
    """Returns the probability of the box, to 13 digits.

    int_-3^3 dz N(z; 0, 1) erf(30 / sqrt(2 exp(s z)))^(dim-1) by Gauss-Legendre
    """
    z, weight = panels(np.linspace(-3, 3, 25), 24)
    inside = erf(_HALF_BOX / np.sqrt(2 * np.exp(spread * z))) ** (dim - 1)
    return float(weight @ (np.exp(-0.5 * z**2) * inside)) / math.sqrt(2 * math.pi)


FAMILY = Family(
    name="funnel",
    summary="evidence of a funnel, wide at one end and narrow at the other",
    formula="6 s 60^(dim-1) N(v; 0, s) prod_(i>1) N(p_i; 0, exp(v/2)), v = 6 s x_1 - 3 s, p_i = 60 x_i - 30, "
    "s = spread",
    function=funnel,
    exact=exact,
    exact_from="Gauss-Legendre quadrature of a product of error functions over v, to 13 digits",
    source="Neal, Slice sampling, Ann. Statist. 31 (2003) 705, sec. 8",
    default_dim=3,
    dims=range(2, 101),
    parameters={"spread": Parameter(3.0, "standard deviation of v", above=0.0, at_most=5.0)},
    tags=("correlated",),
)
