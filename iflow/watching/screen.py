"""Where a display is drawn."""

from __future__ import annotations

from typing import Protocol


class Screen(Protocol):
    """Shows lines, drawn again and again by a thread of its own, from the start until it is closed."""

    def close(self) -> None:
        """Takes them away."""
