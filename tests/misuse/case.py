"""One way to misuse the library, and what it says to that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Misuse:
    """One way to misuse an entry point.

    Args:
      entry: what is misused: "integrate", "Integrator.sample", "iflow integrate (command)".
      what: the user did, as a short sentence for the documentation.
      attempt: does it, handed an empty folder, which is the working folder too.
      error: that is raised; SystemExit with the text on standard error for commands.
      says: regular expression that the message, notes included, must contain.
    """

    entry: str
    what: str
    attempt: Callable[[Path], object]
    error: type[BaseException]
    says: str


def cases(entry: str, *rows: tuple[str, Callable[[Path], object], type[BaseException], str]) -> list[Misuse]:
    """Returns the cases of an entry point, from what is left to be said of each."""
    return [Misuse(entry, *row) for row in rows]
