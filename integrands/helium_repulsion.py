"""Helium's electron repulsion: two hydrogen-like electrons, six coordinates."""

import math

import numpy as np

from integrands.family import Family
from integrands.integrand import Array
from integrands.parameter import Parameter
from integrands.shared.real_line import to_half_line
from integrands.shared.reciprocal import reciprocal


def helium_repulsion(x: Array, charge: float) -> Array:
    """Returns the integrand of <1/r_12> in hartree at x: [n, 6]; lengths in bohr.

    f = (Z^3/pi)^2 exp(-2 Z (r_1 + r_2)) / |r_1 - r_2|  times the Jacobian,  Z = charge

    For each electron three coordinates give radius, polar angle and azimuth: Z r = x/(1-x),
    cos(theta) = 2 x - 1, phi = 2 pi x.
    """
    r_1, slope_1 = to_half_line(x[:, 0], 1.0)  # radii in bohr / Z
    r_2, slope_2 = to_half_line(x[:, 3], 1.0)
    cos_1, cos_2 = 2 * x[:, 1] - 1, 2 * x[:, 4] - 1
    sines = 4 * np.sqrt(x[:, 1] * (1 - x[:, 1]) * x[:, 4] * (1 - x[:, 4]))
    cos_between = cos_1 * cos_2 + sines * np.cos(2 * math.pi * (x[:, 2] - x[:, 5]))
    apart = (r_1 - r_2) ** 2 + 2 * r_1 * r_2 * np.maximum(1 - cos_between, 0)
    # Radii that are huge, where the exponential is 0, would make 0 times infinity.
    weight = np.exp(-2 * (r_1 + r_2) + 2 * np.log(r_1 * r_2) + np.log(slope_1 * slope_2))
    return 16 * charge * weight * reciprocal(np.sqrt(apart))


def exact(dim: int, charge: float) -> float:
    """Returns 5 Z / 8 hartree."""
    return 0.625 * charge


FAMILY = Family(
    name="helium_repulsion",
    summary="repulsion of helium's two electrons at first order",
    formula="(Z^3/pi)^2 exp(-2 Z (r_1 + r_2)) / |r_1 - r_2| d^3r_1 d^3r_2, Z r = x/(1-x), Z = charge",
    function=helium_repulsion,
    exact=exact,
    exact_from="closed form: 5 charge / 8",
    source="Bethe and Salpeter, Quantum Mechanics of One- and Two-Electron Atoms (1957), sec. 32",
    default_dim=6,
    dims=(6,),
    parameters={"charge": Parameter(2.0, "charge Z of the nucleus; 2 for helium", above=0.0)},
    tags=("correlated",),
    unit="hartree",
    axes=(0, 3),
)
