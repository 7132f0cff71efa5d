"""Kite: the massless two-loop self-energy with five lines."""

import numpy as np

from integrands.family import Family
from integrands.integrand import Array
from integrands.shared.feynman import sectors, soften, softening
from integrands.shared.reciprocal import reciprocal
from integrands.shared.zeta import zeta


def kite(x: Array, power: float) -> Array:
    """Returns the sum over sectors at x: [n, 4]; the parameters are t = x^power.

    f(x) = power^4 (x_1 x_2 x_3 x_4)^(power-1) sum over sectors of 1 / [U F]
    U = (a + b) (c + d) + e (a + b + c + d)
    F = a b (c + d + e) + c d (a + b + e) + b c e + a d e

    a and b are the lines at one end, c and d those at the other, a meets c, and e joins the middle;
    the squared momentum is -1. Where the lines of one loop are small, U and F vanish together. The
    variance of uniform points is finite for power > 2.
    """
    t, jacobian = soften(x, power)
    total = np.zeros(len(x))
    for a, b, c, d, e in sectors(t):
        ends, others = a + b, c + d
        u = ends * others + e * (ends + others)
        total += reciprocal(u * (a * b * (others + e) + c * d * (ends + e) + e * (b * c + a * d)))
    return jacobian * total


def exact(dim: int, power: float) -> float:
    """Returns 6 zeta(3)."""
    return 6 * zeta(3)


FAMILY = Family(
    name="kite",
    summary="massless two-loop kite, 6 zeta(3)",
    formula="sum over sectors of 1/(U F), U = (a+b)(c+d) + e(a+b+c+d), "
    "F = ab(c+d+e) + cd(a+b+e) + bce + ade, one of a..e is 1, the others t = x^power, times the Jacobian",
    function=kite,
    exact=exact,
    exact_from="closed form: 6 zeta(3)",
    source="Chetyrkin, Kataev, Tkachov, Nucl. Phys. B 174 (1980) 345",
    default_dim=4,
    dims=(4,),
    parameters={"power": softening(3.0)},
    tags=("correlated", "edge-singular"),
)
