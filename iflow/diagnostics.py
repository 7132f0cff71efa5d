"""Can the error be trusted? Every reason why not, as a sentence."""

from __future__ import annotations

import math
from collections.abc import Mapping

from iflow.engine.pilot import Pilot
from iflow.notation import place, with_unit
from iflow.statistics.estimate import Estimate
from iflow.statistics.seen import OUTSTANDING, Part, Seen
from iflow.statistics.summit import Summit

# Below this many effective points the sum of weights is not yet near a normal distribution.
LEAST_ESS = 100.0
# A single point that makes up more than this of the variance makes the error itself a gamble.
LARGEST_SQUARE_SHARE = 0.2
# The variance of a Pareto tail is infinite from 1/2 on. The fit scatters by (1 + k) / sqrt(tail size),
# 0.05 for the usual tail, and bounded weights come near 1/2 from below.
LARGEST_TAIL_INDEX = 0.6
# The largest |f| of a bounded f have an index below 0, or little above where a peak is not resolved; an
# integrable singularity lifts it above this by more than the index is uncertain.
LARGEST_VALUE_INDEX = 0.2
# In many dimensions a bounded f has such an index too, but its map follows it; of a singularity the weights
# grow as f does.
LARGEST_SLOPE = 0.4
# Or the weights are so uneven themselves that their variance is infinite: then no margin is left for the fit.
LARGEST_SINGULAR_TAIL_INDEX = 0.5
# What such a tail holds beyond the last point is a reason for doubt from so many standard errors on.
LARGEST_UNRESOLVED = 0.25
# It is one from so many on even where the index only suggests a singularity: few values lie close to one. A
# normal or an exponential law of |f| has index 0, and does no harm.
_LARGEST_SUSPECTED, _LARGEST_MILD_INDEX = 1.0, 0.05
LEAST_Q = 1e-4
# Standard errors of the 15 degrees of freedom of a pilot: a false alarm in 5,000 comparisons.
_CONTRADICTION = 4.5
LARGEST_SPREAD_RATIO = 1.6
# An integral that is less than this of the integral of |f| is mostly cancellation.
_CANCELLED = 0.05
# The mean in standard errors below which it may as well be 0.
_NEAR_ZERO = 3.0
# Missed points are a reason for doubt when they stand for more than this many standard errors, or may stand
# for more than one: of a needle of which a single point was met that is all one knows.
_LARGEST_MISS, _LARGEST_POSSIBLE_MISS = 0.5, 1.0
# Points beyond all that was measured may be no more than the outskirts of a peak: they are a reason when they
# may stand for more than so many.
_LARGEST_BEYOND = 0.5
# Replicates of uneven weights that differ by no more than rounding, relative to the mean.
_EXACT, _UNEVEN = 1e-14, 1e-6
# Relative error of a mean that comes from rounding alone, with a margin.
_ROUNDING = 1e-13


