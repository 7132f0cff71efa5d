"""Extreme points seen before a measurement, and what the measurement missed of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from iflow.statistics.estimate import Estimate

# Standard errors by which one point would have moved the mean, for it to have been missed.
OUTSTANDING = 4.0
# Points that lie so many times as far from the mean as all that was measured are beyond it.
_FARTHER = 1.5
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
    """Points seen before the measurement whose weights are extreme: the heaviest, the lowest and the highest.

    Args:
      sign: of f at each, [n]; nan where it was not kept, and taken to be that of the integral.
      log_weight: log|weight| that the frozen proposal gives to each, [n]; -inf where f = 0.
      log_volume: log of what each stands for of the frozen proposal's probability, by the density that it
        was drawn from, [n].
    """

    sign: np.ndarray
    log_weight: np.ndarray
    log_volume: np.ndarray

    @classmethod
    def nothing(cls) -> Seen:
        """Returns no points."""
        return cls(np.empty(0), np.empty(0), np.empty(0))

    @classmethod
    def joined(cls, several: Sequence[Seen]) -> Seen:
        """Returns the points of several as one."""
        return cls(*(np.concatenate([getattr(each, f.name) for each in several]) for f in fields(cls)))

    def missed(self, estimate: Estimate) -> Part:
        """Returns the part of the integral that such points stand for as the measurement hit none like.

        Those are the points of which a single one would have moved the mean by more than 4 standard
        errors: had the measurement hit one, its error would be larger.
        """
        threshold = OUTSTANDING * estimate.deviation * math.sqrt(estimate.n)
        return self._part(threshold, threshold, estimate)

    def beyond(self, estimate: Estimate) -> Part:
        """Returns what points add to the integral, or take, that lie clearly beyond all that was measured.

        Each may move the mean by little, where they are many and f is low, as a faint needle on a plain, or
        where nets know the rest to many digits, as that around a hole.
        """
        size = max(estimate.absolute, abs(estimate.mean))
        highest = estimate.max_weight_share * estimate.n * size - abs(estimate.mean)
        farthest = estimate.deviation * math.sqrt(estimate.max_square_share * max(estimate.n - 1, 0))
        return self._part(_FARTHER * max(highest, 0.0), _FARTHER * farthest, estimate)

    def _part(self, above: float, below: float, estimate: Estimate) -> Part:
        """Returns what points stand for whose weight is above the mean by more than so much, or below it.

        Above is away from 0.
        """
        if estimate.n == 0 or not math.isfinite(estimate.sdev) or not len(self.sign):
            return Part(0.0, 0.0)
        size = abs(estimate.mean)
        side = np.where(np.isnan(self.sign), 1.0, self.sign * (-1.0 if estimate.mean < 0.0 else 1.0))
        log_weight = self.log_weight - estimate.log_unit
        with np.errstate(over="ignore", divide="ignore"):
            distance = side * np.exp(log_weight) - size
            # Of each point what it adds to the mean: all of a spike, and of a faint needle its upper part.
            log_distance = np.where(np.isfinite(distance), np.log(np.abs(distance)), log_weight)
            amount = np.exp(log_distance + self.log_volume)
        is_outstanding = (distance > above) | (distance < -below)
        return Part.of(amount[is_outstanding & (np.abs(distance) > _DISTINCT * size)])
