"""Ising-class integral D_n: a term of the magnetic susceptibility."""

import math

import numpy as np

from integrands.family import Family
from integrands.integrand import Array
from integrands.parameter import Parameter
from integrands.shared.real_line import to_line
from integrands.shared.zeta import clausen_third, zeta


def ising_d(x: Array, power: float) -> Array:
    """Returns the integrand at x: [n, dim], with u_j = (x_j / (1 - x_j))^power.

    f = 4/dim! prod_j (du_j/dx_j / u_j) prod_(i<j) ((u_i - u_j)/(u_i + u_j))^2
        / (sum_j (u_j + 1/u_j))^2

    It vanishes wherever two u are equal.
    """
    t, jacobian = to_line(x, power)  # t = log u
    dim = x.shape[1]
    values: Array = np.prod(jacobian, axis=1) / (math.factorial(dim) * np.sum(np.cosh(t), axis=1) ** 2)
    for i in range(dim):
        for j in range(i):
            values *= np.tanh(0.5 * (t[:, i] - t[:, j])) ** 2
    return values


def exact(dim: int, power: float) -> float:
    """Returns D_1 = 2, D_2 = 1/3, D_3 = 8 + 4 pi^2/3 - 27 L, D_4 = 4 pi^2/9 - 1/6 - 7 zeta(3)/2.

    L = sum_k [(3k+1)^-2 - (3k+2)^-2] is L_-3(2).
    """
    return {
        1: 2.0,
        2: 1 / 3,
        3: 8 + 4 * math.pi**2 / 3 - 27 * clausen_third(),
        4: 4 * math.pi**2 / 9 - 1 / 6 - 3.5 * zeta(3),
    }[dim]


FAMILY = Family(
    name="ising_d",
    summary="Ising-class integral D_n, a term of the susceptibility",
    formula="4/n! prod_j (du_j/dx_j / u_j) prod_(i<j) ((u_i-u_j)/(u_i+u_j))^2 / (sum_j (u_j + 1/u_j))^2, "
    "u = (x/(1-x))^power, n = dim",
    function=ising_d,
    exact=exact,
    exact_from="closed form; D_4 = 4 pi^2/9 - 1/6 - 7 zeta(3)/2",
    source="Bailey, Borwein, Crandall, J. Phys. A 39 (2006) 12271, D_n",
    default_dim=4,
    dims=(1, 2, 3, 4),
    parameters={"power": Parameter(2.0, "u = (x / (1-x))^power", at_least=0.5, at_most=4.0)},
    tags=("correlated", "multi-modal"),
)
