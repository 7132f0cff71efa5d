"""Bhabha scattering: electron and positron to electron and positron, at lowest order in QED."""

import math

from integrands.family import Family
from integrands.integrand import Array
from integrands.parameter import Parameter
from integrands.shared.electroweak import PB

_ALPHA = 1 / 137.035999178  # electromagnetic coupling at low energies


def bhabha(x: Array, energy: float, cos_max: float) -> Array:
    """Returns the differential cross-section in pb at x: [n, 1], massless electrons.

    f = 2 cos_max pi alpha^2/(2 s) [(3 + c^2)/(1 - c)]^2 (hbar c)^2,  c = cos_max (2 x - 1)

    s = energy^2. It rises towards c = 1 like the scattering off a nucleus does.
    """
    cosine = cos_max * (2 * x[:, 0] - 1)
    front = PB * math.pi * _ALPHA**2 * cos_max / energy**2
    return front * ((3 + cosine**2) / (1 - cosine)) ** 2


def exact(dim: int, energy: float, cos_max: float) -> float:
    """Returns the cross-section in pb.

    With w = 1 - c, [(3 + c^2)/(1 - c)]^2 = 16/w^2 - 16/w + 12 - 4 w + w^2.
    """
    c = cos_max
    terms = (
        32 * c / (1 - c**2),
        -16 * math.log((1 + c) / (1 - c)),
        24 * c,
        -8 * c,
        2 * c + 2 * c**3 / 3,
    )
    return PB * math.pi * _ALPHA**2 / (2 * energy**2) * math.fsum(terms)


FAMILY = Family(
    name="bhabha",
    summary="Bhabha scattering with a cut on the angle, rising at one end",
    formula="2 cos_max pi alpha^2/(2 s) [(3 + c^2)/(1 - c)]^2 (hbar c)^2, c = cos_max (2 x - 1)",
    function=bhabha,
    exact=exact,
    exact_from="closed form: rational in cos_max, and a logarithm",
    source="Bhabha, Proc. R. Soc. A 154 (1936) 195; Peskin and Schroeder (1995), problem 5.2",
    default_dim=1,
    dims=(1,),
    parameters={
        "energy": Parameter(10.0, "of the collision, GeV", at_least=0.1, at_most=30.0),
        "cos_max": Parameter(0.95, "largest |cos(theta)| of the electron", above=0.0, below=1.0),
    },
    tags=("separable",),
    unit="pb",
)
