"""What a misuse is told: the message of an exception with its notes, or the doubts of a result."""

from __future__ import annotations

from typing import Any


class DoubtfulResultError(Exception):
    """No error: a result came back, is marked as unreliable, and says why."""


def require_reliable(result: Any) -> Any:
    """Returns a result; raises its warnings if it is marked as unreliable."""
    if not result.reliable:
        raise DoubtfulResultError(f"[unreliable] {result.warnings[0]}")
    return result


def told(error: BaseException) -> str:
    """Returns the message and the notes, a line each."""
    # str() of a KeyError is the repr of its message.
    message = str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)
    return "\n".join([message, *getattr(error, "__notes__", [])])
