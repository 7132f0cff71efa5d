"""What is told of points that count as 0, and when there are too many of them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

# Characters of what f raised that are told.
_LONGEST_TEXT = 200
# Points of a batch from which on it is told whether f raises at most of them.
_LEAST_BATCH = 32
_UNLIKE = "is it random, or unlike on workers?"

# Returns what f raises at a point, [dim]; None where it does not, any more.
RaisedAt = Callable[[np.ndarray], Exception | None]
# Returns what is told of a point, [dim], at which f was nan or inf; None where it is not, any more.
ToldAgain = Callable[[np.ndarray], str | None]


def first_raised(raised_at: RaisedAt, x: np.ndarray, raised: np.ndarray) -> str:
    """Returns what f raises at the first point at which it raised, and where; "" where there is none.

    Args:
      raised_at: asks f again: who has seen it raise may be another process, or one that is gone.
      x: points, [n, dim].
      raised: at which of them, bool [n].
    """
    if not raised.any():
        return ""
    point = x[int(np.argmax(raised))]
    error = raised_at(point)
    if error is None:
        return f"at x = {point.tolist()}, where it did not raise once more: {_UNLIKE}"
    text = str(error).strip().partition("\n")[0][:_LONGEST_TEXT]
    return f"{type(error).__name__}: {text}, at x = {point.tolist()}"


def first_nonfinite(told_again: ToldAgain, x: np.ndarray, nonfinite: np.ndarray) -> str:
    """Returns what f is at the first point at which it was nan or inf; "" where there is none.

    Args:
      told_again: asks f again.
      x: points, [n, dim].
      nonfinite: at which of them, bool [n].
    """
    if not nonfinite.any():
        return ""
    point = x[int(np.argmax(nonfinite))]
    told = told_again(point)
    return told or f"at x = {point.tolist()}, where it was a number once more: {_UNLIKE}"


def require_few(raised_at: RaisedAt, x: np.ndarray, raised: np.ndarray) -> None:
    """Refuses a batch at most of whose points f raised, unless it is too small to tell.

    Args: those of `first_raised`.

    Raises:
      Exception: what f raises at the first of them.
    """
    if len(x) < _LEAST_BATCH or 2 * np.count_nonzero(raised) <= len(x):
        return
    point = x[int(np.argmax(raised))]
    error = raised_at(point) or RuntimeError("f raised, but not when it was computed once more")
    error.add_note(
        f"raised by the integrand at {np.count_nonzero(raised):,} of {len(x):,} points of a batch, the "
        f"first x = {point.tolist()}: on_error='skip' is for an f that can be computed at most points; let "
        "it return 0 where it may be left out, or shrink the region"
    )
    raise error
