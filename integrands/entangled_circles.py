"""Entangled circles: two thin rings through each other, each bright on its outer side."""

import numpy as np

from integrands.family import Family
from integrands.integrand import Array

_CENTRE_1, _CENTRE_2 = 0.4, 0.6
_RADIUS = 0.25
_SHARPNESS = 250.0
_POWER = 3


def entangled_circles(x: Array) -> Array:
    """Returns the two rings at x: [n, 2]; each is the other's image under x -> 1 - x.

    f(x) = h(x_1, x_2) + h(1 - x_1, 1 - x_2)
    h(x_1, x_2) = x_2^3 exp(-250 |(x_1 - 0.4)^2 + (x_2 - 0.6)^2 - 0.25^2|)
    """
    x_1, x_2 = x[:, 0], x[:, 1]
    return _ring(x_1, x_2) + _ring(1 - x_1, 1 - x_2)


def _ring(x_1: Array, x_2: Array) -> Array:
    off_circle = (x_1 - _CENTRE_1) ** 2 + (x_2 - _CENTRE_2) ** 2 - _RADIUS**2
    ring: Array = x_2**_POWER * np.exp(-_SHARPNESS * np.abs(off_circle))
    return ring


def exact(dim: int) -> float:
    """Returns twice the integral of one ring, by quadrature.

    In polar coordinates about the ring's centre, cut at the kink on the circle and, in angle,
    towards the corners of the square, every piece is smooth: 30-digit arithmetic gives
    0.0136847767249379532. Adaptive quadrature over x_2 and then x_1, cut at the kinks, agrees to
    1e-17.
    """
    return 0.013684776724937953


FAMILY = Family(
    name="entangled_circles",
    summary="two thin rings through each other, each bright on its outer side",
    formula="h(x_1, x_2) + h(1 - x_1, 1 - x_2), h = x_2^3 exp(-250 |(x_1 - 0.4)^2 + (x_2 - 0.6)^2 - 0.25^2|)",
    function=entangled_circles,
    exact=exact,
    exact_from="quadrature in polar coordinates about one ring, to 16 digits; "
    "a Cartesian one agrees to 1e-17",
    source="Gao, Isaacson, Krause, arXiv:2001.05486 (i-flow), test functions: Entangled circles",
    default_dim=2,
    dims=(2,),
    tags=("correlated", "multi-modal"),
)
