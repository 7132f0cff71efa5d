"""Triangle with massless lines and three space-like legs off the mass shell."""

import numpy as np

from integrands.family import Family
from integrands.integrand import Array
from integrands.shared.dilogarithm import triangle_function
from integrands.shared.feynman import sectors, soften, softening
from integrands.shared.reciprocal import reciprocal

_P1, _P2, _P3 = 1.0, 2.0, 10.0  # minus the squared momenta of the legs, GeV^2


def triangle_offshell(x: Array, power: float) -> Array:
    """Returns the sum over sectors, GeV^-2, at x: [n, 2]; the parameters are t = x^power.

    f(x) = power^2 (x_1 x_2)^(power-1) [G(1, t_1, t_2) + G(t_1, 1, t_2) + G(t_1, t_2, 1)]
    G(a, b, c) = 1 / [(a + b + c) (p_1 b c + p_2 c a + p_3 a b)],  p = 1, 2, 10 GeV^2

    Every sector is infinite like one over a distance in one corner; with power = 1 the variance of
    uniform points is infinite, from above 1 on it is finite, from 2 on f is bounded.
    """
    t, jacobian = soften(x, power)
    total = np.zeros(len(x))
    for a, b, c in sectors(t):
        total += reciprocal((a + b + c) * (_P1 * b * c + _P2 * c * a + _P3 * a * b))
    return jacobian * total


def exact(dim: int, power: float) -> float:
    """Returns Phi(p_1/p_3, p_2/p_3) / p_3."""
    return triangle_function(_P1 / _P3, _P2 / _P3) / _P3


FAMILY = Family(
    name="triangle_offshell",
    summary="massless triangle with three legs off the mass shell",
    formula="sum over sectors of 1/[(a+b+c) (b c + 2 c a + 10 a b)], one of a, b, c is 1, "
    "the others t = x^power, times the Jacobian",
    function=triangle_offshell,
    exact=exact,
    exact_from="closed form in dilogarithms: Phi(0.1, 0.2) / 10",
    source="Usyukina and Davydychev, Phys. Lett. B 298 (1993) 363",
    default_dim=2,
    dims=(2,),
    parameters={"power": softening(1.5)},
    tags=("correlated", "edge-singular"),
    unit="GeV^-2",
)
