"""What comes of a misuse: computed once, for the tests and for the page."""

from __future__ import annotations

import contextlib
import functools
import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path

from tests.misuse.case import Misuse
from tests.misuse.told import told


@dataclass(frozen=True)
class Outcome:
    """What a misuse raised.

    Args:
      error: its type; None where nothing was raised.
      message: with notes, a line each; the folder is written as a point.
    """

    error: type[BaseException] | None
    message: str


@functools.cache
def outcome(case: Misuse) -> Outcome:
    """Returns what comes of a misuse in an empty folder; warnings are errors."""
    with tempfile.TemporaryDirectory(prefix="misuse-") as name, warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", DeprecationWarning)
        folder = Path(name).resolve()
        with contextlib.chdir(folder):
            try:
                case.attempt(folder)
            except (Exception, SystemExit) as error:
                return Outcome(type(error), told(error).replace(str(folder), "."))
    return Outcome(None, "")
