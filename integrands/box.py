"""Box: the scalar one-loop box with a top quark in the loop and a Higgs boson on one leg."""

from integrands.family import Family
from integrands.integrand import Array

_MT2 = 175.0**2  # top mass squared, GeV^2
_MH2 = 125.0**2  # Higgs mass squared, GeV^2; the other three legs are massless
_S12 = 130.0**2  # squared energies in the two channels, GeV^2
_S23 = -(130.0**2) / 2


def box(x: Array) -> Array:
    """Returns the integrand after sector decomposition, GeV^-4, at x: [n, 3].

    f(t) = F(1, t_1, t_2, t_3)^-2 + F(t_3, 1, t_1, t_2)^-2
         + F(t_2, t_3, 1, t_1)^-2 + F(t_1, t_2, t_3, 1)^-2
    F(a, b, c, d) = mt^2 (a + b + c + d)^2 - s12 a c - s23 b d - mh^2 a d

    The loop integral is that of F^-2 over four Feynman parameters up to a common scale. Each
    sector has another one largest and sets it to 1; the others, in cyclic order, fill [0, 1]^3.

    Reference: sector decomposition, Binoth and Heinrich, arXiv:hep-ph/0004013.
    """
    t_1, t_2, t_3 = x.T
    mass_term = _MT2 * (1 + t_1 + t_2 + t_3) ** 2  # the same in every sector
    total: Array = (mass_term - _S12 * t_2 - _S23 * t_1 * t_3 - _MH2 * t_3) ** -2
    total += (mass_term - _S12 * t_1 * t_3 - _S23 * t_2 - _MH2 * t_2 * t_3) ** -2
    total += (mass_term - _S12 * t_2 - _S23 * t_1 * t_3 - _MH2 * t_1 * t_2) ** -2
    total += (mass_term - _S12 * t_1 * t_3 - _S23 * t_2 - _MH2 * t_1) ** -2
    return total


def exact(dim: int) -> float:
    """Returns the integral, GeV^-4, by quadrature.

    Gauss-Legendre with 24^3 and with 30^3 nodes in 34-digit arithmetic agree on
    1.936964023868330163051625e-10. A value quoted elsewhere for these masses,
    1.93696402386819321e-10, differs from the 14th digit on.
    """
    return 1.9369640238683302e-10


FAMILY = Family(
    name="box",
    summary="scalar top-quark box with one Higgs leg, smooth, in GeV^-4",
    formula="sum of F^-2 over F(1,t1,t2,t3), F(t3,1,t1,t2), F(t2,t3,1,t1), F(t1,t2,t3,1), "
    "F(a,b,c,d) = 175^2 (a+b+c+d)^2 - 130^2 a c + 130^2/2 b d - 125^2 a d",
    function=box,
    exact=exact,
    exact_from="Gauss-Legendre quadrature in 34-digit arithmetic, to 16 digits",
    source="Gao, Isaacson, Krause, arXiv:2001.05486 (i-flow), test functions: Scalar top loop",
    default_dim=3,
    dims=(3,),
    tags=("correlated",),
    unit="GeV^-4",
)
