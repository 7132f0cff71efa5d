"""Muon decay: three massless particles from one at rest."""

import math

import numpy as np

from integrands.family import Family
from integrands.integrand import Array
from integrands.shared.phase_space import momenta, volume

_FERMI = 1.1663788e-5  # Fermi's constant, GeV^-2
_MASS = 0.1056583755  # of the muon, GeV


def muon_decay(x: Array) -> Array:
    """Returns the differential decay rate in GeV at x: [n, 5]; the electron is taken as massless.

    f = V/(2 m) 64 G^2 (m E) (p_e . p_n)

    V is the volume of three-body phase space, E the energy of the electron's antineutrino, p_e and
    p_n the momenta of the electron and of the muon's neutrino; the mean over the muon's spins.
    """
    electron, antineutrino, neutrino = momenta(x, _MASS)
    product = electron[0] * neutrino[0] - np.einsum("in,in->n", electron[1:], neutrino[1:])
    rate: Array = (volume(3, _MASS) * 32 * _FERMI**2) * antineutrino[0] * product
    return np.maximum(rate, 0)  # where two momenta are parallel, rounding decides the sign


def exact(dim: int) -> float:
    """Returns G^2 m^5 / (192 pi^3) in GeV."""
    return _FERMI**2 * _MASS**5 / (192 * math.pi**3)


FAMILY = Family(
    name="muon_decay",
    summary="rate of muon decay over three-body phase space",
    formula="V/(2 m) 64 G^2 (m E) (p_e . p_n) over flat phase space of volume V",
    function=muon_decay,
    exact=exact,
    exact_from="closed form: G^2 m^5/(192 pi^3)",
    source="Michel, Proc. Phys. Soc. A 63 (1950) 514; constants: Particle Data Group (2024)",
    default_dim=5,
    dims=(5,),
    tags=("correlated",),
    unit="GeV",
    axes=(1, 3),
)
