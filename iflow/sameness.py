"""When two records of a run are the same: number by number, and nan is the same as nan."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

_UNDEFINED = object()


class SameNumbers:
    """Compares and hashes a frozen dataclass by its fields, but for those with compare=False.

    nan stands for "undefined" in these records, so that two that are undefined alike are equal. The
    comparison that `dataclass` writes says so only while both hold one object `math.nan`, and since Python
    3.13 never. Derive with `@dataclass(frozen=True, eq=False)`.
    """

    def __eq__(self, other: object) -> bool:
        """Returns whether the other is of the same class, with the same numbers."""
        if type(other) is not type(self):
            return NotImplemented
        return _numbers(self) == _numbers(other)

    def __hash__(self) -> int:
        """Returns the same for two that are equal."""
        return hash(_numbers(self))


def _numbers(record: Any) -> tuple[Any, ...]:
    return tuple(_defined(getattr(record, f.name)) for f in fields(record) if f.compare)


def _defined(value: Any) -> Any:
    """Returns a value with something equal to itself instead of nan, in tuples too."""
    if isinstance(value, tuple):
        return tuple(map(_defined, value))
    return _UNDEFINED if isinstance(value, float) and value != value else value
