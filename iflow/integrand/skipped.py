"""What is told of points at which f raised, and when there are too many of them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

# Characters of what f raised that are told.
_LONGEST_TEXT = 200
# Points of a batch from which on it is told whether f raises at most of them.
_LEAST_BATCH = 32

# Returns what f raises at a point, [dim]; None where it does not, any more.
RaisedAt = Callable[[np.ndarray], Exception | None]


def first_told(raised_at: RaisedAt, x: np.ndarray, skipped: np.ndarray | None) -> str:
    """Returns what f raises at the first point that was skipped, and where; "" where there is none.

    Args:
      raised_at: asks f again: who has seen it raise may be another process, or one that is gone.
      x: points, [n, dim].
      skipped: which of them were, bool [n]; None for none.
    """
    if skipped is None or not skipped.any():
        return ""
    point = x[int(np.argmax(skipped))]
    error = raised_at(point)
    if error is None:
        return (
            f"at x = {point.tolist()}, where it did not raise once more: is it random, or unlike on workers?"
        )
    text = str(error).strip().partition("\n")[0][:_LONGEST_TEXT]
    return f"{type(error).__name__}: {text}, at x = {point.tolist()}"


def require_few(raised_at: RaisedAt, x: np.ndarray, skipped: np.ndarray | None) -> None:
    """Refuses a batch of which most points were skipped, unless it is too small to tell.

    Args: those of `first_told`.

    Raises:
      Exception: what f raises at the first of them.
    """
    if skipped is None or len(x) < _LEAST_BATCH or 2 * np.count_nonzero(skipped) <= len(x):
        return
    point = x[int(np.argmax(skipped))]
    error = raised_at(point) or RuntimeError("f raised, but not when it was computed once more")
    error.add_note(
        f"raised by the integrand at {np.count_nonzero(skipped):,} of {len(x):,} points of a batch, the "
        f"first x = {point.tolist()}: on_error='skip' is for an f that can be computed at most points; let "
        "it return 0 where it may be left out, or shrink the region"
    )
    raise error
