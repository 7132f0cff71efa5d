"""Numbers as people write them: 0.98166(10), twice."""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import Decimal


def with_error(mean: float, sdev: float) -> str:
    """Returns mean and standard error in the notation of the Particle Data Group, two error digits.

    with_error(0.981660, 0.000102) is "0.98166(10)"; with_error(1.937e-10, 2.1e-14) is
    "1.93700(21)e-10". Any magnitude works; an error that is infinite, unknown or finer than the digits
    of a float is spelled out.
    """
    if not math.isfinite(mean) or not math.isfinite(sdev):
        return f"{mean:.6g} +- {sdev:.3g}"
    if sdev == 0.0:
        return f"{mean:.12g}(0)"
    if sdev < 1e-17 * abs(mean):
        return f"{float(mean)} +- {sdev:.2g}"
    top = max(_exponent(mean), _exponent(sdev))
    # Plain digits for everyday magnitudes, a power of ten for the rest.
    shift = top if top < -3 or top > 5 else 0
    value, error = Decimal(mean).scaleb(-shift), Decimal(sdev).scaleb(-shift)
    places = 1 - error.adjusted()
    digits = round(error.scaleb(places))
    if digits == 100:
        digits, places = 10, places - 1
    if places <= 0:
        rounded = int(digits) * 10 ** (-places)
        text = f"{round(value.scaleb(places)) * 10 ** (-places)}({rounded})"
    elif error >= 1 or digits >= 10**places:
        text = f"{value:z.{places}f}({error:.{places}f})"
    else:
        text = f"{value:z.{places}f}({digits})"
    return f"{text}e{shift:+03d}" if shift else text


def with_log_error(log_mean: float, relative: float) -> str:
    """Returns a number given by its logarithm, with its relative error: exp(-4000.12(3))."""
    return f"exp({with_error(log_mean, relative)})"


def with_unit(mean: float, sdev: float, log_unit: float) -> str:
    """Returns mean and error in units of exp(log_unit): by their logarithm unless that is 0."""
    if log_unit and mean:
        return with_log_error(log_unit + math.log(abs(mean)), sdev / abs(mean))
    return with_error(mean, sdev)


def times(n: int) -> str:
    """Returns how often something happened: "once", "twice", "3 times"."""
    return "once" if n == 1 else "twice" if n == 2 else f"{n:,} times"


def place(x: Iterable[float]) -> str:
    """Returns where a point is, to 6 digits: x = [0.3, 1e-09]."""
    return f"x = [{', '.join(f'{float(each):.6g}' for each in x)}]"


def _exponent(value: float) -> int:
    return Decimal(value).adjusted() if value else -(10**6)
