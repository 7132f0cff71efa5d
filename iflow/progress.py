"""What the user sees while a run is under way."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from iflow.history import Iteration
from iflow.notation import with_error

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, TaskID


class Reporter:
    """Takes note of finished iterations; shows nothing. Used as a context manager around a run."""

    def __enter__(self) -> Reporter:
        """Begins to report."""
        return self

    def __exit__(self, *error: object) -> None:
        """Stops reporting."""

    def __call__(self, row: Iteration) -> None:
        """Takes a finished iteration."""

    def say(self, text: str) -> None:
        """Takes a word on what is done now."""


class Callback(Reporter):
    """Hands each finished iteration to a function of the user's.

    Args:
      function: called with every `Iteration`.
    """

    def __init__(self, function: Callable[[Iteration], None]):
        self._function = function

    def __call__(self, row: Iteration) -> None:
        """Calls the function."""
        self._function(row)


class Display(Reporter):
    """A progress bar on the terminal: phase, share of the budget, and the estimate so far.

    Args:
      max_neval: evaluations at which the bar is full.
      console: where to draw; None draws on standard error, and only if that is a terminal.
    """

    def __init__(self, max_neval: int, console: Console | None = None):
        self._max_neval, self._console = max_neval, console
        self._progress: Progress | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Display:
        """Shows the bar."""
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        console = self._console or Console(stderr=True)
        self._progress = Progress(
            TextColumn("{task.description:<19}"),
            BarColumn(bar_width=24),
            TextColumn("{task.completed:>9,.0f} of {task.total:,.0f} calls"),
            TimeElapsedColumn(),
            TextColumn("{task.fields[note]}"),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._progress.add_task("survey", total=self._max_neval, note="")
        self._progress.start()
        return self

    def __exit__(self, *error: object) -> None:
        """Takes the bar away."""
        if self._progress is not None:
            self._progress.stop()
            self._progress = None

    def __call__(self, row: Iteration) -> None:
        """Moves the bar on."""
        if self._progress is None or self._task is None:
            return
        if row.phase == "measurement":
            note = with_error(row.running_mean, row.running_sdev)
        else:
            note = f"{row.proposal}: weights vary by {row.deviation:.2g}"
            if row.n_needed < 1e12:
                note += f", {row.n_needed:.1g} points to the target"
            if row.beta < 1.0:
                note += f", learning |f|^{row.beta:.2g}"
        self._progress.update(self._task, completed=row.total_neval, note=note)

    def say(self, text: str) -> None:
        """Names what is done now."""
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, description=text)


def make_reporter(progress: bool | Callable[[Iteration], None], max_neval: int) -> Reporter:
    """Returns the reporter for the option `progress`: nothing, a display, or the user's function."""
    if progress is True:
        return Display(max_neval)
    return Callback(progress) if callable(progress) else Reporter()
