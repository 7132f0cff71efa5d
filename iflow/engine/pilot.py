"""A pilot: a few fresh points of a proposal, to see how fast its error falls."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

import numpy as np

from iflow.batch import Batch
from iflow.engine.growth import N_REPLICATES
from iflow.options import Target
from iflow.statistics.estimate import Estimate
from iflow.statistics.spread import spread

# The error of a mean falls like n^-1/2 for independent points.
_SLOWEST = 0.5
# How far a measured rate is believed: the rest is what is typical of the kind of proposal.
_BELIEF = 0.5
# Replicates of nets fight the proposal when they spread so much more than independent points would:
# 3.4 sigma for 15 degrees of freedom.
_FIGHT = 1.6
# n equal weights leave up to 3/n of the proposal unseen, at 95% confidence.
_UNSEEN = 3.0
# Below so many effective points the error of a pilot is a guess.
_LEAST_ESS = 30.0


@dataclass(frozen=True)
class Pilot:
    """What fresh points of a proposal said.

    Args:
      estimate: from their weights; sdev is that of the replicates.
      rate: the power of n at which the error falls, at least 0.5.
      fights: whether the replicates spread clearly more than independent points would.
      stratifies: whether the proposal follows how much f varies: its weights are uneven by design.
    """

    estimate: Estimate
    rate: float
    fights: bool
    stratifies: bool = False

    @property
    def is_trustworthy(self) -> bool:
        """Whether enough points carry it to believe its error."""
        return self.estimate.ess >= _LEAST_ESS

    @property
    def variance(self) -> float:
        """What learning takes away, whatever the number of points: the relative variance of the weights.

        That of nets which stratify is told by their error alone, brought to one point by its rate.
        """
        own = self.estimate
        if not own.mean:
            return math.inf
        deviation = own.sdev * float(own.n) ** self.rate if self.stratifies else own.deviation
        return (deviation / own.mean) ** 2

    def error_with(self, n: int) -> float:
        """Returns the relative error of n points of this proposal; inf when it has found nothing."""
        own = self.estimate
        return own.sdev / abs(own.mean) * (own.n / n) ** self.rate if own.mean else math.inf

    def points_needed(self, target: Target) -> float:
        """Returns how many points of this proposal would meet the target; inf when it cannot be told."""
        return self.points_for(target.error_allowed(self.estimate.mean))

    def points_for(self, allowed: float) -> float:
        """Returns how many points of this proposal have an error, finite, of so much; inf if unknown."""
        own = self.estimate
        if own.n_nonzero and own.deviation == 0.0:
            relative = allowed / abs(own.mean) if own.mean else 1.0
            return _UNSEEN / relative if relative else math.inf
        if allowed == 0.0 or not math.isfinite(own.sdev) or not self.is_trustworthy:
            return math.inf
        log_n = math.log(own.n) + (math.log(own.sdev or 1e-300) - math.log(allowed)) / self.rate
        return math.exp(min(log_n, 700.0))

    def agrees_with(self, other: Pilot) -> bool:
        """Returns whether the two estimates differ by less than 4 standard errors."""
        error = math.hypot(self.estimate.sdev, other.estimate.sdev)
        return abs(self.estimate.mean - other.estimate.mean) <= 4.0 * error


def take_pilot(
    batch: Batch, *, nets: bool, typical_rate: float, fastest_rate: float, stratifies: bool = False
) -> Pilot:
    """Returns the pilot made of 16 replicates of equal size, one after the other.

    Args:
      batch: 16 n points.
      nets: whether the replicates are nets; independent points fall like n^-1/2 and tell their error
        by the variance of their weights.
      typical_rate: the power of n at which the error falls for this kind of proposal.
      fastest_rate: the most that is believed of it; n^-3/2 is the limit for scrambled nets.
      stratifies: whether the proposal follows how much f varies.
    """
    estimate = batch.estimate()
    if not nets or not estimate.sdev < math.inf:
        return Pilot(estimate, _SLOWEST, fights=False, stratifies=stratifies)
    log_scale = float(batch.log_weight.max())
    weights = (batch.sign * np.exp(batch.log_weight - log_scale)).reshape(N_REPLICATES, -1)
    error, quarter_error = _error(weights, 1), _error(weights, 4)
    rate = typical_rate
    if error > 0.0 and quarter_error > 0.0 and not stratifies:  # a quarter of a net misses cells
        measured = 0.5 * math.log2(quarter_error / error)
        rate = _BELIEF * measured + (1.0 - _BELIEF) * typical_rate
    error *= math.exp(log_scale)
    if error > _FIGHT * estimate.sdev:
        return Pilot(estimate, _SLOWEST, fights=True, stratifies=stratifies)
    rate = float(np.clip(rate, _SLOWEST, fastest_rate))
    return Pilot(dataclasses.replace(estimate, sdev=error), rate, fights=False, stratifies=stratifies)


def _error(weights: np.ndarray, part: int) -> float:
    """Returns the error of the mean when each replicate is cut to its first 1/part."""
    length = weights.shape[1] // part
    if not length:
        return math.nan
    means = weights[:, :length].mean(axis=1)
    found = spread(np.full(len(means), float(length)), means)
    return math.nan if found is None else found.sdev
