"""The dilogarithm on the real axis, and the one-loop function made of it."""

import math


def dilogarithm(x: float) -> float:
    """Returns Li_2(x) = -int_0^x dt log(1-t)/t for real x <= 1.

    The series sum_k x^k / k^2 is summed for |x| <= 1/2; inversion and reflection lead there.
    """
    if x == 1:
        return math.pi**2 / 6
    if x < -1:
        return -(math.pi**2) / 6 - 0.5 * math.log(-x) ** 2 - dilogarithm(1 / x)
    if x < 0:
        return -0.5 * math.log1p(-x) ** 2 - dilogarithm(x / (x - 1))
    if x > 0.5:
        return math.pi**2 / 6 - math.log(x) * math.log1p(-x) - dilogarithm(1 - x)
    return math.fsum(x**k / k**2 for k in range(1, 60))


def triangle_function(x: float, y: float) -> float:
    """Returns Phi(x, y), the massless one-loop triangle, for sqrt(x) + sqrt(y) < 1.

    Phi = {2 [Li_2(-rho x) + Li_2(-rho y)] + log(y/x) log((1 + rho y)/(1 + rho x))
           + log(rho x) log(rho y) + pi^2/3} / lambda
    lambda^2 = (1 - x - y)^2 - 4 x y,  rho = 2 / (1 - x - y + lambda)

    Reference: Usyukina and Davydychev, Phys. Lett. B 298 (1993) 363.
    """
    root = math.sqrt((1 - x - y) ** 2 - 4 * x * y)
    rho = 2 / (1 - x - y + root)
    logs = math.log(y / x) * math.log((1 + rho * y) / (1 + rho * x)) + math.log(rho * x) * math.log(rho * y)
    return (2 * (dilogarithm(-rho * x) + dilogarithm(-rho * y)) + logs + math.pi**2 / 3) / root
