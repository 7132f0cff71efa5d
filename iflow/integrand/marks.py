"""How values tell that a point counts as 0, and why: by numbers that no admitted value is."""

from __future__ import annotations

import numpy as np

from iflow.reasons import Reason

# All components of a point at which f raised are nan, all of one at which it was nan or inf are inf; -inf is
# the logarithm of 0. They are ordinary numbers to everyone who sends, cuts and joins values.
_MARKS = {Reason.RAISED: np.nan, Reason.NONFINITE: np.inf}


def mark(values: np.ndarray, rows: np.ndarray, reason: Reason) -> np.ndarray:
    """Returns values [n] or [n, k] in which those of some points, bool [n], tell that they count as 0."""
    marked = values.copy()
    marked[rows] = _MARKS[reason]
    return marked


def reasons_of(values: np.ndarray) -> np.ndarray:
    """Returns why each point counts as 0, a `Reason` or 0, uint8 [n], by its values [n] or [n, k]."""
    first = values if values.ndim == 1 else values[:, 0]
    found: np.ndarray = np.where(np.isnan(first), np.uint8(Reason.RAISED), np.uint8(0))
    found[first == np.inf] = Reason.NONFINITE
    return found


def count(values: np.ndarray, reason: Reason) -> int:
    """Returns how many points count as 0 for a reason, by their values [n] or [n, k]."""
    return int(np.count_nonzero(reasons_of(values) == reason))
