"""Riemann's zeta function at whole numbers."""

import math


def zeta(s: int) -> float:
    """Returns sum_k k^-s for s >= 2: 100 terms, and the rest by Euler and Maclaurin's formula."""
    n = 100
    terms = [k**-s for k in range(1, n)]
    rest = [n ** (1 - s) / (s - 1), 0.5 * n**-s, s / 12 * n ** (-s - 1)]
    rest.append(-s * (s + 1) * (s + 2) / 720 * n ** (-s - 3))
    return math.fsum(terms + rest)


def clausen_third() -> float:
    """Returns L_-3(2) = sum_k [(3k+1)^-2 - (3k+2)^-2], Dirichlet's beta of the hexagon.

    The terms of each sum past the first n are its integral, plus Euler and Maclaurin's corrections.
    """
    n = 100

    def tail(first: float) -> float:
        # sum_(k >= 0) (first + 3k)^-2
        return 1 / (3 * first) + 0.5 / first**2 + 0.5 / first**3 - 0.9 / first**5

    terms = [(3 * k + 1) ** -2 - (3 * k + 2) ** -2 for k in range(n)]
    return math.fsum([*terms, tail(3 * n + 1), -tail(3 * n + 2)])
