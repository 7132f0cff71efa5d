"""Several seeds of one method on one row of the i-flow suite, and what they amount to."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.record import Run
from benchmarks.suite import FLOOR, FLOOR_ROWS_AT_GOAL, GOAL, GOAL_GEOMETRIC_MEAN, Row

LARGEST_PULL = 4.5


@dataclass(frozen=True)
class RowSummary:
    """What the seeds have in common.

    Args:
      row: of the suite.
      runs: one a seed, of the same method.
    """

    row: Row
    runs: tuple[Run, ...]

    @property
    def n_reached(self) -> int:
        """Runs that met the target within their calls."""
        return sum(run.reached for run in self.runs)

    @property
    def median_calls(self) -> float:
        """Median over seeds; a run that did not meet the target, or is wrong, takes infinitely many."""
        arrives = [run.reached and run.is_right(LARGEST_PULL) for run in self.runs]
        return median(
            run.outcome.neval if there else math.inf for run, there in zip(self.runs, arrives, strict=True)
        )

    @property
    def range_of_calls(self) -> tuple[int, int]:
        """Fewest and most calls made, target met or not."""
        calls = [run.outcome.neval for run in self.runs]
        return min(calls), max(calls)

    @property
    def median_error(self) -> float:
        """Median of the reported relative errors."""
        return median(run.relative_error for run in self.runs)

    @property
    def worst_pull(self) -> float:
        """The pull that is largest in size."""
        return max((run.pull for run in self.runs), key=abs)

    @property
    def n_wrong(self) -> int:
        """Runs whose value is further off than chance allows."""
        return sum(not run.failed and not run.is_right(LARGEST_PULL) for run in self.runs)

    @property
    def n_failed(self) -> int:
        """Runs that brought nothing back."""
        return sum(run.failed for run in self.runs)

    @property
    def n_unreliable(self) -> int:
        """Runs that doubt themselves."""
        return sum(run.outcome.reliable is False for run in self.runs)

    @property
    def proposals(self) -> str:
        """What points were drawn from, the most frequent first."""
        counts = Counter(run.outcome.proposal or "none" for run in self.runs)
        return ", ".join(name + f" x{count}" * (len(counts) > 1) for name, count in counts.most_common())

    @property
    def ratio(self) -> float:
        """Best published calls over the median; 0 where the target was not met."""
        return self.row.best / self.median_calls

    def beats(self, factor: float) -> bool:
        """Whether the ratio is at least `factor`, with the right value in every run."""
        return self.ratio >= factor and not self.n_wrong and not self.n_failed

    @property
    def verdict(self) -> str:
        """The goal in a word or two."""
        if self.n_wrong:
            return f"{self.n_wrong} wrong"
        if self.n_failed:
            return f"{self.n_failed} failed"
        if not self.ratio:
            return "not reached"
        return "met" if self.beats(GOAL) else "floor" if self.beats(FLOOR) else "missed"


def geometric_mean(ratios: Sequence[float]) -> float:
    """Returns the n-th root of the product; nan for none at all, 0 if one of them is."""
    if not ratios:
        return math.nan
    return 0.0 if 0.0 in ratios else math.exp(math.fsum(map(math.log, ratios)) / len(ratios))


def verdicts(summaries: Sequence[RowSummary]) -> list[str]:
    """Returns what rows of one method come to, in sentences."""
    n, ratios = len(summaries), [s.ratio for s in summaries if s.ratio]
    at_goal, at_floor = (sum(s.beats(factor) for s in summaries) for factor in (GOAL, FLOOR))
    runs = [run for s in summaries for run in s.runs]
    good = sum(run.is_right(LARGEST_PULL) and run.outcome.reliable is not False for run in runs)
    loaded = [str(s.row.number) for s in summaries if any(run.tensorflow for run in s.runs)]
    return [
        f"geometric mean of best/median: {geometric_mean(ratios):.3g} over {len(ratios)} rows"
        + f", {n - len(ratios)} without" * (len(ratios) < n)
        + f" (goal: {GOAL_GEOMETRIC_MEAN:g} over all)",
        f"goal, 1/{GOAL:g} of the best published: {at_goal} of {n} rows",
        f"floor, 1/{FLOOR:g} on every row: {at_floor} of {n} rows; "
        f"and 1/{GOAL:g} on {FLOOR_ROWS_AT_GOAL} rows: {at_goal}",
        f"|pull| <= {LARGEST_PULL} and not unreliable: {good} of {len(runs)} runs",
        f"TensorFlow was loaded on rows: {', '.join(loaded) or 'none'}",
    ]
