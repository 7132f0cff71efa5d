"""What a run tells those who watch it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from iflow.history import Iteration, Phase

if TYPE_CHECKING:
    from iflow.options import Target
    from iflow.result import Result
    from iflow.several.results import Results


class Reporter:
    """Is told what a run does, and does nothing with it. Used as a context manager around a run.

    A new way of watching overrides what it needs.
    """

    def __enter__(self) -> Reporter:
        """Begins to watch."""
        return self

    def __exit__(self, *error: object) -> None:
        """Stops watching; a run that goes on later enters again."""

    def __call__(self, row: Iteration) -> None:
        """Takes a finished iteration."""

    def say(self, text: str) -> None:
        """Takes a word on what is done now."""

    def note(self, text: str) -> None:
        """Takes a decision and its reason."""

    def mishap(self, text: str) -> None:
        """Takes what went wrong on the way and was put right."""

    def employ(self, headcount: Callable[[], tuple[int, int]]) -> None:
        """Takes what tells at any moment how many workers compute f, and of how many."""

    def begin(self, phase: Phase, proposal: str, n: int, neval: int, seconds: float) -> None:
        """Takes that n points are about to be drawn, after neval evaluations and so many seconds."""

    def advance(self, neval: int, seconds: float) -> None:
        """Takes how far an iteration under way has come: evaluations and seconds of the run up to here."""

    def aim(self, target: Target) -> None:
        """Takes another target of the run."""

    def finish(self, result: Result | Results) -> None:
        """Takes the result, when everything else is over."""


class Reporters(Reporter):
    """Tells several reporters, in their order.

    Args:
      reporters: to be told.
    """

    def __init__(self, reporters: Sequence[Reporter]):
        self._reporters = tuple(reporters)
        self._entered = contextlib.ExitStack()

    def __enter__(self) -> Reporters:
        """Lets each begin; where one cannot, those before it are stopped again."""
        with contextlib.ExitStack() as entered:
            for reporter in self._reporters:
                entered.enter_context(reporter)
            self._entered = entered.pop_all()
        return self

    def __exit__(self, *error: object) -> None:
        """Stops each, in reverse order."""
        self._entered.close()

    def __call__(self, row: Iteration) -> None:
        """Tells each."""
        for reporter in self._reporters:
            reporter(row)

    def say(self, text: str) -> None:
        """Tells each."""
        for reporter in self._reporters:
            reporter.say(text)

    def note(self, text: str) -> None:
        """Tells each."""
        for reporter in self._reporters:
            reporter.note(text)

    def mishap(self, text: str) -> None:
        """Tells each."""
        for reporter in self._reporters:
            reporter.mishap(text)

    def employ(self, headcount: Callable[[], tuple[int, int]]) -> None:
        """Tells each."""
        for reporter in self._reporters:
            reporter.employ(headcount)

    def begin(self, phase: Phase, proposal: str, n: int, neval: int, seconds: float) -> None:
        """Tells each."""
        for reporter in self._reporters:
            reporter.begin(phase, proposal, n, neval, seconds)

    def advance(self, neval: int, seconds: float) -> None:
        """Tells each."""
        for reporter in self._reporters:
            reporter.advance(neval, seconds)

    def aim(self, target: Target) -> None:
        """Tells each."""
        for reporter in self._reporters:
            reporter.aim(target)

    def finish(self, result: Result | Results) -> None:
        """Tells each."""
        for reporter in self._reporters:
            reporter.finish(result)
