"""What the user sees while a run is under way."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from iflow.history import Iteration, Phase
from iflow.options import Target
from iflow.watching.reporter import Reporter
from iflow.watching.scene import Scene

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from iflow.watching.screen import Screen


class Display(Reporter):
    """Two lines that follow the run: phase, evaluations, time left; estimate, error, sample size, workers.

    A third one tells the latest of what went wrong on the way and was put right, from then on.

    They are drawn on standard error if that is a terminal, or below the cell of a notebook; nowhere else.
    Whatever happens to the terminal, the run goes on.

    Args:
      target: of the run.
      console: where to draw instead; only if it is a terminal.
    """

    def __init__(self, target: Target, console: Console | None = None):
        self._scene, self._console = Scene(target), console
        self._screen: Screen | None = None
        self._zero, self._seconds = time.monotonic(), 0.0

    def __enter__(self) -> Display:
        """Shows the lines."""
        self._zero = time.monotonic() - self._seconds
        with contextlib.suppress(Exception):  # a display is never worth a run
            self._screen = self._open()
        return self

    def __exit__(self, *error: object) -> None:
        """Takes the lines away."""
        self._seconds = self._now()
        screen, self._screen = self._screen, None
        if screen is not None:
            with contextlib.suppress(Exception):
                screen.close()

    def __call__(self, row: Iteration) -> None:
        """Shows what a row says."""

        def take() -> None:
            self._scene.row = row
            self._scene.outlook.take(row)

        self._change(take)

    def say(self, text: str) -> None:
        """Names what is done now."""
        self._change(lambda: setattr(self._scene, "doing", text))

    def mishap(self, text: str) -> None:
        """Shows what went wrong on the way and was put right."""
        self._change(lambda: self._scene.mishap(text, self._now()))

    def employ(self, headcount: Callable[[], tuple[int, int]]) -> None:
        """Takes what tells how many workers compute f, which is asked whenever the lines are drawn."""
        self._scene.headcount = headcount

    def begin(self, phase: Phase, proposal: str, n: int, neval: int, seconds: float) -> None:
        """Takes that a row begins."""
        self._change(lambda: self._scene.outlook.begin(phase, proposal, n, neval, seconds))

    def aim(self, target: Target) -> None:
        """Takes another target."""
        self._scene.aim(target)

    def advance(self, neval: int, seconds: float) -> None:
        """Moves on within a row."""
        self._change(lambda: self._scene.outlook.advance(neval, seconds))

    def _change(self, change: Callable[[], Any]) -> None:
        """Changes the scene, which the screen draws when it is time; without one nothing is to be done."""
        if self._screen is not None:
            with contextlib.suppress(Exception):
                change()

    def _now(self) -> float:
        return time.monotonic() - self._zero

    def _render(self, width: int) -> RenderableType:
        return self._scene.render(self._now(), width)

    def _open(self) -> Screen | None:
        """Returns where to draw; None where nobody would see it."""
        from iflow.watching.notebook import NotebookCell, is_notebook

        if self._console is None and is_notebook():
            return NotebookCell(self._render)
        stream = sys.stderr
        if self._console is None and (stream is None or not stream.isatty()):
            return None
        from iflow.watching.terminal import Terminal, console_for

        console = self._console or console_for(stream)
        return Terminal(self._render, console) if console.is_terminal else None
