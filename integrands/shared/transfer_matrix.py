"""The transfer matrix of a path integral in one dimension: exact sums over closed paths."""

import math
from collections.abc import Callable

import numpy as np

from integrands.integrand import Array


class TransferMatrix:
    """Takes a path over one slice of imaginary time: T(p, q), here in its eigenstates.

        T(p, q) = (2 pi e)^(-1/2) exp(-(p - q)^2/(2 e) - e [V(p) + V(q)]/2)

    on an even grid, where the trapezoidal rule converges exponentially. Units: hbar = m = 1.

    Args:
      potential: V, q: [...] -> [...].
      spacing: e, the length of a slice in imaginary time.
      edge: the grid goes from -edge to edge, beyond which exp(-e V) must be negligible.
      size: points of the grid.
    """

    def __init__(self, potential: Callable[[Array], Array], spacing: float, edge: float, size: int = 257):
        q, step = np.linspace(-edge, edge, size, retstep=True)
        half = 0.5 * spacing * potential(q)
        exponent = -(np.subtract.outer(q, q) ** 2) / (2 * spacing) - np.add.outer(half, half)
        norm = float(step) / math.sqrt(2 * math.pi * spacing)
        self._values, states = np.linalg.eigh(norm * np.exp(exponent))
        self._squares = np.square(states.T @ (q[:, None] * states))  # of the elements of the position

    def partition(self, slices: int) -> float:
        """Returns the sum over closed paths of so many slices: the trace of T^slices."""
        return math.fsum(self._values**slices)

    def correlation(self, slices: int, lag: int) -> float:
        """Returns the mean of q_0 q_lag over closed paths: tr(q T^lag q T^(slices - lag)) / tr(T^slices)."""
        total = self._values**lag @ self._squares @ self._values ** (slices - lag)
        return float(total) / self.partition(slices)
