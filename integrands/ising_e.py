"""Ising-class integral E_n: the bound on the susceptibility's terms from above."""

import math

import numpy as np

from integrands.family import Family
from integrands.integrand import Array
from integrands.shared.zeta import zeta


def ising_e(x: Array) -> Array:
    """Returns the integrand at x: [n, dim].

    f(x) = 2 prod over i <= j of ((1 - x_i x_(i+1) .. x_j) / (1 + x_i x_(i+1) .. x_j))^2
    """
    dim = x.shape[1]
    total = np.ones(len(x))
    for i in range(dim):
        product = np.ones(len(x))
        for j in range(i, dim):
            product *= x[:, j]
            total *= (1 - product) / (1 + product)
    return 2 * total**2


def exact(dim: int) -> float:
    """Returns E_n for n = dim + 1 = 2, 3, 4.

    E_2 = 6 - 8 l,  E_3 = 10 - 2 pi^2 - 8 l + 32 l^2,  l = log 2
    E_4 = 22 - 82 zeta(3) - 24 l + 176 l^2 - 256 l^3/3 + 16 pi^2 l - 22 pi^2/3
    """
    log, pi_squared = math.log(2), math.pi**2
    if dim == 1:
        return 6 - 8 * log
    if dim == 2:
        return 10 - 2 * pi_squared - 8 * log + 32 * log**2
    terms = (22, -82 * zeta(3), -24 * log, 176 * log**2, -256 * log**3 / 3, 16 * pi_squared * log)
    return math.fsum([*terms, -22 * pi_squared / 3])


FAMILY = Family(
    name="ising_e",
    summary="Ising-class integral E_n in n - 1 dimensions",
    formula="2 prod_(i<=j) ((1 - x_i .. x_j) / (1 + x_i .. x_j))^2, n = dim + 1",
    function=ising_e,
    exact=exact,
    exact_from="closed form; E_3 = 10 - 2 pi^2 - 8 log 2 + 32 (log 2)^2",
    source="Bailey, Borwein, Crandall, J. Phys. A 39 (2006) 12271, E_n",
    default_dim=3,
    dims=(1, 2, 3),
    tags=("correlated",),
)
