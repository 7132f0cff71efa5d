"""Gauss-Legendre quadrature over panels, for exact values that are integrals in one dimension."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from integrands.integrand import Array


def panels(edges: Sequence[float] | npt.NDArray[np.float64], count: int) -> tuple[Array, Array]:
    """Returns nodes and weights, both [(len(edges) - 1) count], for integrals over all panels.

    Args:
      edges: increasing; an integrand should be smooth between neighbours.
      count: nodes in each panel.
    """
    node, weight = np.polynomial.legendre.leggauss(count)
    low = np.asarray(edges, dtype=np.float64)[:-1, None]
    half = np.diff(edges)[:, None] / 2
    return (low + half * (1 + node)).ravel(), (half * weight).ravel()
