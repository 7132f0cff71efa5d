"""Can the error be trusted? What the weights' tail says, as numbers and as sentences."""

from __future__ import annotations

import math

import numpy as np

from iflow.estimate import Estimate

# Below this many effective points the sum of weights is not yet near a normal distribution.
LEAST_ESS = 100.0
# A single point that makes up more than this of the variance makes the error itself a gamble.
LARGEST_SQUARE_SHARE = 0.2
# The variance of a Pareto tail is infinite from 1/2 on. The fit scatters by (1 + k) / sqrt(tail size),
# 0.05 for the usual tail, and bounded weights come near 1/2 from below.
LARGEST_TAIL_INDEX = 0.6
LEAST_Q = 1e-4
# The mean in standard errors below which it may as well be 0.
_NEAR_ZERO = 3.0
# A point seen before the measurement that would have moved the mean by more standard errors than this.
_MISSED = 4.0
# Weights closer than this, as a ratio, are the same but for rounding.
_DISTINCT = 1e-6

_TAIL_SIZE = 2_000
_LEAST_TAIL_SIZE = 25


class LargestWeights:
    """Keeps the largest |w| of a stream, for the tail index: log|w|, at most 2,000 of them."""

    def __init__(self) -> None:
        self._n_nonzero = 0
        self._log_weight = np.empty(0)

    def add(self, log_weight: np.ndarray) -> None:
        """Adds weights given as log|w|, [n]; -inf where w = 0."""
        kept = log_weight[np.isfinite(log_weight)]
        self._n_nonzero += len(kept)
        kept = np.concatenate([self._log_weight, kept])
        if len(kept) > _TAIL_SIZE + 1:
            kept = np.partition(kept, -_TAIL_SIZE - 1)[-_TAIL_SIZE - 1 :]
        self._log_weight = kept

    def tail_index(self) -> float:
        """Returns the Pareto index k of the largest weights; nan when there are too few to tell.

        Weights have a finite variance for k < 1/2 and a finite mean for k < 1. The tail is the
        largest min(n / 5, 3 sqrt(n), 2000) of the n nonzero weights.

        Reference:
          Vehtari et al., Pareto smoothed importance sampling, arXiv:1507.02646, section 3.1.
        """
        size = int(min(0.2 * self._n_nonzero, 3.0 * math.sqrt(self._n_nonzero), _TAIL_SIZE))
        if size < _LEAST_TAIL_SIZE:
            return math.nan
        ordered = np.sort(self._log_weight)[-size - 1 :]
        excess = np.exp(ordered[1:] - ordered[-1]) - np.exp(ordered[0] - ordered[-1])
        return pareto_index(excess)


def pareto_index(excess: np.ndarray) -> float:
    """Returns the index k of a generalised Pareto distribution fitted to excesses over a threshold.

    Args:
      excess: [n], >= 0, sorted from small to large; all 0 (weights that are all equal) gives -inf.

    Reference:
      Zhang, Stephens, Technometrics 51 (2009) 316, equations 7 to 9 (their k is minus ours).
    """
    n = len(excess)
    if excess[-1] <= 0.0:
        return -math.inf
    quartile = excess[int(n / 4 + 0.5) - 1]
    if quartile <= 0.0:
        # Many weights sit exactly on the threshold: a bounded tail with an atom.
        excess = excess[excess > 0.0]
        if len(excess) < _LEAST_TAIL_SIZE:
            return -math.inf
        return pareto_index(excess)
    grid = np.arange(1, 30 + int(math.sqrt(n)) + 1)
    theta = 1.0 / excess[-1] + (1.0 - np.sqrt(len(grid) / (grid - 0.5))) / (3.0 * quartile)
    k = np.log1p(-theta[:, np.newaxis] * excess).mean(axis=1)
    # theta = 0 is the exponential tail, where k = 0 and -theta / k has the limit 1 / mean.
    rate = np.full(len(theta), 1.0 / excess.mean())
    np.divide(-theta, k, out=rate, where=k != 0.0)
    profile = n * (np.log(rate) - k - 1.0)
    weight = np.exp(profile - profile.max())
    best = float((weight * theta).sum() / weight.sum())
    return float(np.log1p(-best * excess).mean())


