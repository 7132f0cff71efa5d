"""Watson's integral for the body-centred cubic lattice."""

import math

from integrands.family import Family
from integrands.integrand import Array
from integrands.shared.lattice import POWER, SOURCE, half_angles
from integrands.shared.reciprocal import reciprocal


def watson_bcc(x: Array, power: float) -> Array:
    """Returns the integrand at x: [n, 3], with t_i the angles that x stands for.

    f = 1 / (1 - cos t_1 cos t_2 cos t_3)  times prod_i dt_i / (pi dx_i)

    f is infinite like one over a squared distance in four corners: (0, 0, 0), (1, 1, 0) and so on.
    """
    (a, b, c), (p, q, r), jacobian = half_angles(x, power)
    differ, agree = a * q + b * p, a * b + p * q  # (1 -+ cos t_1 cos t_2) / 2
    return jacobian * reciprocal(2 * (differ * r + c * agree))


def exact(dim: int, power: float) -> float:
    """Returns Gamma(1/4)^4 / (4 pi^3)."""
    return math.gamma(0.25) ** 4 / (4 * math.pi**3)


FAMILY = Family(
    name="watson_bcc",
    summary="Watson's integral for the body-centred cubic lattice",
    formula="1 / (1 - cos t_1 cos t_2 cos t_3), times the Jacobian; t_i = pi x_i for power 1",
    function=watson_bcc,
    exact=exact,
    exact_from="closed form: Gamma(1/4)^4 / (4 pi^3)",
    source=SOURCE,
    default_dim=3,
    dims=(3,),
    parameters={"power": POWER},
    tags=("correlated", "edge-singular"),
)
