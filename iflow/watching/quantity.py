"""Counts and times as short words: 76.8k, 3 min."""

from __future__ import annotations

import math

_PREFIXES = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))
_UNITS = ((86_400.0, "days"), (3_600.0, "h"), (60.0, "min"), (1.0, "s"))


def count(n: float) -> str:
    """Returns a count >= 0 in three digits: 999, 1.23k, 76.8k, 1M."""
    # 999,500 is 1M, not 1000k: the prefix is that of the rounded number.
    rounded = float(f"{n:.3g}")
    for factor, prefix in _PREFIXES:
        if rounded >= factor:
            return f"{rounded / factor:.3g}{prefix}"
    return f"{rounded:.0f}"


def duration(seconds: float) -> str:
    """Returns a time in one or two digits, which is all that a forecast is good for; "?" for nan.

    duration(0.2) is "<1 s", duration(42) "42 s", duration(200) "3 min", duration(1e4) "2.8 h".
    """
    if math.isnan(seconds):
        return "?"
    if seconds < 1.0:
        return "<1 s"
    for factor, unit in _UNITS:
        number = seconds / factor
        if number >= 0.995 and seconds < 3e7:
            places = 1 if unit in ("h", "days") and number < 9.95 else 0
            return f"{number:.{places}f} {unit}"
    return "years"


def clock(seconds: float) -> str:
    """Returns a time as on a clock: 0:07, 12:34, 1:02:03."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
