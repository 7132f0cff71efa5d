"""Gaussian shells: the evidence of two thin spherical shells in a wide box."""

import math

import numpy as np

from integrands.family import Family
from integrands.integrand import Array
from integrands.parameter import Parameter
from integrands.shared.quadrature import panels

_HALF_BOX, _OFFSET, _RADIUS = 6.0, 3.5, 2.0


def gaussian_shells(x: Array, width: float) -> Array:
    """Returns the likelihood at x: [n, dim]; the prior is uniform over [-6, 6]^dim.

    f = g(|p - c|) + g(|p + c|),  p = 12 x - 6,  c = (3.5, 0, .., 0)
    g(r) = (w sqrt(2 pi))^-1 exp(-(r - 2)^2 / (2 w^2)),  w = width
    """
    p = 2 * _HALF_BOX * x
    p -= _HALF_BOX
    rest = np.einsum("ni,ni->n", p[:, 1:], p[:, 1:])
    total = np.zeros(len(x))
    for centre in (_OFFSET, -_OFFSET):
        z = (np.sqrt((p[:, 0] - centre) ** 2 + rest) - _RADIUS) / width
        total += np.exp(-0.5 * z**2)
    return total / (width * math.sqrt(2 * math.pi))


def exact(dim: int, width: float) -> float:
    """Returns the evidence in spherical coordinates about one centre, twice, to 11 digits.

    12^-dim S int dr r^(dim-1) g(r) int da sin(a)^(dim-2), S the surface of the unit sphere in dim - 1
    dimensions, over all angles a from the axis at which r cos(a) <= 2.5, where the box ends.
    """
    reach, wall = 10 * width, _HALF_BOX - _OFFSET
    r, r_weight = panels(np.linspace(max(_RADIUS - reach, 0.0), min(_RADIUS + reach, wall), 25), 24)
    if _RADIUS + reach > wall:
        # The angle begins like the square root of the distance beyond the wall.
        root, root_weight = panels(np.linspace(0, math.sqrt(_RADIUS + reach - wall), 13), 24)
        r = np.concatenate([r, wall + root**2])
        r_weight = np.concatenate([r_weight, 2 * root * root_weight])
    least = np.arccos(np.minimum(wall / r, 1.0))[:, None]
    a, a_weight = panels([0.0, 0.5, 1.0], 40)
    angles = np.sum(a_weight * np.sin(least + (math.pi - least) * a) ** (dim - 2), axis=1)
    angles *= (math.pi - least)[:, 0]
    shell = np.exp(-0.5 * ((r - _RADIUS) / width) ** 2) / (width * math.sqrt(2 * math.pi))
    log_surface = math.log(2) + 0.5 * (dim - 1) * math.log(math.pi) - math.lgamma(0.5 * (dim - 1))
    # Lengths in units of the box, so that nothing overflows in many dimensions.
    radial = (r / (2 * _HALF_BOX)) ** (dim - 1) / (2 * _HALF_BOX)
    return 2 * math.exp(log_surface) * float(np.sum(r_weight * shell * radial * angles))


FAMILY = Family(
    name="gaussian_shells",
    summary="evidence of two thin spherical shells",
    formula="g(|p-c|) + g(|p+c|), g(r) = exp(-(r-2)^2/(2 w^2))/(w sqrt(2 pi)), p = 12 x - 6, "
    "c = (3.5, 0, .., 0), w = width",
    function=gaussian_shells,
    exact=exact,
    exact_from="Gauss-Legendre quadrature in spherical coordinates about one centre, to 11 digits",
    source="Feroz and Hobson, arXiv:0704.3704, toy problem of Gaussian shells",
    default_dim=2,
    dims=range(2, 31),
    parameters={"width": Parameter(0.1, "thickness of the shells", above=0.0, at_most=0.4)},
    tags=("correlated", "multi-modal"),
)
