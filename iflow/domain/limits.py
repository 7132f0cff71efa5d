"""Limits of single axes, checked."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from iflow.domain.integers import Integers


@dataclass(frozen=True)
class Axis:
    """One axis of the box that the unit cube is mapped to.

    Args:
      low: lower limit, or -inf.
      high: upper limit, or inf.
      integer: whether only the integers count, see `Integers`; low and high are then half integers.
    """

    low: float
    high: float
    integer: bool = False


# What float() takes, but nobody means.
_NO_LIMIT = (str, bytes, bool, np.bool_)


def is_pair(entry: Any) -> bool:
    """Returns whether an entry of a region is one (low, high) pair rather than a region of its own."""
    try:
        low, high = entry
        float(low), float(high)
    except OverflowError:  # an integer beyond all floats, which `axis_of` refuses by name
        return True
    except (TypeError, ValueError):
        return False
    return not isinstance(low, _NO_LIMIT) and not isinstance(high, _NO_LIMIT)


def axis_of(entry: Any, where: str) -> Axis:
    """Returns the axis of a (low, high) pair or of integers; `where` names it in errors.

    Raises:
      TypeError: if it is neither.
      ValueError: if limits are reversed, equal, nan, or too close to hold a number between.
    """
    if isinstance(entry, Integers):
        return Axis(entry.low - 0.5, entry.high + 0.5, integer=True)
    if not is_pair(entry):
        raise TypeError(f"{where} must be a (low, high) pair, got {entry!r}")
    try:
        low, high = (float(limit) for limit in entry)
    except OverflowError:
        raise ValueError(
            f"{where}: limits must be floats, below 1e308 in size: use infinite limits"
        ) from None
    what = f"{where}: low must be less than high, got ({low!r}, {high!r})"
    if math.isnan(low) or math.isnan(high):
        raise ValueError(f"{what}; a limit is nan")
    if low == high:
        raise ValueError(f"{what}; the limits are equal, so there is nothing to integrate")
    if low > high:
        raise ValueError(f"{what}; the limits are reversed: swap them and the integral's sign")
    if math.isinf(high - low) and math.isfinite(low) and math.isfinite(high):
        raise ValueError(f"{what}; the width overflows: use infinite limits")
    if not math.nextafter(low, math.inf) < high:
        raise ValueError(f"{what}; there is no number between them")
    return Axis(low, high)
