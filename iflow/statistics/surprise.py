"""Do the rounds of a measurement agree? Compared within replicates, whose errors they share."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

_LEAST_REPLICATES = 8


class Surprise:
    """Adds up, round by round, how far the new points of replicates are from their old ones.

    In each round the differences d_r = new mean - old mean of replicates that went on give Student's
    t = mean(d) / error(d), whatever the correlation of a net's parts; chi2 is the sum of the squares of
    the normal deviates of the same probability.

    Attributes:
      chi2: of each integral, [...].
      dof: rounds that were compared.
    """

    def __init__(self) -> None:
        self.chi2: Any = 0.0
        self.dof = 0

    def add(self, changes: np.ndarray) -> None:
        """Adds a round.

        Args:
          changes: new mean - old mean of each replicate that had points before and got more, [R, ...].
        """
        from scipy.special import ndtri, stdtr

        n = len(changes)
        if n < _LEAST_REPLICATES:
            return
        scale = np.abs(changes).max(axis=0)
        if not scale.any():
            return
        changes = changes / np.where(scale == 0.0, 1.0, scale)
        error = changes.std(axis=0, ddof=1) / math.sqrt(n)
        t = changes.mean(axis=0) / np.where(error == 0.0, math.inf, error)
        self.chi2 = self.chi2 + np.square(ndtri(stdtr(n - 1, -np.abs(t))))
        self.dof += 1

    def probability(self) -> Any:
        """Returns the probability Q of a chi2 at least as large, [...]; 1 when nothing was compared."""
        from scipy.special import gammaincc

        return gammaincc(0.5 * self.dof, 0.5 * self.chi2) if self.dof else np.ones_like(self.chi2)
