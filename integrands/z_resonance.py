"""Electron and positron to two muons, through photon and Z, averaged over the resonance."""

import math

from integrands.family import Family
from integrands.integrand import Array
from integrands.parameter import Parameter
from integrands.shared.electroweak import ALPHA, LEPTON, PB, Z_MASS, Z_WIDTH, coefficients, strengths


def z_resonance(x: Array, low: float, width: float, cos_max: float) -> Array:
    """Returns the differential cross-section in pb at x: [n, 2].

    f = 2 cos_max pi alpha^2/(2 s) [A(s) (1 + c^2) + B(s) c],  c = cos_max (2 x_2 - 1)

    with s running evenly from low^2 to (low + width)^2 along x_1, so that the integral is the mean
    cross-section over that range. A and B are those of photon and Z exchange.
    """
    s_low, s_high = low**2, (low + width) ** 2
    s = s_low + (s_high - s_low) * x[:, 0]
    cosine = cos_max * (2 * x[:, 1] - 1)
    even, odd = strengths(s, LEPTON, LEPTON)
    return PB * math.pi * ALPHA**2 * cos_max / s * (even * (1 + cosine**2) + odd * cosine)


def exact(dim: int, low: float, width: float, cos_max: float) -> float:
    """Returns the mean cross-section in pb; elementary integrals over s, one for each part of A."""
    s_low, s_high = low**2, (low + width) ** 2
    mass_width = Z_MASS * Z_WIDTH
    photon, mixed, pure = coefficients(LEPTON, LEPTON)[0]
    a, b = s_low - Z_MASS**2, s_high - Z_MASS**2
    log_pole = 0.5 * math.log((b**2 + mass_width**2) / (a**2 + mass_width**2))
    angle = math.atan(b / mass_width) - math.atan(a / mass_width)
    over_s = photon * math.log(s_high / s_low) + mixed * log_pole
    over_s += pure * (log_pole + Z_MASS / Z_WIDTH * angle)
    return PB * math.pi * ALPHA**2 * (cos_max + cos_max**3 / 3) * over_s / (s_high - s_low)


FAMILY = Family(
    name="z_resonance",
    summary="e+ e- -> mu+ mu- by photon and Z, averaged over the resonance",
    formula="2 cos_max pi alpha^2/(2 s) [A(s) (1 + c^2) + B(s) c] (hbar c)^2, s even from low^2 to "
    "(low + width)^2 along x_1, c = cos_max (2 x_2 - 1)",
    function=z_resonance,
    exact=exact,
    exact_from="closed form: logarithms and an arctangent",
    source="Halzen and Martin, Quarks and Leptons (1984), sec. 13.6; constants: Particle Data Group (2024)",
    default_dim=2,
    dims=(2,),
    parameters={
        "low": Parameter(80.0, "least energy of the collision, GeV", at_least=1.0, at_most=1e5),
        "width": Parameter(20.0, "range of energies above that, GeV", above=0.0, at_most=1e5),
        "cos_max": Parameter(0.95, "largest |cos(theta)| of a muon", above=0.0, at_most=1.0),
    },
    tags=("correlated",),
    unit="pb",
)
