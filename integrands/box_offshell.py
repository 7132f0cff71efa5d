"""Box with massless lines and four space-like legs off the mass shell."""

import numpy as np

from integrands.family import Family
from integrands.integrand import Array
from integrands.shared.dilogarithm import triangle_function
from integrands.shared.feynman import sectors, soften, softening
from integrands.shared.reciprocal import reciprocal

_M1, _M2, _M3, _M4 = 1.0, 2.0, 3.0, 4.0  # minus the squared momenta of the legs, GeV^2
_S, _T = 10.0, 12.0  # minus the squared momenta of neighbouring legs together, GeV^2


def box_offshell(x: Array, power: float) -> Array:
    """Returns the sum over sectors, GeV^-4, at x: [n, 3]; the parameters are t = x^power.

    f(x) = power^3 (x_1 x_2 x_3)^(power-1) sum over sectors of F^-2
    F(a, b, c, d) = m_1 a b + m_2 b c + m_3 c d + m_4 d a + s a c + t b d

    with m = 1, 2, 3, 4, s = 10 and t = 12 GeV^2. Every sector is infinite like one over a squared
    distance in one corner; the variance of uniform points is finite for power > 1.5.
    """
    t, jacobian = soften(x, power)
    total = np.zeros(len(x))
    for a, b, c, d in sectors(t):
        legs = _M1 * a * b + _M2 * b * c + _M3 * c * d + _M4 * d * a
        total += reciprocal((legs + _S * a * c + _T * b * d) ** 2)
    return jacobian * total


def exact(dim: int, power: float) -> float:
    """Returns Phi(m_1 m_3/(s t), m_2 m_4/(s t)) / (s t): this box is a triangle in disguise."""
    return triangle_function(_M1 * _M3 / (_S * _T), _M2 * _M4 / (_S * _T)) / (_S * _T)


FAMILY = Family(
    name="box_offshell",
    summary="massless box with four legs off the mass shell",
    formula="sum over sectors of (a b + 2 b c + 3 c d + 4 d a + 10 a c + 12 b d)^-2, one of a..d is 1, "
    "the others t = x^power, times the Jacobian",
    function=box_offshell,
    exact=exact,
    exact_from="closed form in dilogarithms: Phi(3/120, 8/120) / 120",
    source="Usyukina and Davydychev, Phys. Lett. B 298 (1993) 363",
    default_dim=3,
    dims=(3,),
    parameters={"power": softening(2.0)},
    tags=("correlated", "edge-singular"),
    unit="GeV^-4",
)
