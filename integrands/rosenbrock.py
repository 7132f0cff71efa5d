"""Rosenbrock: the evidence of a thin curved valley."""

from functools import lru_cache

import numpy as np

from integrands.family import Family
from integrands.integrand import Array
from integrands.shared.quadrature import panels

_HALF_BOX = 5.0


def rosenbrock(x: Array) -> Array:
    """Returns the likelihood at x: [n, dim]; the prior is uniform over [-5, 5]^dim.

    f = exp(-sum_(i<dim) [100 (p_(i+1) - p_i^2)^2 + (1 - p_i)^2]),  p = 10 x - 5
    """
    p = 2 * _HALF_BOX * x
    p -= _HALF_BOX
    bend = p[:, :-1] ** 2
    bend -= p[:, 1:]
    exponent = -100 * np.einsum("ni,ni->n", bend, bend)
    rest = 1 - p[:, :-1]
    exponent -= np.einsum("ni,ni->n", rest, rest)
    values: Array = np.exp(exponent)
    return values


@lru_cache(maxsize=32)
def exact(dim: int) -> float:
    """Returns the evidence, one integral after the other from the last coordinate on, to 12 digits.

    g_k(p) = exp(-(1-p)^2) int dq exp(-100 (q - p^2)^2) g_(k+1)(q),  g_dim = 1

    All on one grid: Gauss-Legendre with 8 nodes in each of 200 panels, each narrower than the valley.
    """
    p, weight = panels(np.linspace(-_HALF_BOX, _HALF_BOX, 201), 8)
    step = np.exp(-100 * (p - p[:, None] ** 2) ** 2 - (1 - p[:, None]) ** 2) * weight / (2 * _HALF_BOX)
    rest = np.ones_like(p)
    for _ in range(dim - 1):
        rest = step @ rest
    return float(weight @ rest) / (2 * _HALF_BOX)


FAMILY = Family(
    name="rosenbrock",
    summary="evidence of a thin curved valley",
    formula="exp(-sum_(i<dim) [100 (p_(i+1) - p_i^2)^2 + (1 - p_i)^2]), p = 10 x - 5",
    function=rosenbrock,
    exact=exact,
    exact_from="Gauss-Legendre quadrature, one coordinate after the other, to 12 digits",
    source="Rosenbrock, Comput. J. 3 (1960) 175, as a likelihood: Graff et al., arXiv:1110.2997",
    default_dim=2,
    dims=range(2, 31),
    tags=("correlated",),
)