def doubts(
    estimate: Estimate,
    *,
    tail_index: float,
    q_value: float,
    beta: float | None,
    log_heaviest: float = -math.inf,
) -> tuple[str, ...]:
    """Returns one sentence for each reason not to trust the error; none when there is none.

    Args:
      estimate: of the measurement.
      tail_index: Pareto index of its weights; nan when unknown.
      q_value: probability of a chi2 between rounds at least as large.
      beta: the tempering exponent that training ended at; None without a flow.
      log_heaviest: log of the largest |weight| that points seen before the measurement would have.
    """
    if estimate.n == 0:
        return ("nothing was measured",)
    if estimate.n_nonzero == 0:
        return (
            f"f was 0 at all {estimate.n:,} measured points: the result says nothing about an "
            "integrand that lives elsewhere",
        )
    found = []
    if estimate.sdev == math.inf and estimate.n > 1:
        found.append("the weights are below 1e-303, where a float loses its digits: give f in smaller units")
    if _was_missed(log_heaviest, estimate):
        found.append(
            "a point seen before the measurement weighs more than all of the error: something like it "
            "exists, and the measurement hit none; raise max_neval"
        )
    if estimate.ess < LEAST_ESS:
        found.append(
            f"too few points carry the sum: effective sample size {estimate.ess:.3g} of "
            f"{estimate.n:,} (at least {LEAST_ESS:g} are needed)"
        )
    if estimate.max_square_share > LARGEST_SQUARE_SHARE:
        found.append(
            f"one point makes up {estimate.max_square_share:.0%} of the variance "
            f"({estimate.max_weight_share:.2%} of the sum): the error rests on it"
        )
    if tail_index > LARGEST_TAIL_INDEX:
        found.append(
            f"the weights have a heavy tail (Pareto index {tail_index:.2f}; the variance is infinite "
            "from 0.5): the error is too small"
        )
    if q_value < LEAST_Q:
        found.append(
            f"rounds of the measurement contradict each other (Q = {q_value:.1g}): the error is too small"
        )
    if beta is not None and beta < 1.0:
        found.append(
            f"the flow was still learning a flattened |f|^{beta:.2g} when training ended: parts of f "
            "may not have been seen; raise max_neval"
        )
    return tuple(found)


def _was_missed(log_heaviest: float, estimate: Estimate) -> bool:
    """Returns whether one such weight among the measured ones would have moved the mean by far."""
    above_mean = log_heaviest - _log(abs(estimate.mean))
    if above_mean < _DISTINCT:
        return False
    log_excess = log_heaviest + math.log1p(-math.exp(-above_mean))
    return log_excess - math.log(estimate.n) > _log(_MISSED * estimate.sdev)


def _log(value: float) -> float:
    return math.log(value) if value > 0.0 else -math.inf


def remarks(estimate: Estimate, *, pointwise: bool | None, n_needed: float | None) -> tuple[str, ...]:
    """Returns sentences that the user may act on but that cast no doubt on the error.

    Args:
      estimate: of the measurement.
      pointwise: whether f is called one point at a time.
      n_needed: measured points that would meet the target; None when it is met.
    """
    found = []
    if estimate.n > 1 and estimate.sdev == 0.0:
        found.append(
            f"all {estimate.n:,} weights are equal: the error is 0 for what was seen, but up to "
            f"{3.0 / estimate.n:.1g} of the volume may look different (95% confidence)"
        )
    if 0.0 < estimate.sdev < math.inf and abs(estimate.mean) < _NEAR_ZERO * estimate.sdev:
        found.append(
            "the integral is compatible with 0 or nearly so, where a relative error means little: use atol"
        )
    elif n_needed is not None and math.isfinite(n_needed) and estimate.sdev > 0.0:
        needed = f"{float(f'{n_needed:.2g}'):,.0f}" if n_needed < 1e9 else f"{n_needed:.1e}"
        found.append(f"the target was not met: it takes about {needed} measured points with this proposal")
    if pointwise:
        found.append("f was called one point at a time; a vectorised f, x [n, dim] -> [n], is far faster")
    return tuple(found)
