"""Why a point counts as 0, whatever f is there."""

from __future__ import annotations

from enum import IntEnum


class Reason(IntEnum):
    """Why a point counts as 0; 0 itself stands for a point that counts as what f is there.

    Attributes:
      RAISED: f raised at it, with on_error="skip".
      NONFINITE: f was nan or inf at it, with on_nonfinite="zero".
    """

    RAISED = 1
    NONFINITE = 2


# Points that count as 0 for no reason: any of them ends the run.
NONE: frozenset[Reason] = frozenset()
