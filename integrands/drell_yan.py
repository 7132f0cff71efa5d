"""Drell-Yan: two protons to two muons, by photon and Z, with simple parton densities."""

import math
from functools import lru_cache

import numpy as np

from integrands.family import Family
from integrands.integrand import Array
from integrands.parameter import Parameter
from integrands.shared.electroweak import ALPHA, LEPTON, PB, UP, Z_MASS, Z_WIDTH, strengths
from integrands.shared.quadrature import panels


def quark(z: Array) -> Array:
    """Returns z q(z) of up quarks at momentum fraction z; a toy: 2 sqrt(z) (1-z)^3 and the sea."""
    return 2.0 * np.sqrt(z) * (1 - z) ** 3 + antiquark(z)


def antiquark(z: Array) -> Array:
    """Returns z q(z) of up antiquarks at momentum fraction z; a toy: 0.2 z^-0.2 (1-z)^7."""
    sea: Array = 0.2 * z**-0.2 * (1 - z) ** 7
    return sea


def drell_yan(x: Array, energy: float, low: float, width: float) -> Array:
    """Returns the differential cross-section in pb at x: [n, 3].

    f = L^2 pi alpha^2/(3 s) { [q(z_1) a(z_2) + a(z_1) q(z_2)] A(s) (1 + c^2)
                             + [q(z_1) a(z_2) - a(z_1) q(z_2)] B(s) c }
    if low^2 <= s <= (low + width)^2, else 0

    The momentum fractions z_i = exp(-L (1 - x_i)), L = 2 log(energy/low), make s = z_1 z_2 energy^2,
    the squared mass of the pair; c = 2 x_3 - 1 is the cosine of the muon's angle to the first proton
    in the pair's rest frame; q and a are z times the densities of up quarks and antiquarks.
    """
    reach = 2 * math.log(energy / low)
    z_1, z_2 = np.exp(reach * (x[:, 0] - 1)), np.exp(reach * (x[:, 1] - 1))
    s = z_1 * z_2 * energy**2
    values = np.zeros(len(x))
    inside = np.flatnonzero((s >= low**2) & (s <= (low + width) ** 2))
    z_1, z_2, s, cosine = z_1[inside], z_2[inside], s[inside], 2 * x[inside, 2] - 1
    forward, backward = quark(z_1) * antiquark(z_2), antiquark(z_1) * quark(z_2)
    even, odd = strengths(s, UP, LEPTON)
    angular = (forward + backward) * even * (1 + cosine**2) + (forward - backward) * odd * cosine
    values[inside] = (PB * math.pi * ALPHA**2 * reach**2 / 3) / s * angular
    return values


@lru_cache(maxsize=64)
def exact(dim: int, energy: float, low: float, width: float) -> float:
    """Returns the cross-section in pb, to 11 digits, over s and the pair's rapidity y.

    int ds/s 8 pi alpha^2/(9 s) A(s) int dy [q(z_1) a(z_2) + a(z_1) q(z_2)] / 2, z_1,2 = sqrt(s) exp(+-y)
    / energy, by Gauss-Legendre in y and in s, cut more finely near the pole and near low^2.
    """
    least, largest = low**2, (low + width) ** 2
    distance = Z_MASS * Z_WIDTH * 2.0 ** np.arange(-1, 12)
    cuts = np.concatenate([Z_MASS**2 - distance, [Z_MASS**2], Z_MASS**2 + distance])
    cuts = np.concatenate([np.geomspace(least, largest, 16), cuts[(cuts > least) & (cuts < largest)]])
    s, s_weight = panels(np.unique(cuts), 16)
    share, share_weight = panels(np.linspace(-1, 1, 13), 12)
    half_range = 0.5 * np.log(energy**2 / s)[:, None]
    root, rapidity = np.sqrt(s)[:, None] / energy, half_range * share
    z_1, z_2 = np.minimum(root * np.exp(rapidity), 1), np.minimum(root * np.exp(-rapidity), 1)
    pairs = quark(z_1) * antiquark(z_2) + antiquark(z_1) * quark(z_2)
    luminosity = half_range[:, 0] * (pairs @ share_weight)
    even, _ = strengths(s, UP, LEPTON)
    return float(PB * 4 * math.pi * ALPHA**2 / 9 * np.sum(s_weight / s**2 * even * luminosity))


FAMILY = Family(
    name="drell_yan",
    summary="p p -> mu+ mu- through the Z peak, with toy parton densities",
    formula="L^2 pi alpha^2/(3 s) {[q(z1) a(z2) + a(z1) q(z2)] A(s) (1 + c^2) + [q(z1) a(z2) - a(z1) q(z2)] "
    "B(s) c} (hbar c)^2 in low^2 <= s <= (low + width)^2, z_i = exp(-L (1 - x_i)), s = z1 z2 energy^2, "
    "c = 2 x_3 - 1, q(z) = 2 z^0.5 (1-z)^3 + a(z), a(z) = 0.2 z^-0.2 (1-z)^7",
    function=drell_yan,
    exact=exact,
    exact_from="Gauss-Legendre quadrature over mass and rapidity of the pair, to 11 digits",
    source="Drell and Yan, Phys. Rev. Lett. 25 (1970) 316; the densities are invented here",
    default_dim=3,
    dims=(3,),
    parameters={
        "energy": Parameter(13000.0, "of the two protons together, GeV", at_least=1000.0, at_most=1e5),
        "low": Parameter(60.0, "least mass of the pair, GeV", at_least=10.0, at_most=400.0),
        "width": Parameter(60.0, "range of masses above that, GeV", above=0.0, at_most=500.0),
    },
    tags=("correlated", "discontinuous"),
    unit="pb",
)
