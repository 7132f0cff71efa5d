"""What a method says of several integrals at once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class JointOutcome:
    """Estimates of k integrals with their covariance.

    Args:
      mean: estimates, k numbers.
      covariance: of them, k rows of k.
      Q: probability of a chi2 between rounds at least as large, for each; empty where it is not told.
    """

    mean: tuple[float, ...]
    covariance: tuple[tuple[float, ...], ...]
    Q: tuple[float, ...] = ()

    def pulls(self, exact: Sequence[float]) -> tuple[float, ...]:
        """Returns (mean - exact) / sdev of each; inf where there is no error to divide by."""
        pulls = []
        for number, (mean, value) in enumerate(zip(self.mean, exact, strict=True)):
            variance = self.covariance[number][number]
            pull = (mean - value) / math.sqrt(variance) if variance > 0.0 else math.inf
            pulls.append(math.inf if math.isnan(pull) else pull)
        return tuple(pulls)

    def chi2(self, exact: Sequence[float]) -> float:
        """Returns d C^-1 d, d = mean - exact; inf where the covariance has no inverse.

        Rows and columns are scaled to a unit diagonal first: integrals of 1e-19 and of 1 may be side by side.
        """
        pulls = np.array(self.pulls(exact))
        covariance = np.array(self.covariance)
        size = np.sqrt(np.diagonal(covariance))
        if not (np.isfinite(pulls).all() and np.isfinite(covariance).all()):
            return math.inf
        try:
            return float(pulls @ np.linalg.solve(covariance / np.outer(size, size), pulls))
        except np.linalg.LinAlgError:
            return math.inf
