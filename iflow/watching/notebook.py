"""A display below the cell of a notebook."""

from __future__ import annotations

import io
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import RenderableType

_WIDTH = 100
# Seconds between two messages to the browser.
_PAUSE = 0.5


def is_notebook() -> bool:
    """Returns whether this runs in the kernel of a notebook; imports nothing."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return type(shell).__name__ == "ZMQInteractiveShell"


class NotebookCell:
    """Lines below a cell, in one output that a thread of its own replaces twice a second.

    Args:
      render: returns the lines for so many columns.
    """

    def __init__(self, render: Callable[[int], RenderableType]):
        from IPython.display import display

        self._render = render
        self._handle: Any = display(self._lines(), raw=True, display_id=True)
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._keep_drawing, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Leaves an empty output."""
        self._closing.set()
        self._thread.join()
        self._handle.update({"text/plain": ""}, raw=True)

    def _keep_drawing(self) -> None:
        while not self._closing.wait(_PAUSE):
            try:
                self._handle.update(self._lines(), raw=True)
            except Exception:  # in a thread: it would be printed, and nobody could catch it
                return

    def _lines(self) -> dict[str, str]:
        from rich.console import Console

        # Told everything, so that nothing is guessed from the surroundings.
        page = io.StringIO()
        console = Console(
            file=page, width=_WIDTH, force_terminal=False, force_jupyter=False, color_system=None
        )
        console.print(self._render(_WIDTH))
        return {"text/plain": page.getvalue()}
