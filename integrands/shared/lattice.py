"""What Watson's three integrals over momenta share."""

import math

import numpy as np

from integrands.integrand import Array
from integrands.parameter import Parameter

SOURCE = "Watson, Quart. J. Math. 10 (1939) 266; Zucker, J. Stat. Phys. 145 (2011) 591"

POWER = Parameter(
    2.0,
    "the angles are pi x^p / (x^p + (1-x)^p), p = power; from 1 up, the more the milder the corners",
    at_least=1.0,
    at_most=16.0,
)


def half_angles(x: Array, power: float) -> tuple[list[Array], list[Array], Array]:
    """Returns sin(t_i/2)^2 and cos(t_i/2)^2 for x: [n, 3], and the Jacobian prod_i dt_i/(pi dx_i).

    t_i = pi x_i^p / (x_i^p + (1 - x_i)^p),  p = power

    In these two nothing cancels, neither at t = 0 nor at t = pi. The integrals are infinite like one
    over a squared distance in some corners: with p = 1 the variance of uniform points is infinite,
    from above 1.5 on it is finite.
    """
    sines, cosines, jacobian = [], [], np.ones(len(x))
    for low in x.T:
        high = 1 - low
        if power != 1:
            near, far = low ** (power - 1), high ** (power - 1)
            total = near * low + far * high
            jacobian *= power * near * far / total**2
            low, high = near * low / total, far * high / total
        sines.append(np.sin((0.5 * math.pi) * low) ** 2)
        cosines.append(np.sin((0.5 * math.pi) * high) ** 2)
    return sines, cosines, jacobian
