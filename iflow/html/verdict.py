"""What a result is worth, in words that need no knowledge of the program."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iflow.result import Result

_STOPPED = {
    "target": "the target was met",
    "max_neval": "the budget of integrand calls was used up",
    "max_seconds": "the time limit was reached",
    "interrupted": "it was interrupted",
    "callback": "the callback stopped it",
    "exception": "the integrand raised an exception",
    "not finished": "it has not finished",
}


@dataclass(frozen=True)
class Verdict:
    """Whether to quote a result.

    Args:
      level: "good", "fair" (trusted, but not as precise as asked for) or "bad".
      words: two or three of them.
      sentence: what follows for the reader.
    """

    level: str
    words: str
    sentence: str


def verdict_of(result: Result) -> Verdict:
    """Returns the verdict on a result, finished or not."""
    stopped = _STOPPED.get(result.stop_reason, result.stop_reason)
    if result.neval_measured == 0:
        return Verdict(
            "bad",
            "Nothing measured yet",
            f"There is no result so far: {stopped}. Survey and training only prepare the points to draw.",
        )
    if not result.reliable:
        return Verdict(
            "bad",
            "Not reliable",
            "Do not quote this error: there are reasons to think that it is too small, or that part of the "
            "integrand was never seen. The first of the sentences below say which.",
        )
    if result.converged:
        return Verdict(
            "good",
            "Reliable, target met",
            "The error met the target, and none of the tests found a reason to doubt it.",
        )
    asked = ""
    if 0.0 < result.error_allowed < math.inf and result.sdev < math.inf:
        asked = f" ({result.sdev / result.error_allowed:.2g} times the error asked for)"
    return Verdict(
        "fair",
        "Reliable, target not met",
        f"None of the tests found a reason to doubt the error, but it is larger than asked for{asked}: "
        f"{stopped}.",
    )


def findings(result: Result) -> list[tuple[str, str, str]]:
    """Returns what was tested: the name, the value found, and what it means."""
    n = result.neval_measured
    if not n:
        return []
    found = [
        (
            "effective sample size",
            f"{result.ess:,.0f} of {n:,}",
            "so many points of equal weight would carry as much; below 100 the error is a guess",
        ),
        (
            "largest weight",
            f"{result.max_weight_share:.2g} of the sum",
            "the share that a single point has; a large one makes the result an accident",
        ),
        (
            "tail index of the weights",
            _tail(result.tail_index),
            "Pareto index; the variance is finite below 0.5",
        ),
        (
            "points with f not 0",
            f"{result.n_nonzero:,} ({100.0 * result.n_nonzero / n:.3g}%)",
            "the others say nothing about the size of f",
        ),
        (
            "what may be unseen",
            f"{result.unseen:.2g}",
            "share of the points drawn within which a surprise may hide, 3 / n at 95% confidence",
        ),
    ]
    found.append(
        (
            "volume that may be unseen",
            f"{100.0 * result.unseen_volume:.2g}%",
            "share of the unit cube that no point may have met, 3 / n of uniform points at 95% confidence",
        )
    )
    if result.n_skipped:
        meaning = "points of the whole run at which f raised; they count as 0"
        found.append(("points skipped", f"{result.n_skipped:,}", meaning))
    if result.n_nonfinite:
        meaning = "points of the whole run at which f was nan or inf; they count as 0"
        found.append(("points without a number", f"{result.n_nonfinite:,}", meaning))
    if result.dof:
        rounds = f"{result.chi2:.2f} / {result.dof}, Q = {result.Q:.2g}"
        meaning = "chi2 / dof; below Q = 0.0001 the rounds contradict each other"
        found.append(("agreement of the rounds", rounds, meaning))
    return found


def _tail(index: float) -> str:
    if math.isnan(index):
        return "too few points to tell"
    return "bounded" if index == -math.inf else f"{index:.2f}"
