"""Photon and Z between two pairs of massless fermions, at lowest order. Natural units, GeV.

Reference: Particle Data Group, Review of Particle Physics (2024), for the constants; Halzen and Martin,
Quarks and Leptons (1984), sec. 13.6, for the cross-section.
"""

from dataclasses import dataclass

from integrands.integrand import Array

PB = 0.3893793721e9  # one GeV^-2 in picobarn: (hbar c)^2
Z_MASS, Z_WIDTH = 91.1880, 2.4955  # GeV
ALPHA = 1 / 127.93  # electromagnetic coupling at the Z mass
SIN_SQUARED = 0.23129  # of the weak mixing angle
_KAPPA = 1 / (4 * SIN_SQUARED * (1 - SIN_SQUARED))


@dataclass(frozen=True)
class Fermion:
    """Charge in units of the positron's, and third component of the weak isospin."""

    charge: float
    isospin: float

    @property
    def vector(self) -> float:
        """The vector coupling to the Z, T_3 - 2 Q sin^2."""
        return self.isospin - 2 * self.charge * SIN_SQUARED

    @property
    def axial(self) -> float:
        """The axial coupling to the Z, T_3."""
        return self.isospin


LEPTON, UP = Fermion(-1.0, -0.5), Fermion(2 / 3, 0.5)


def coefficients(incoming: Fermion, outgoing: Fermion) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Returns (photon, interference, Z) of the even and of the odd part in cos(theta)."""
    i, o = incoming, outgoing
    charges = i.charge * o.charge
    even = (
        charges**2,
        2 * charges * i.vector * o.vector * _KAPPA,
        (i.vector**2 + i.axial**2) * (o.vector**2 + o.axial**2) * _KAPPA**2,
    )
    odd = (
        0.0,
        4 * charges * i.axial * o.axial * _KAPPA,
        8 * i.vector * i.axial * o.vector * o.axial * _KAPPA**2,
    )
    return even, odd


def strengths(s: Array, incoming: Fermion, outgoing: Fermion) -> tuple[Array, Array]:
    """Returns A and B of dsigma/dcos(theta) = pi alpha^2/(2 s) [A (1 + cos^2) + B cos], at s in GeV^2.

    A = a_1 + a_2 Re(chi) + a_3 |chi|^2 with chi = s/(s - M^2 + i M Gamma); likewise B.
    """
    away = s - Z_MASS**2
    pole = s / (away**2 + (Z_MASS * Z_WIDTH) ** 2)
    real, square = away * pole, s * pole
    even, odd = coefficients(incoming, outgoing)
    return even[0] + even[1] * real + even[2] * square, odd[1] * real + odd[2] * square
