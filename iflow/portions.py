"""Computes rows in portions that there is memory for."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

# Where these libraries say that there is no more memory, they raise classes of their own: module, name.
_CLASSES = (
    ("tensorflow", "errors.ResourceExhaustedError"),
    ("torch", "OutOfMemoryError"),
    ("torch", "cuda.OutOfMemoryError"),
)
# What JAX says, by an exception that it raises for other reasons too.
_STATUS = "RESOURCE_EXHAUSTED"


class Portions:
    """Computes functions of rows; where memory runs out, of half as many rows at once, from then on.

    What is computed of a row must not depend on the others. It then does not depend on the portions either.

    Args:
      what: is computed, for messages.

    Attributes:
      what: is computed.
      most: rows of a portion; None as long as memory has not run out.
    """

    def __init__(self, what: str):
        self.what = what
        self.most: int | None = None

    def compute(self, function: Callable[[np.ndarray], Any], rows: np.ndarray) -> list[Any]:
        """Returns what a function makes of rows, portion by portion, in their order.

        Args:
          function: of some of the rows.
          rows: [n, ...], n >= 0.

        Raises:
          Exception: what the function raises; for want of memory only if it does so for a single row, with
            a note that says so.
        """
        found: list[Any] = []
        start = 0
        while start < len(rows) or not found:
            size = len(rows) - start if self.most is None else min(self.most, len(rows) - start)
            portion = rows if size == len(rows) else rows[start : start + size]
            try:
                found.append(function(portion))
            except Exception as error:
                self._require_short(error, portion)
            else:
                start += size
                continue
            # Here the failed call, and with it all that it had in memory, is gone.
            self._halve(size)
        return found

    def rows_of(self, function: Callable[[np.ndarray], np.ndarray], rows: np.ndarray) -> np.ndarray:
        """Returns what a function makes of rows, [n, ...]; see `compute`."""
        found = self.compute(function, rows)
        joined: np.ndarray = found[0] if len(found) == 1 else np.concatenate(found)
        return joined

    def columns_of(
        self, function: Callable[[np.ndarray], Sequence[np.ndarray]], rows: np.ndarray
    ) -> Sequence[np.ndarray]:
        """Returns the several arrays, [n, ...] each, that a function makes of rows; see `compute`."""
        found = self.compute(function, rows)
        if len(found) == 1:
            several: Sequence[np.ndarray] = found[0]
            return several
        return [np.concatenate(parts) for parts in zip(*found, strict=True)]

    def told(self) -> str:
        """Returns a sentence on what there was memory for; "" where it was enough."""
        if self.most is None:
            return ""
        return f"there was no memory to compute {self.what} for more than {points_told(self.most)} at once"

    def _require_short(self, error: Exception, rows: np.ndarray) -> None:
        """Raises what a function has raised, unless there is too little memory for more rows than one."""
        if not is_short_of_memory(error):
            raise error
        if len(rows) < 2:
            at = f" x = {rows[0].tolist()}" if len(rows) else ""
            error.add_note(
                f"there is no memory to compute {self.what} even for one point{at}: who else takes up the "
                "memory of this machine, other workers?"
            )
            raise error

    def _halve(self, size: int) -> None:
        half = size // 2
        self.most = half if self.most is None else min(self.most, half)  # other threads may have less


def points_told(n: int) -> str:
    """Returns "1 point", "2 points"."""
    return "1 point" if n == 1 else f"{n:,} points"


def is_short_of_memory(error: BaseException) -> bool:
    """Returns whether an exception says that there was not enough memory; no library is imported for it."""
    if isinstance(error, MemoryError):
        return True
    for module, name in _CLASSES:
        found: Any = sys.modules.get(module)
        for part in name.split("."):
            found = getattr(found, part, None)
        if isinstance(found, type) and isinstance(error, found):
            return True
    return _STATUS in str(error)[:200] and type(error).__module__.startswith(("jax", "tensorflow"))
