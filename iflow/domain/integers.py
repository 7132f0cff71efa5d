"""An axis of integers: a sum instead of an integral."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

# Beyond it float64 does not hold half integers any more.
_LARGEST = 2**51


@dataclass(frozen=True)
class Integers:
    """The integers from low to high, both included: an axis along which f is summed.

        sum over k from low to high of f(k)

    f gets them as float64 that are whole numbers. Points t of [low - 1/2, high + 1/2] go to the nearest
    integer, so every integer has the unit interval around it. Finite limits: all are equally probable. An
    infinite limit goes through the maps of `iflow.domain.Domain`, where k has the probability P(k) of its
    interval; from n on that falls like 1 / n^2. The unit cube resolves single integers up to about 1e8
    times the scale of that map; the share of those beyond is 1e-8.

    Args:
      low: the first integer, or -inf.
      high: the last one, at least low, or inf; both at most 2^51 in size.

    Raises:
      TypeError: if a limit is no number.
      ValueError: if one is no integer or too large, or high is below low.
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        """Raises unless the limits are integers in order."""
        for name in ("low", "high"):
            object.__setattr__(self, name, _limit(name, getattr(self, name)))
        if self.low == math.inf or self.high == -math.inf:
            raise ValueError(
                f"Integers: low must be at most high, with an integer between them, got ({self.low:g}, "
                f"{self.high:g})"
            )
        if self.low > self.high:
            raise ValueError(
                f"Integers: low must be at most high, got ({self.low:g}, {self.high:g}); swap them"
            )


def _limit(name: str, value: Any) -> float:
    """Returns a limit as a float, checked."""
    wanted = f"Integers: {name} must be an integer, or an infinity"
    try:
        if isinstance(value, (str, bool)):
            raise TypeError
        limit = float(value)
    except OverflowError:
        raise ValueError(
            f"{wanted}, of at most 2^51 in size, got more than 1e308; use an infinite limit"
        ) from None
    except (TypeError, ValueError):
        raise TypeError(f"{wanted}, got {value!r}") from None
    if math.isinf(limit):
        return limit
    if not limit.is_integer():
        hint = "" if math.isnan(limit) else f"; did you mean {round(limit)}?"
        raise ValueError(f"{wanted}, got {value!r}{hint}")
    if abs(limit) > _LARGEST:
        raise ValueError(f"{wanted}, of at most 2^51 in size, got {value!r}; use an infinite limit")
    return limit
