"""Squared amplitudes of gluons, summed over helicities and colours."""

import numpy as np

from integrands.integrand import Array


def squared_amplitude(invariants: Array) -> Array:
    """Returns sum_(i<j) s_ij^4 sum over orders P of 1/(s_1P(2) s_P(2)P(3) .. s_P(N)1), [n].

    The second sum runs over all (N - 1)! orders of the others behind the first gluon. It is built up
    path by path, as for a travelling salesman: the sum over all paths from gluon 1 through a set of
    others to the last of them follows from those through smaller sets. That takes N^2 2^N products.

    Args:
      invariants: [N, N, n], symmetric, |2 p_i . p_j| in any unit.

    Reference: Parke and Taylor, Phys. Rev. Lett. 56 (1986) 2459, eq. 3.
    """
    others = len(invariants) - 1
    link = {(i, j): 1 / invariants[i, j] for i in range(others + 1) for j in range(others + 1) if i != j}
    paths = {(1 << i, i): link[0, i + 1] for i in range(others)}
    for _ in range(others - 1):
        longer: dict[tuple[int, int], Array] = {}
        for (visited, last), value in paths.items():
            for following in range(others):
                if not visited >> following & 1:
                    key = (visited | 1 << following, following)
                    term = value * link[last + 1, following + 1]
                    longer[key] = longer[key] + term if key in longer else term
        paths = longer
    orders = sum(value * link[last + 1, 0] for (_, last), value in paths.items())
    upper = np.triu_indices(others + 1, 1)
    powers: Array = (invariants[upper] ** 4).sum(axis=0)
    return powers * orders
