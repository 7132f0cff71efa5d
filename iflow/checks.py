"""Checks of single values; each raises with what must hold, what was given, and the likely fix."""

from __future__ import annotations

import difflib
import math
import operator
from collections.abc import Callable
from numbers import Real
from typing import Any


def require_number(name: str, value: Any, wanted: str, holds: Callable[[float], bool]) -> None:
    """Raises unless value is a real number for which `holds` is true; `wanted` says that in words."""
    if not isinstance(value, Real) or isinstance(value, bool):
        raise TypeError(f"{name} must be {wanted}, got {value!r}")
    if not holds(float(value)):
        raise ValueError(f"{name} must be {wanted}, got {value!r}")


def require_integer(name: str, value: Any, least: int) -> None:
    """Raises unless value is an integer >= least."""
    wanted = f"{name} must be an integer >= {least}, got {value!r}"
    try:
        number = operator.index(value)
    except TypeError:
        whole = isinstance(value, float) and value.is_integer()
        hint = f"; did you mean {int(value)}?" if whole else ""
        raise TypeError(wanted + hint) from None
    if isinstance(value, bool):
        raise TypeError(wanted)
    if number < least:
        raise ValueError(wanted)


def require_boolean(name: str, value: Any) -> None:
    """Raises unless value is True or False."""
    if not isinstance(value, bool):
        raise TypeError(f"{name} must be True or False, got {value!r}")


def require_choice(name: str, value: Any, choices: tuple[str, ...]) -> None:
    """Raises unless value is one of the choices; names the nearest."""
    if not isinstance(value, str) or value not in choices:
        near = difflib.get_close_matches(str(value).lower(), choices, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise ValueError(f"{name} must be one of {', '.join(choices)}, got {value!r}{hint}")


def is_nonnegative(value: float) -> bool:
    """Returns whether a number is finite and not below 0."""
    return 0 <= value < math.inf


def is_positive(value: float) -> bool:
    """Returns whether a number is finite and > 0."""
    return 0 < value < math.inf
