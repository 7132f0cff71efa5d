"""Where on a worker an exception was raised: the user's own lines, none of iflow's that lead to them."""

from __future__ import annotations

import traceback
from pathlib import Path

_OWN = Path(__file__).parents[1]


def trace_of(error: BaseException) -> str:
    """Returns the lines of f, and of what it calls, that led to an exception; "" where it is iflow's own.

    The exception itself and its notes are not among them: they go with it. What it was raised from, or
    while handling what, does not, and is told.
    """
    told = traceback.TracebackException.from_exception(error)
    outside = [number for number, frame in enumerate(told.stack) if not _is_own(frame.filename)]
    if not outside:
        return ""
    lines = told.stack[outside[0] :]
    chained = told.__cause__ or (None if told.__suppress_context__ else told.__context__)
    before = "" if chained is None else f"{''.join(chained.format()).rstrip()}\nand then, at\n"
    return before + "".join(traceback.StackSummary.from_list(lines).format()).rstrip()


def _is_own(filename: str) -> bool:
    return _OWN in Path(filename).parents
