"""A batch that is being evaluated."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from iflow.batch import Batch

if TYPE_CHECKING:
    from iflow.executors import Job


class Underway:
    """A batch that is being evaluated.

    Args:
      finish: returns it; waits for it.
      job: what workers do for it; None where nothing is left to do.
    """

    def __init__(self, finish: Callable[[], Batch], job: Job | None = None):
        self.result, self.job = finish, job

    def then(self, use: Callable[[Batch], Any]) -> Underway:
        """Returns one that is handed to a function before anyone else has it."""

        def finish() -> Batch:
            batch = self.result()
            use(batch)
            return batch

        return Underway(finish, self.job)
