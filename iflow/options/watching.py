"""Who watches the run."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from iflow.destination import require_path

if TYPE_CHECKING:
    from iflow.history import Iteration


@dataclass(frozen=True)
class WatchOptions:
    """Who watches the run; nobody who does changes its numbers.

    Args:
      progress: True for a display; a function is taken as `callback` is.
      callback: called with each finished `Iteration`; raises StopIteration to stop the run.
      tensorboard: folder that a TensorBoard log is written to; None writes none.
    """

    progress: bool | Callable[[Iteration], Any] = False
    callback: Callable[[Iteration], Any] | None = None
    tensorboard: str | os.PathLike[str] | None = None

    def __post_init__(self) -> None:
        """Checks every value."""
        if not isinstance(self.progress, bool) and not callable(self.progress):
            raise TypeError(
                f"progress must be True, False or a function of one Iteration, got {self.progress!r}"
            )
        if self.callback is not None and not callable(self.callback):
            raise TypeError(f"callback must be a function of one Iteration, got {self.callback!r}")
        if self.tensorboard is not None:
            require_path("tensorboard must be a folder", self.tensorboard)
