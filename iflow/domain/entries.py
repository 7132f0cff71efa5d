"""What a sequence of limits consists of, and what is told of one that is malformed."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping, Set
from numbers import Real
from typing import Any

import numpy as np

from iflow.domain.change import Change
from iflow.domain.integers import Integers
from iflow.domain.limits import is_pair

EXPECTED = "region must be an integer d (the unit cube) or a sequence of (low, high) pairs"


def entries_of(region: Any) -> list[Any]:
    """Returns the entries of a sequence: pairs, `Integers` and `Change`s.

    Raises:
      TypeError: if it is no sequence, or holds anything else; with the likely fix.
    """
    if isinstance(region, Iterable) and not isinstance(region, str | bytes | Set | Mapping):
        entries = list(region)
        wrong = [number for number, entry in enumerate(entries) if not _is_entry(entry)]
        if not wrong:
            return entries
        whole = _of_sequence(region, entries)
        if not whole and len(wrong) < len(entries):
            entry = entries[wrong[0]]
            raise TypeError(f"{EXPECTED}, got {entry!r} as entry {wrong[0]}{_of_entry(entry)}")
        raise TypeError(f"{EXPECTED}, got {region!r}{whole or _of_entry(entries[0])}")
    raise TypeError(f"{EXPECTED}, got {region!r}{_of_other(region)}")


def _is_entry(entry: Any) -> bool:
    return isinstance(entry, Integers | Change) or is_pair(entry)


def _of_sequence(region: Any, entries: list[Any]) -> str:
    """Returns the likely fix for a sequence as a whole."""
    if len(entries) == 2 and is_pair(entries):
        return f"; did you mean [({entries[0]}, {entries[1]})]?"
    if len(entries) == 2 and isinstance(region, np.ndarray) and region.ndim == 2:
        return "; are these all lower and all upper limits? Then give list(zip(low, high))"
    if len(entries) == 1 and isinstance(entries[0], int):
        return f"; did you mean {entries[0]}?"
    return ""


def _of_entry(entry: Any) -> str:
    """Returns the likely fix for an entry."""
    if isinstance(entry, str):
        return "; limits must be numbers, not text"
    if isinstance(entry, list | tuple) and len(entry) == 2:
        if any(limit is None for limit in entry):
            return "; for no limit give -math.inf or math.inf"
        if any(isinstance(limit, str) for limit in entry):
            return "; limits must be numbers, not text"
    if isinstance(entry, list | tuple) and entry:
        if isinstance(entry[0], list | tuple):
            return "; are the pairs one level too deep?"
        return "; an axis has two limits, low and high, which are real numbers"
    return _of_other(entry)


def _of_other(region: Any) -> str:
    """Returns the likely fix for what is no sequence."""
    if isinstance(region, float) and region.is_integer():
        return f"; did you mean {int(region)}?"
    if isinstance(region, str) and region.strip().isdecimal():
        return f"; did you mean {int(region)}?"
    if isinstance(region, Integers):
        return f"; did you mean [{region}]?"
    if isinstance(region, Set):
        return "; a set has no order: give a list"
    if isinstance(region, Real) or region is None:
        return ""
    if inspect.isclass(region):
        return f"; give {region.__name__}(...), not the class"
    if callable(region):
        return "; that is a function: did you forget to call it, or give f and region in the wrong order?"
    return ""
