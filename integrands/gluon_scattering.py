"""Two gluons to n gluons: a collider's jets, at lowest order."""

import math

import numpy as np

from integrands.family import Family
from integrands.integrand import Array
from integrands.parameter import Parameter
from integrands.shared.electroweak import PB
from integrands.shared.parke_taylor import squared_amplitude
from integrands.shared.phase_space import momenta, volume

_ALPHA_S = 0.118  # strong coupling, not running
_COLOURS = 3


def gluon_scattering(x: Array, energy: float, pt_min: float, y_max: float, separation: float) -> Array:
    """Returns the differential cross-section in pb at x: [n, 3 gluons - 4]; 2 to 5 gluons.

    f = V/(2 s n!) <|M|^2> (hbar c)^2 where the cuts are passed, else 0,  s = energy^2
    <|M|^2> = h/256 (4 pi alpha_s)^n 3^n 8 sum_(i<j) s_ij^4 sum_P 1/(s_1P(2) .. s_P(n+2)1)

    over flat phase space of volume V; h = 1 for n = 2, else 2 for the mirrored helicities. The
    amplitude is Parke and Taylor's: exact at lowest order for n = 2 and 3, for n = 4 and 5 the part
    with two gluons of one helicity and the rest of the other, at leading colour. Cuts: transverse
    momentum above pt_min, |rapidity| below y_max, and (difference in rapidity)^2 + (in azimuth)^2
    above separation^2 for each pair.
    """
    outgoing = momenta(x, energy)
    count = len(outgoing)
    passed = np.flatnonzero(_passes(outgoing, pt_min, y_max, separation))
    values = np.zeros(len(x))
    beams = np.zeros((2, 4, len(passed)))
    beams[:, 0] = 1.0
    beams[:, 3] = np.array([[1.0], [-1.0]])
    # In units of half the energy.
    p = np.concatenate([beams, outgoing[:, :, passed] * (2 / energy)])
    invariants = 2 * np.abs(
        np.einsum("in,jn->ijn", p[:, 0], p[:, 0]) - np.einsum("ikn,jkn->ijn", p[:, 1:], p[:, 1:])
    )
    unit = (0.5 * energy) ** (4 - 2 * count)  # of the squared amplitude, GeV^(4-2n)
    colour = _COLOURS**count * (_COLOURS**2 - 1) * (1 if count == 2 else 2) / 256
    front = colour * (4 * math.pi * _ALPHA_S) ** count * unit * volume(count, energy)
    front *= PB / (2 * energy**2 * math.factorial(count))
    values[passed] = front * squared_amplitude(invariants)
    return values


def _passes(p: Array, pt_min: float, y_max: float, separation: float) -> np.ndarray:
    """Returns whether each event passes the cuts: bool [n], for momenta p: [gluons, 4, n]."""
    squared_pt = p[:, 1] ** 2 + p[:, 2] ** 2
    # |y| = artanh(|p_3| / p_0), so a cut on it is one on that ratio.
    passed = np.all((squared_pt > pt_min**2) & (np.abs(p[:, 3]) < math.tanh(y_max) * p[:, 0]), axis=0)
    rows = np.flatnonzero(passed)
    rapidity = np.arctanh(p[:, 3, rows] / p[:, 0, rows])
    azimuth = np.arctan2(p[:, 2, rows], p[:, 1, rows])
    apart = np.ones(len(rows), dtype=bool)
    for i in range(len(p)):
        for j in range(i):
            angle = np.abs(azimuth[i] - azimuth[j])
            angle = np.minimum(angle, 2 * math.pi - angle)
            apart &= (rapidity[i] - rapidity[j]) ** 2 + angle**2 > separation**2
    passed[rows] = apart
    return passed


# Cross-sections in pb with the default cuts, and their standard errors: from VEGAS, adapted on 7 million
# points and then frozen; plain means of 120, 160 and 170 iterations of a million points each.
_REFERENCE = {5: (7255.5, 0.9), 8: (1775.8, 0.53), 11: (263.54, 0.15)}


def exact(
    dim: int, energy: float, pt_min: float, y_max: float, separation: float
) -> float | tuple[float, float] | None:
    """Returns the cross-section in pb: closed for two gluons, with an error for more, else None.

    For two gluons <|M|^2> = 9/2 g^4 (3 - t u/s^2 - s u/t^2 - s t/u^2), integrated over the cosine.
    A cross-section is one over s times a function of pt_min/energy, so a reference value at one
    energy is good for others.
    """
    defaults = {name: parameter.default for name, parameter in FAMILY.parameters.items()}
    if dim == 2:
        return _two_gluons(energy, pt_min, y_max, separation)
    known = (y_max, separation) == (defaults["y_max"], defaults["separation"])
    if known and math.isclose(pt_min / energy, defaults["pt_min"] / defaults["energy"], rel_tol=1e-12):
        value, error = _REFERENCE[dim]
        scale = (defaults["energy"] / energy) ** 2
        return value * scale, error * scale
    return None


def _two_gluons(energy: float, pt_min: float, y_max: float, separation: float) -> float | None:
    if separation > math.pi:
        return None  # two gluons are pi apart in azimuth
    c = min(math.tanh(y_max), math.sqrt(max(1 - (2 * pt_min / energy) ** 2, 0.0)))
    pole = 4 * c / (1 - c**2) - math.log((1 + c) / (1 - c))
    integral = 6 * c - (2 * c - 2 * c**3 / 3) / 4 + 4 * pole
    amplitude = 4.5 * (4 * math.pi * _ALPHA_S) ** 2 * integral
    return PB * amplitude / (64 * math.pi * energy**2)


FAMILY = Family(
    name="gluon_scattering",
    summary="g g -> 2, 3, 4 or 5 gluons with cuts as at a collider",
    formula="V/(2 s n!) h/256 (4 pi alpha_s)^n 3^n 8 sum_(i<j) s_ij^4 sum_P 1/(s_1P(2) .. s_P(n+2)1) "
    "(hbar c)^2 inside the cuts, over flat phase space of volume V, n = (dim + 4)/3",
    function=gluon_scattering,
    exact=exact,
    exact_from="2 gluons: closed form; 3 to 5: VEGAS with 120 to 170 million points, statistical error",
    source="Parke and Taylor, Phys. Rev. Lett. 56 (1986) 2459; phase space: Platzer, arXiv:1308.2922",
    default_dim=5,
    dims=(2, 5, 8, 11),
    parameters={
        "energy": Parameter(1000.0, "of the two gluons together, GeV", at_least=10.0, at_most=1e5),
        "pt_min": Parameter(60.0, "least transverse momentum, GeV", above=0.0, at_most=1e4),
        "y_max": Parameter(2.5, "largest |rapidity|", above=0.0, at_most=6.0),
        "separation": Parameter(0.4, "least distance of two gluons", above=0.0, at_most=3.0),
    },
    tags=("correlated", "discontinuous", "multi-modal"),
    unit="pb",
    axes=(0, 3),
)
