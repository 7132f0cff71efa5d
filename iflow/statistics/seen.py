"""The heaviest points seen before a measurement, and what the measurement missed of them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from iflow.statistics.estimate import Estimate

# Standard errors by which one point would have moved the mean, for it to have been missed.
OUTSTANDING = 4.0
# Points that lie so many times as far above the mean as the largest weight measured are higher than it.
_HIGHER = 1.5
# Weights closer to the mean than this, as a ratio, are equal to it but for rounding.
_DISTINCT = 1e-6
_CONFIDENCE = 0.95


@dataclass(frozen=True)
class Part:
    """A part of an integral, by the points that it was seen at.

    Args:
      amount: what they stand for.
      n_effective: the number of equal points that would tell it as well; 0 without points.
    """

    amount: float
    n_effective: float

    @classmethod
    def of(cls, shares: np.ndarray) -> Part:
        """Returns that of points which stand for so much each, [n]."""
        amount = float(shares.sum())
        known = 0.0 < amount < math.inf
        return cls(amount, 1.0 / float(((shares / amount) ** 2).sum()) if known else 0.0)

    @property
    def largest(self) -> float:
        """The largest amount, at 95% confidence, at which no more points would have been expected to show it.

        That of a Poisson distribution: 4.7 times the amount by one point, 1.7 times by 10.
        """
        if not self.n_effective:
            return self.amount
        from scipy.special import gammaincinv

        expected = float(gammaincinv(self.n_effective + 1.0, _CONFIDENCE))
        return self.amount * expected / self.n_effective


@dataclass(frozen=True)
class Seen:
    """The heaviest points that were seen before the measurement.

    Args:
      log_weight: log|weight| that the frozen proposal gives to each, [n].
      log_share: log of what each stands for of the integral of |f|, by the density that it was drawn
        from, [n].
    """

    log_weight: np.ndarray
    log_share: np.ndarray

    def missed(self, estimate: Estimate) -> Part:
        """Returns the part of the integral that such points stand for as the measurement hit none like.

        Those are the points of which a single one would have moved the mean by more than 4 standard
        errors: had the measurement hit one, its error would be larger.
        """
        return self._part(OUTSTANDING * estimate.deviation * math.sqrt(estimate.n), estimate)

    def higher(self, estimate: Estimate) -> float:
        """Returns what points add to the integral that lie clearly above all that was measured.

        Each may move the mean by little, where they are many and f is low: a faint needle on a plain.
        """
        size = max(estimate.absolute, abs(estimate.mean))
        largest = estimate.max_weight_share * estimate.n * size - abs(estimate.mean)
        return self._part(_HIGHER * max(largest, 0.0), estimate).amount

    def _part(self, threshold: float, estimate: Estimate) -> Part:
        """Returns what points stand for whose weight is above the mean by more than so much."""
        if estimate.n == 0 or not math.isfinite(estimate.sdev) or not len(self.log_weight):
            return Part(0.0, 0.0)
        with np.errstate(over="ignore"):
            weight = np.exp(self.log_weight - estimate.log_unit)
            share = np.exp(self.log_share - estimate.log_unit)
        above_mean = weight - abs(estimate.mean)
        outstanding = (above_mean > threshold) & (above_mean > _DISTINCT * abs(estimate.mean))
        # Of each point what it adds to the mean: all of a spike, and of a faint needle its upper part.
        part = np.divide(
            above_mean, weight, out=np.ones_like(weight), where=np.isfinite(weight) & outstanding
        )
        return Part.of((share * part)[outstanding])
