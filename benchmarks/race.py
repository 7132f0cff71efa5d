"""Who is first: seconds of several methods on the same task, at a cost a call."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.problem import Problem
from benchmarks.record import Run

LARGEST_PULL = 5.0
HOME = "iflow"
CLOSE_SECONDS = 1.0  # behind the first one, when calls cost nothing


@dataclass(frozen=True)
class Race:
    """Methods on one integral, with one target, at one cost.

    Args:
      problem: the integral.
      rtol: target.
      cost: seconds that each call is charged with.
      runs: of each method, one a seed.
    """

    problem: Problem
    rtol: float
    cost: float
    runs: Mapping[str, Sequence[Run]]

    def arrives(self, run: Run) -> bool:
        """Whether the run met its target with the right value."""
        return run.reached and run.is_right(LARGEST_PULL)

    def seconds(self, method: str) -> float:
        """Median over seeds; a run that does not arrive takes for ever."""
        return median(
            run.seconds_at(self.cost) if self.arrives(run) else math.inf for run in self.runs[method]
        )

    def import_seconds(self, method: str) -> float:
        """Median of what the package took to import."""
        return median(run.import_seconds for run in self.runs[method])

    def text(self, method: str) -> str:
        """The seconds, or why there are none."""
        if math.isfinite(self.seconds(method)):
            return f"{self.seconds(method):,.2f}"
        late = [run for run in self.runs[method] if not self.arrives(run)]
        return "failed" if late[0].failed else "wrong" if late[0].reached else "not reached"

    @property
    def first(self) -> str:
        """The method with the least seconds; empty when none arrives."""
        seconds = {method: self.seconds(method) for method in self.runs}
        return min(seconds, key=seconds.__getitem__) if min(seconds.values()) < math.inf else ""

    @property
    def ratio(self) -> float:
        """Seconds of the best of the others over iflow's; nan when either is missing."""
        others = [self.seconds(method) for method in self.runs if method != HOME]
        if HOME not in self.runs or not others or not math.isfinite(self.seconds(HOME)):
            return math.nan
        return min(others) / self.seconds(HOME)

    @property
    def is_won(self) -> bool:
        """Whether iflow is first, or close enough where calls cost nothing."""
        if HOME not in self.runs or not self.first:
            return False
        behind = self.seconds(HOME) - self.seconds(self.first)
        return behind <= (0.0 if self.cost else CLOSE_SECONDS)
