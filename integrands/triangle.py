"""Triangle: the scalar one-loop triangle of gg -> H through a top quark."""

import math

from integrands.family import Family
from integrands.integrand import Array

_MT, _MH = 175.0, 125.0  # top and Higgs masses, GeV; the two gluons are massless


def triangle(x: Array) -> Array:
    """Returns the integrand after sector decomposition, GeV^-2 and negative, at x: [n, 2].

    f(t) = -[1/F(1, t_1, t_2) + 1/F(t_2, 1, t_1) + 1/F(t_1, t_2, 1)] / (1 + t_1 + t_2)
    F(a, b, c) = mt^2 (a + b + c)^2 - mh^2 a c

    The loop integral runs over three Feynman parameters up to a common scale. Each sector has
    another one largest and sets it to 1; the others, in cyclic order, fill [0, 1]^2.

    Reference: sector decomposition, Binoth and Heinrich, arXiv:hep-ph/0004013.
    """
    t_1, t_2 = x.T
    scale = 1 + t_1 + t_2
    mass_term = (_MT * scale) ** 2  # the same in every sector
    total: Array = -1 / (mass_term - _MH**2 * t_2)
    total -= 1 / (mass_term - _MH**2 * t_1 * t_2)
    total -= 1 / (mass_term - _MH**2 * t_1)
    total /= scale
    return total


def exact(dim: int) -> float:
    """Returns the integral, GeV^-2: the one of Higgs production below the top threshold.

    -(2 / mh^2) arcsin(mh / (2 mt))^2

    Reference: Djouadi, arXiv:hep-ph/0503172, where the same arcsin^2 is called f(tau).
    """
    return -2 / _MH**2 * math.asin(_MH / (2 * _MT)) ** 2


FAMILY = Family(
    name="triangle",
    summary="scalar top-quark triangle of gg -> H, smooth and negative, in GeV^-2",
    formula="-(sum of 1/F over F(1,t1,t2), F(t2,1,t1), F(t1,t2,1)) / (1+t1+t2), "
    "F(a,b,c) = 175^2 (a+b+c)^2 - 125^2 a c",
    function=triangle,
    exact=exact,
    exact_from="closed form: -(2/mh^2) arcsin(mh/(2 mt))^2",
    source="Gao, Isaacson, Krause, arXiv:2001.05486 (i-flow), test functions: Scalar top loop",
    default_dim=2,
    dims=(2,),
    tags=("correlated", "signed"),
    unit="GeV^-2",
)