def doubts(
    estimate: Estimate,
    *,
    tail_index: float,
    q_value: float,
    beta: float | None,
    seen: Seen | None = None,
    pilots: Mapping[str, Pilot] | None = None,
    least: float = 0.0,
    summit: Summit | None = None,
    lost: float = 0.0,
) -> tuple[str, ...]:
    """Returns one sentence for each reason not to trust the error; none when there is none.

    Args:
      estimate: of the measurement.
      tail_index: Pareto index of its weights; nan when unknown.
      q_value: probability of a chi2 between rounds at least as large.
      beta: the tempering exponent that training ended at; None without a flow.
      seen: extreme points that were seen before the measurement; None of one of several integrals.
      pilots: the latest estimate that each proposal gave before the measurement; None for none.
      least: smallest |weight| that is not 0 of nets; 0 of independent points.
      summit: what the largest |f| look like; None where that is not known.
      lost: of the integral of |f|, relative, what lies nearer to limits than floats resolve.
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
    # Replicates of what is cut off differ by whole points, and most of the error may be that one in twenty
    # has a point more: as long as none of so few has, they lie far closer together than they should.
    if estimate.n_nonzero < estimate.n and estimate.sdev * estimate.n < least:
        found.append(
            "the replicates lie closer together than a single point more in one of them would put them, "
            "which is chance where f is cut off: the error is too small"
        )
    # Of several integrals one may be constant, which cells integrate exactly.
    size = abs(estimate.mean) if seen is not None else 0.0
    if size > 0.0 and estimate.sdev <= _EXACT * size and estimate.deviation > _UNEVEN * size:
        found.append(
            "the replicates agree to the last digit though their weights do not, which is chance where f has "
            "steps: the error is too small; raise max_neval"
        )
    missed = Part(0.0, 0.0) if seen is None else seen.missed(estimate)
    error = max(estimate.sdev, _ROUNDING * abs(estimate.mean))
    is_missed = missed.amount > _LARGEST_MISS * error
    if is_missed or missed.largest > _LARGEST_POSSIBLE_MISS * error:
        found.append(
            "points seen before the measurement would each have moved the mean by more than "
            f"{OUTSTANDING:g} sdev, and the measurement hit none like them: the integral is off by about "
            f"{_amount(missed.amount, estimate)}, and by up to {_amount(missed.largest, estimate)} with 95% "
            "confidence; raise max_neval"
        )
    beyond = Part(0.0, 0.0) if seen is None or is_missed else seen.beyond(estimate)
    if beyond.largest > _LARGEST_BEYOND * error:
        found.append(
            "points seen before the measurement lie beyond all that it hit: the integral is off by about "
            f"{_amount(beyond.amount, estimate)}, and by up to {_amount(beyond.largest, estimate)} with 95% "
            "confidence, which the error does not cover; raise max_neval"
        )
    found.extend(
        f"a pilot of the {name} found {_text(pilot.estimate)}, which the "
        "measurement contradicts: parts of f may be missing; raise max_neval"
        for name, pilot in (pilots or {}).items()
        if _found_more(pilot, estimate)
    )
    if estimate.ess < LEAST_ESS:
        found.append(
            f"too few points carry the sum: effective sample size {estimate.ess:.3g} of "
            f"{estimate.n:,} (at least {LEAST_ESS:g} are needed)"
        )
    varies = estimate.deviation > _EXACT * abs(estimate.mean)  # by more than rounding
    if varies and estimate.max_square_share > LARGEST_SQUARE_SHARE:
        found.append(
            f"one point makes up {estimate.max_square_share:.0%} of the variance "
            f"(the largest weight is {estimate.max_weight_share:.2%} of the sum): the error rests on it"
        )
    is_singular = summit is not None and _is_singular(summit)
    if tail_index > (LARGEST_SINGULAR_TAIL_INDEX if is_singular else LARGEST_TAIL_INDEX):
        found.append(
            f"the weights have a heavy tail (Pareto index {tail_index:.2f}; the variance is infinite "
            "from 0.5): the error is too small"
        )
    if summit is not None and _is_unresolved(summit, estimate, tail_index):
        where = "" if summit.at is None else f" near {place(summit.at)}"
        found.append(
            f"|f| seems to grow without bound{where} (Pareto index {summit.index:.2f} of its largest "
            f"values): about {_amount(summit.unresolved, estimate)} of the integral may lie closer to the "
            "singularity than any point, and the error is too small; change variables so that f stays finite"
        )
    if lost * estimate.absolute > LARGEST_UNRESOLVED * estimate.sdev:
        found.append(
            "f is singular at a limit that floats do not resolve: about "
            f"{_amount(lost * estimate.absolute, estimate)} of the integral lies nearer to it than the next "
            "float; write it with the distance from that limit as variable"
        )
    if q_value < LEAST_Q:
        found.append(
            f"rounds of the measurement contradict each other (Q = {q_value:.1g}): the error is too small"
        )
    if beta is not None and beta < 1.0:
        found.append(
            f"training ended while it was still at a flattened |f|^{beta:.2g}: parts of f "
            "may not have been seen; raise max_neval"
        )
    return tuple(found)


def _is_steep(summit: Summit) -> bool:
    """Returns whether the proposal does not follow f where it is largest: the weights grow as f does."""
    return summit.slope > LARGEST_SLOPE


def _is_singular(summit: Summit) -> bool:
    """Returns whether |f| seems to grow without bound."""
    return summit.index - summit.error > LARGEST_VALUE_INDEX


def _is_unresolved(summit: Summit, estimate: Estimate, tail_index: float) -> bool:
    """Returns whether f is singular, the proposal leaves that to the weights, and it matters to the error."""
    is_left = _is_steep(summit) or tail_index > LARGEST_SINGULAR_TAIL_INDEX
    least = LARGEST_UNRESOLVED if _is_singular(summit) else _LARGEST_SUSPECTED
    return summit.index > _LARGEST_MILD_INDEX and is_left and summit.unresolved > least * estimate.sdev


def _found_more(pilot: Pilot, estimate: Estimate) -> bool:
    """Returns whether a pilot's estimate is beyond what the errors of both allow."""
    log_unit = max(pilot.estimate.log_unit, estimate.log_unit)
    found, own = pilot.estimate.in_unit(log_unit), estimate.in_unit(log_unit)
    # A perfect map leaves errors below the rounding of the means themselves.
    error = math.hypot(found.sdev, own.sdev, _ROUNDING * own.mean)
    more = abs(found.mean - own.mean) > _CONTRADICTION * error and abs(found.mean) > abs(own.mean)
    return pilot.is_trustworthy and more


