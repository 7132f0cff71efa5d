"""Ising-class integral C_n: the simplest relative of the magnetic susceptibility."""

import math

import numpy as np

from integrands.family import Family
from integrands.integrand import Array
from integrands.parameter import Parameter
from integrands.shared.real_line import to_line


def ising_c(x: Array, power: float) -> Array:
    """Returns the integrand at x: [n, dim], with u_j = (x_j / (1 - x_j))^power.

    f = 4/dim! prod_j (du_j/dx_j / u_j) / (sum_j (u_j + 1/u_j))^2
    """
    t, jacobian = to_line(x, power)  # t = log u
    exponent = np.sum(np.log(jacobian), axis=1) - math.lgamma(x.shape[1] + 1)
    exponent -= 2 * np.log(np.sum(np.cosh(t), axis=1))
    values: Array = np.exp(exponent)
    return values


def exact(dim: int, power: float) -> float:
    """Returns 2^dim/dim! int_0^inf dt t K_0(t)^dim, to 13 digits.

    Both that and K_0(t) = int_0^inf ds exp(-t cosh s) by the trapezoidal rule, in log t and in s,
    where it converges exponentially. C_1..C_4 are 2, 1, L_-3(2), 7 zeta(3)/12.
    """
    step_s, step_y = 0.1, 0.05
    least = -(0.5 * dim + 5 * math.sqrt(dim) + 18)  # of log t; t^2 log(1/t)^dim is negligible below
    s = np.arange(0, 6 - least, step_s)
    y = np.arange(least, 5, step_y)
    decay = np.exp(-np.outer(np.exp(y), np.cosh(s)))
    bessel = step_s * (decay.sum(axis=1) - 0.5 * decay[:, 0])
    total = step_y * np.sum(np.exp(2 * y) * (2 * bessel) ** dim)
    return float(total / math.factorial(dim))


FAMILY = Family(
    name="ising_c",
    summary="Ising-class integral C_n in n dimensions",
    formula="4/n! prod_j (du_j/dx_j / u_j) / (sum_j (u_j + 1/u_j))^2, u = (x/(1-x))^power, n = dim",
    function=ising_c,
    exact=exact,
    exact_from="2^n/n! int_0^inf dt t K_0(t)^n by the trapezoidal rule, to 13 digits; C_4 = 7 zeta(3)/12",
    source="Bailey, Borwein, Crandall, J. Phys. A 39 (2006) 12271, C_n",
    default_dim=4,
    dims=range(1, 17),
    parameters={"power": Parameter(2.0, "u = (x / (1-x))^power", at_least=0.5, at_most=4.0)},
    tags=("correlated",),
)
