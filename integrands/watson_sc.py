"""Watson's integral for the simple cubic lattice."""

import math

from integrands.family import Family
from integrands.integrand import Array
from integrands.shared.lattice import POWER, SOURCE, half_angles
from integrands.shared.reciprocal import reciprocal


def watson_sc(x: Array, power: float) -> Array:
    """Returns the integrand at x: [n, 3], with t_i the angles that x stands for.

    f = 1 / (3 - cos t_1 - cos t_2 - cos t_3)

    f is infinite like one over a squared distance in the corner (0, 0, 0).
    """
    (a, b, c), _, jacobian = half_angles(x, power)
    return jacobian * reciprocal(2 * (a + b + c))


def exact(dim: int, power: float) -> float:
    """Returns sqrt(6) Gamma(1/24) Gamma(5/24) Gamma(7/24) Gamma(11/24) / (96 pi^3)."""
    return math.sqrt(6) / (96 * math.pi**3) * math.prod(math.gamma(k / 24) for k in (1, 5, 7, 11))


FAMILY = Family(
    name="watson_sc",
    summary="Watson's integral for the simple cubic lattice",
    formula="1 / (3 - cos t_1 - cos t_2 - cos t_3), times the Jacobian; t_i = pi x_i for power 1",
    function=watson_sc,
    exact=exact,
    exact_from="closed form: sqrt(6) Gamma(1/24) Gamma(5/24) Gamma(7/24) Gamma(11/24) / (96 pi^3)",
    source=SOURCE,
    default_dim=3,
    dims=(3,),
    parameters={"power": POWER},
    tags=("correlated", "edge-singular"),
)
