"""Watson's integral for the face-centred cubic lattice."""

import math

from integrands.family import Family
from integrands.integrand import Array
from integrands.shared.lattice import POWER, SOURCE, half_angles
from integrands.shared.reciprocal import reciprocal


def watson_fcc(x: Array, power: float) -> Array:
    """Returns the integrand at x: [n, 3], with t_i the angles that x stands for.

    f = 1 / (3 - cos t_1 cos t_2 - cos t_2 cos t_3 - cos t_3 cos t_1)

    f is infinite like one over a squared distance in two corners: (0, 0, 0) and (1, 1, 1).
    """
    (a, b, c), (p, q, r), jacobian = half_angles(x, power)
    return jacobian * reciprocal(4 * (a * q + b * r + c * p))


def exact(dim: int, power: float) -> float:
    """Returns 3 Gamma(1/3)^6 / (2^(14/3) pi^4)."""
    return 3 * math.gamma(1 / 3) ** 6 / (2 ** (14 / 3) * math.pi**4)


FAMILY = Family(
    name="watson_fcc",
    summary="Watson's integral for the face-centred cubic lattice",
    formula="1 / (3 - cos t_1 cos t_2 - cos t_2 cos t_3 - cos t_3 cos t_1), "
    "times the Jacobian; t_i = pi x_i for power 1",
    function=watson_fcc,
    exact=exact,
    exact_from="closed form: 3 Gamma(1/3)^6 / (2^(14/3) pi^4)",
    source=SOURCE,
    default_dim=3,
    dims=(3,),
    parameters={"power": POWER},
    tags=("correlated", "edge-singular"),
)
