"""How a budget is divided, and when a phase has paid off: pure arithmetic.

The choice of a proposal looks at the survey and at training, never at the measurement, so that it
cannot favour a lucky estimate.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from iflow.estimate import Estimate
from iflow.options import Target

TRAINING_SHARE = 0.5
N_ITERATIONS = 20
LEAST_PER_ITERATION = 250
LARGEST_PER_ITERATION = 50_000
LEAST_TO_TRAIN = math.ceil(N_ITERATIONS * LEAST_PER_ITERATION / TRAINING_SHARE)

_LARGEST_SURVEY = 10_000
_LEAST_MEASURED = 2_000
_LARGEST_ROUND = 1_000_000
# The estimates of two proposals agree when they differ by less than this many standard errors.
_AGREEMENT = 4.0
# n points without a single hit bound a probability by 3/n, at 95% confidence.
_UNSEEN = 3.0


@dataclass(frozen=True)
class Plan:
    """The division of `max_neval` over the phases.

    Args:
      n_survey: uniform points that are looked at first.
      n_iterations: training iterations at most; 0 when the budget is too small for a flow.
      n_per_iteration: points of each.
    """

    n_survey: int
    n_iterations: int
    n_per_iteration: int

    @property
    def n_training(self) -> int:
        """Evaluations that training may take in all."""
        return self.n_iterations * self.n_per_iteration


def make_plan(max_neval: int, *, n_probe: int, flow: bool) -> Plan:
    """Returns the division of the budget.

    Args:
      max_neval: evaluations in all.
      n_probe: evaluations already spent on probing f.
      flow: whether a flow may be trained.
    """
    left = max_neval - n_probe
    n_survey = min(_LARGEST_SURVEY, left // 20)
    per_iteration = int(TRAINING_SHARE * left) // N_ITERATIONS
    if not flow or max_neval < LEAST_TO_TRAIN:
        return Plan(n_survey, 0, 0)
    return Plan(n_survey, N_ITERATIONS, min(per_iteration, LARGEST_PER_ITERATION))


def require_training_budget(max_neval: int) -> None:
    """Raises a ValueError if a flow is demanded of a budget that is too small to train one."""
    if max_neval < LEAST_TO_TRAIN:
        raise ValueError(
            f"max_neval = {max_neval} is too small to train a flow: flow=True needs at least "
            f"{LEAST_TO_TRAIN}; raise max_neval, or leave flow at 'auto' to measure without one"
        )


def points_needed(estimate: Estimate, target: Target) -> float:
    """Returns how many points of this proposal would meet the target; inf when it cannot be told."""
    allowed = target.error_allowed(estimate.mean)
    if estimate.deviation == 0.0:
        # n equal weights leave up to 3/n of the proposal unseen, at 95% confidence.
        relative = allowed / abs(estimate.mean) if estimate.mean else 1.0
        return _UNSEEN / relative if relative else math.inf
    if allowed == 0.0 or not math.isfinite(estimate.deviation):
        return math.inf
    ratio = estimate.deviation / allowed
    return ratio * ratio  # inf, where ** would raise


def worth_training(survey: Estimate, target: Target, plan: Plan) -> bool:
    """Returns whether uniform points are expected to miss the target at the cost of training alone."""
    return points_needed(survey, target) > plan.n_training


def trained_enough(newest: Estimate, target: Target, n_spent: int) -> bool:
    """Returns whether measuring now is cheaper than what training has cost.

    The rule of the ski rental problem: whatever more training would have brought, the calls in all
    are at most about twice those of the best moment to stop.
    """
    return points_needed(newest, target) <= n_spent


def nothing_to_learn(flow: Estimate, survey: Estimate, n_done: int) -> bool:
    """Returns whether training may be given up: a good third of it done, and uniform is still better."""
    return n_done > N_ITERATIONS // 3 and not flow_is_better(flow, survey)


def flow_is_better(flow: Estimate, survey: Estimate) -> bool:
    """Returns whether to measure with the flow rather than with uniform points.

    A proposal that missed a peak shows a small deviation, so the smaller deviation decides only where
    the two estimates agree; where they do not, the flow saw what the survey did not.
    """
    error = math.hypot(flow.sdev, survey.sdev)
    agree = abs(flow.mean - survey.mean) <= _AGREEMENT * error
    return not agree or flow.deviation < survey.deviation


def round_size(n_expected: float, n_measured: int, n_left: int) -> int:
    """Returns the points of the next measurement round: a tenth of what is expected in all, growing."""
    expected = min(n_expected, n_measured + n_left)
    size = int(max(_LEAST_MEASURED / 2, expected / 10, n_measured / 10))
    size = min(size, _LARGEST_ROUND)
    # A remnant too small for a round of its own goes with the last one.
    return n_left if n_left < 1.5 * size else size


def may_stop(n_measured: int, n_expected: float) -> bool:
    """Returns whether enough has been measured for the target to be tested.

    Testing from half of the expected number on keeps the stop from picking out rounds whose error
    happens to be small.
    """
    return n_measured >= max(_LEAST_MEASURED, 0.5 * n_expected)
