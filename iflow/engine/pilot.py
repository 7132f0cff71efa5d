"""A pilot: a few fresh points of a proposal, to see how fast its error falls."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

import numpy as np

from iflow.batch import Batch
from iflow.engine.growth import N_REPLICATES
from iflow.options import Target
from iflow.several.counted import Counted
from iflow.statistics.components import Components, ComponentSums
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
# Weights that differ by less, relative to their mean, have no jumps that matter.
_EVEN = 1e-6
# Below so many effective points the error of a pilot is a guess.
_LEAST_ESS = 30.0


@dataclass(frozen=True)
class Several:
    """What fresh points said of several integrals.

    Args:
      found: of each.
      counted: which of them have to meet the target.
    """

    found: Components
    counted: Counted

    @property
    def is_trustworthy(self) -> bool:
        """Whether enough points carry each of those that count, but for those that were 0 everywhere."""
        ess = self.found.ess[self.counted.columns]
        return bool((ess[ess > 0.0] >= _LEAST_ESS).all())


@dataclass(frozen=True)
class Pilot:
    """What fresh points of a proposal said.

    Args:
      estimate: from their weights; sdev is that of the replicates.
      rate: the power of n at which the error falls, at least 0.5.
      fights: whether the replicates spread clearly more than independent points would.
      stratifies: whether the proposal follows how much f varies: its weights are uneven by design.
      several: what was said of several integrals; None of a single one.
    """

    estimate: Estimate
    rate: float
    fights: bool
    stratifies: bool = False
    several: Several | None = None

    @property
    def is_trustworthy(self) -> bool:
        """Whether enough points carry it to believe its error."""
        return self.estimate.ess >= _LEAST_ESS

    @property
    def is_even(self) -> bool:
        """Whether all weights of the one integral are the same, but for their last digits."""
        return self.several is None and self.estimate.deviation <= _EVEN * abs(self.estimate.mean)

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
        if self.several is None or not self.estimate.deviation:
            return self.points_for(target.error_allowed(self.estimate.mean))
        excess = self.several.counted.excess(self.several.found, target)
        if not (math.isfinite(excess) and self.is_trustworthy and self.several.is_trustworthy):
            return math.inf
        return self._points(math.log(excess or 1e-300))

    def points_for(self, allowed: float) -> float:
        """Returns how many points of this proposal have an error, finite, of so much; inf if unknown."""
        own = self.estimate
        if own.n_nonzero and own.deviation == 0.0:
            relative = allowed / abs(own.mean) if own.mean else 1.0
            return _UNSEEN / relative if relative else math.inf
        if allowed == 0.0 or not math.isfinite(own.sdev) or not self.is_trustworthy:
            return math.inf
        return self._points(math.log(own.sdev or 1e-300) - math.log(allowed))

    def agrees_with(self, other: Pilot) -> bool:
        """Returns whether the two estimates differ by less than 4 standard errors."""
        # In the larger unit nothing is too large for a float.
        log_unit = max(self.estimate.log_unit, other.estimate.log_unit)
        own, another = self.estimate.in_unit(log_unit), other.estimate.in_unit(log_unit)
        return abs(own.mean - another.mean) <= 4.0 * math.hypot(own.sdev, another.sdev)

    def with_several(self, batch: Batch, counted: Counted, *, nets: bool) -> Pilot:
        """Returns the same with what the points said of several integrals, the errors as for `estimate`."""
        weights = batch.weights
        if weights is None:
            return self
        sums = ComponentSums(weights.shape[1])
        sums.add(weights)
        found = sums.estimate()
        if nets and not self.fights:
            means = weights.reshape(N_REPLICATES, -1, weights.shape[1]).mean(axis=1)
            apart = spread(np.full(N_REPLICATES, float(len(batch))), means)
            if apart is not None:
                known = np.isfinite(found.sdev)
                found = dataclasses.replace(found, sdev=np.where(known, apart.sdev, found.sdev))
        return dataclasses.replace(self, several=Several(found, counted))

    def _points(self, log_excess: float) -> float:
        """Returns the points that lower the error by a factor, of which the logarithm is given."""
        log_n = math.log(self.estimate.n) + log_excess / self.rate
        return math.exp(min(log_n, 700.0))


def take_pilot(
    batch: Batch,
    *,
    nets: bool,
    typical_rate: float,
    fastest_rate: float,
    stratifies: bool = False,
    log_unit: float = 0.0,
) -> Pilot:
    """Returns the pilot made of 16 replicates of equal size, one after the other.

    Args:
      batch: 16 n points.
      nets: whether the replicates are nets; independent points fall like n^-1/2 and tell their error
        by the variance of their weights.
      typical_rate: the power of n at which the error falls for this kind of proposal.
      fastest_rate: the most that is believed of it; n^-3/2 is the limit for scrambled nets.
      stratifies: whether the proposal follows how much f varies.
      log_unit: logarithm of the unit of its estimate.
    """
    estimate = batch.estimate(log_unit)
    if not nets or not estimate.sdev < math.inf:
        return Pilot(estimate, _SLOWEST, fights=False, stratifies=stratifies)
    log_scale = float(batch.log_weight.max())
    weights = (batch.sign * np.exp(batch.log_weight - log_scale)).reshape(N_REPLICATES, -1)
    error, quarter_error = _error(weights, 1), _error(weights, 4)
    rate = typical_rate
    if error > 0.0 and quarter_error > 0.0 and not stratifies:  # a quarter of a net misses cells
        measured = 0.5 * math.log2(quarter_error / error)
        rate = _BELIEF * measured + (1.0 - _BELIEF) * typical_rate
    error *= math.exp(log_scale - log_unit)
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
    return math.nan if found is None else float(found.sdev)
