"""Do the rounds of a measurement agree? Compared within replicates, whose errors they share."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from iflow.statistics.estimate import Estimate

_LEAST_REPLICATES = 8


class Surprise:
    """Adds up, round by round, how far the new points of replicates are from their old ones.

    In each round the differences d_r = new mean - old mean of replicates that went on give Student's
    t = mean(d) / error(d), whatever the correlation of a net's parts; chi2 is the sum of the squares of
    the normal deviates of the same probability.
    """

    def __init__(self) -> None:
        self.chi2, self.dof = 0.0, 0

    def add(self, rounds: Sequence[tuple[Estimate | None, Estimate]]) -> None:
        """Adds a round.

        Args:
          rounds: each replicate's estimate from before (None for a new one) and from the round alone.
        """
        from scipy.special import ndtri, stdtr

        changes = np.array([new.mean - old.mean for old, new in rounds if old is not None and new.n])
        if len(changes) < _LEAST_REPLICATES:
            return
        scale = float(np.abs(changes).max())
        if scale == 0.0:
            return
        changes /= scale
        t = changes.mean() / (changes.std(ddof=1) / math.sqrt(len(changes)) or math.inf)
        self.chi2 += float(np.square(ndtri(stdtr(len(changes) - 1, -abs(t)))))
        self.dof += 1

    def probability(self) -> float:
        """Returns the probability Q of a chi2 at least as large; 1 when nothing was compared."""
        from scipy.special import gammaincc

        return float(gammaincc(0.5 * self.dof, 0.5 * self.chi2)) if self.dof else 1.0
