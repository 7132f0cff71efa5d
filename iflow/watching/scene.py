"""What the display shows: two lines, made of all that a run has told."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from iflow.history import Iteration
from iflow.notation import with_unit
from iflow.options import Target
from iflow.watching.outlook import Outlook
from iflow.watching.quantity import clock, count, duration

if TYPE_CHECKING:
    from rich.console import RenderableType

# Columns of a bar, at most, and of what stands beside it.
_WIDEST_BAR, _BESIDE = 40, 66


class Scene:
    """Collects what is to be seen.

    Args:
      target: of the run.

    Attributes:
      outlook: on the rest of the run.
      doing: what is done now.
      row: the latest; None before the first.
      headcount: tells how many workers compute, and of how many; None where f is computed here.
    """

    def __init__(self, target: Target):
        self._target = target
        self.outlook = Outlook(target)
        self.doing = "survey"
        self.row: Iteration | None = None
        self.headcount: Callable[[], tuple[int, int]] | None = None
        self._mishap = ""

    def aim(self, target: Target) -> None:
        """Takes another target."""
        self._target = self.outlook.target = target

    def mishap(self, text: str, seconds: float) -> None:
        """Takes what went wrong at a time of the run; the latest is what is shown."""
        self._mishap = f"at {clock(seconds)} {text}"

    def render(self, seconds: float, width: int) -> RenderableType:
        """Returns the lines at a time of the run, for so many columns."""
        from rich.console import Group
        from rich.progress_bar import ProgressBar
        from rich.table import Table
        from rich.text import Text

        outlook = self.outlook
        total = outlook.neval + outlook.points_left()
        known = math.isfinite(total) and total > 0
        bar = ProgressBar(
            total=total if known else 1.0,
            completed=outlook.neval if known else 0.0,  # a bar that moves on its own would look like news
            width=max(6, min(_WIDEST_BAR, width - _BESIDE)),
        )
        cells = (
            Text(f"{self.doing:<9}", style="bold"),
            bar,
            Text(f"{count(outlook.neval):>5} of {count(self._target.max_neval)} calls"),
            Text(clock(seconds), style="dim"),
            Text(f"left {self.left(seconds)}"),
        )
        grid = Table.grid(padding=(0, 2, 0, 0))
        for _ in cells:
            grid.add_column(no_wrap=True)
        grid.add_row(*cells)
        lines = [Text("  " + self.note(), no_wrap=True, overflow="ellipsis")]
        if self._mishap:
            lines.append(Text("  " + self._mishap, style="yellow", no_wrap=True, overflow="ellipsis"))
        return Group(grid, *lines)

    def left(self, seconds: float) -> str:
        """Returns the time left; before the measurement a bound, as further training must save some."""
        text = duration(self.outlook.seconds_left(seconds))
        measures = self.doing == "measuring" or (self.row and self.row.phase == "measurement")
        return text if measures or text[0] in "?<" else f"< {text}"

    def note(self) -> str:
        """Returns the second line: what the latest row said, most important first, and who computes."""
        row = self.row
        if row is None:
            return "  ".join(["drawing the first points", *self._workers()])
        measured = row.phase == "measurement"
        mean, sdev = (row.running_mean, row.running_sdev) if measured else (row.mean, row.sdev)
        parts = [with_unit(mean, sdev, row.log_unit), self._error(mean, sdev)]
        if row.beta < 1.0:
            parts.append(f"beta {row.beta:.2g}")
        parts.append(f"ess {count(row.running_ess if measured else row.ess)}")
        needed = f", needs {count(row.n_needed)}" if row.n_needed < math.inf else ""
        return "  ".join([part for part in parts if part] + [row.proposal + needed, *self._workers()])

    def _workers(self) -> tuple[str, ...]:
        """Returns how many workers compute at this moment, in words; nothing where there are none yet."""
        n_busy, n = (0, 0) if self.headcount is None else self.headcount()
        if not n:
            return ()
        return (f"{n_busy} of {n} worker{'s' if n > 1 else ''} busy",)

    def _error(self, mean: float, sdev: float) -> str:
        if not (mean and sdev < math.inf):
            return ""
        text, allowed = f"error {sdev / abs(mean):.2g}", self._target.error_allowed(mean)
        return f"{text} (target {allowed / abs(mean):.2g})" if allowed else text
