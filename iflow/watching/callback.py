"""A function of the user's that is called as the run goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from iflow.history import Iteration
from iflow.watching.reporter import Reporter


class Stopped(Exception):  # noqa: N818 - nothing went wrong
    """A function of the user's has stopped the run; everything evaluated is kept."""


class Callback(Reporter):
    """Hands each finished iteration to a function; what it returns is ignored.

    Args:
      function: called with every `Iteration`; raises StopIteration to stop the run.
    """

    def __init__(self, function: Callable[[Iteration], Any]):
        self._function = function

    def __call__(self, row: Iteration) -> None:
        """Calls the function.

        Raises:
          Stopped: if it raises StopIteration.
          Exception: what else it raises, with a note on where that came from.
        """
        try:
            self._function(row)
        except StopIteration:
            raise Stopped("the callback has stopped the run") from None
        except Exception as error:
            error.add_note(
                f"raised by the callback, given the {row.phase} row that ends at {row.total_neval:,} "
                "evaluations; the run itself was in order"
            )
            raise
