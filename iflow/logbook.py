"""The logbook of a run: its clock and a row for each batch, handed on to whoever watches."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from iflow.history import Iteration, Phase
from iflow.statistics.estimate import Estimate
from iflow.watching import Reporter

if TYPE_CHECKING:
    from iflow.options import Target
    from iflow.result import Result
    from iflow.several.results import Results


class Logbook:
    """Writes down what each batch said. Used as a context manager around whatever evaluates.

    Args:
      reporter: is told of every row.
    """

    def __init__(self, reporter: Reporter):
        self._reporter = reporter
        self._begun: float | None = None
        self._seconds_before = 0.0
        self._row_begun = math.nan
        self._rows: list[Iteration] = []

    @property
    def seconds(self) -> float:
        """Wall-clock time that the run has taken, in seconds; pauses between its steps do not count."""
        now = 0.0 if self._begun is None else time.monotonic() - self._begun
        return self._seconds_before + now

    @property
    def rows(self) -> tuple[Iteration, ...]:
        """Every row so far."""
        return tuple(self._rows)

    def get_state(self) -> dict[str, Any]:
        """Returns the rows, and the time so far."""
        return {"rows": list(self._rows), "seconds": self.seconds}

    def set_state(self, state: dict[str, Any]) -> None:
        """Puts back what `get_state` returned."""
        self._rows, self._seconds_before = state["rows"], state["seconds"]

    def catch_up(self, seconds: float) -> None:
        """Puts the clock forward to what it showed when the same point of the run was reached before."""
        self._seconds_before += max(0.0, seconds - self.seconds)

    def __enter__(self) -> Logbook:
        """Begins to report and starts the clock."""
        self._begun = time.monotonic()
        self._reporter.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        """Stops reporting and the clock."""
        self._seconds_before, self._begun = self.seconds, None
        self._reporter.__exit__(*error)

    def say(self, text: str) -> None:
        """Tells the reporter what is done now."""
        self._reporter.say(text)

    def note(self, text: str) -> None:
        """Tells the reporter of a decision and its reason."""
        self._reporter.note(text)

    def mishap(self, text: str) -> None:
        """Tells the reporter what went wrong on the way and was put right."""
        self._reporter.mishap(text)

    def employ(self, headcount: Callable[[], tuple[int, int]]) -> None:
        """Tells the reporter whom to ask how many workers compute f, and of how many."""
        self._reporter.employ(headcount)

    def begin(self, phase: Phase, n: int, total_neval: int, *, proposal: str) -> None:
        """Begins a row: n points are about to be drawn, after so many evaluations."""
        self._row_begun = self.seconds
        self._reporter.begin(phase, proposal, n, total_neval, self._row_begun)

    def advance(self, total_neval: int) -> None:
        """Tells the reporter how far the row has come."""
        self._reporter.advance(total_neval, self.seconds)

    def leave_out(self, seconds: float) -> None:
        """Leaves out time that was spent on something else than the points of the row under way."""
        self._row_begun += seconds

    def set_target(self, target: Target) -> None:
        """Tells the reporter of another target."""
        self._reporter.aim(target)

    def finish(self, result: Result | Results) -> None:
        """Tells the reporter the result."""
        self._reporter.finish(result)

    def write(self, phase: Phase, own: Estimate, total_neval: int, *, proposal: str, **values: float) -> None:
        """Writes a row.

        Args:
          phase: of the run.
          own: estimate from this row's points alone.
          total_neval: evaluations up to here.
          proposal: what the points were drawn from.
          **values: further fields of `Iteration`.
        """
        seconds = self.seconds
        row = Iteration(
            phase=phase,
            neval=own.n,
            total_neval=total_neval,
            mean=own.mean,
            sdev=own.sdev,
            deviation=own.deviation / abs(own.mean) if own.mean else math.inf,
            seconds=seconds,
            proposal=proposal,
            ess=own.ess,
            max_weight_share=own.max_weight_share,
            draw_seconds=seconds - self._row_begun,
            **values,
        )
        self._row_begun = math.nan
        self._rows.append(row)
        self._reporter(row)