def _text(estimate: Estimate) -> str:
    """Returns an estimate as people write it."""
    return with_unit(estimate.mean, estimate.sdev, estimate.log_unit)


def _amount(missed: float, estimate: Estimate) -> str:
    """Returns a part of an integral; relative to it where that is given by its logarithm."""
    if not estimate.log_unit:
        return f"{missed:.2g}"
    return f"{missed / estimate.mean:.2g} times what was measured"


def remarks(
    estimate: Estimate,
    *,
    pointwise: bool | None,
    n_needed: float | None,
    spread_ratio: float = math.nan,
    not_traced: str | None = None,
    of_norm: bool = False,
) -> tuple[str, ...]:
    """Returns sentences that the user may act on but that cast no doubt on the error.

    Args:
      estimate: of the measurement.
      pointwise: whether f is called one point at a time.
      n_needed: measured points that would meet the target; None when it is met.
      spread_ratio: error of nets over that of as many independent points; nan without nets.
      not_traced: why an f that returns TensorFlow tensors is called outside of graphs; None if it is not.
      of_norm: whether the measured weights are those of a norm, whose mean is no integral of the user's.
    """
    found = []
    if spread_ratio > LARGEST_SPREAD_RATIO:
        found.append(
            f"the Sobol points spread {spread_ratio:.1f} times as much as independent points would: they "
            "fight the map; points='random' is better here"
        )
    if estimate.n > 1 and estimate.sdev == 0.0 and not of_norm:
        found.append(
            f"all {estimate.n:,} weights are equal: the error is 0 for what was seen, but up to "
            f"{3.0 / estimate.n:.1g} of the volume may look different (95% confidence)"
        )
    cancels = abs(estimate.mean) < _CANCELLED * estimate.absolute
    if cancels and n_needed is not None and 0.0 < estimate.sdev < math.inf:
        reached = estimate.sdev / abs(estimate.mean) if estimate.mean else math.inf
        found.append(
            f"f changes sign: its integral is {abs(estimate.mean) / estimate.absolute:.1g} of that of |f|, "
            f"and this budget reaches a relative error of {reached:.1g}; atol = {estimate.sdev:.1g} "
            "would be met"
        )
    if 0.0 < estimate.sdev < math.inf and abs(estimate.mean) < _NEAR_ZERO * estimate.sdev:
        found.append(
            "the integral is compatible with 0 or nearly so, where a relative error means little: use atol"
        )
    elif n_needed is not None and math.isfinite(n_needed) and (estimate.sdev > 0.0 or of_norm):
        needed = f"{float(f'{n_needed:.2g}'):,.0f}" if n_needed < 1e9 else f"{n_needed:.1e}"
        found.append(f"the target was not met: it takes about {needed} measured points with this proposal")
    if pointwise:
        found.append("f was called one point at a time; a vectorised f, x [n, dim] -> [n], is far faster")
    if not_traced:
        found.append(
            f"f returns TensorFlow tensors but could not become part of a graph ({not_traced}): it was "
            "called with NumPy arrays, and its points left the device; TensorFlow operations alone would do"
        )
    return tuple(found)
