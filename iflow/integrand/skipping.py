"""Computes f around the points at which it raises."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator
from typing import Any

import numpy as np

from iflow.integrand.arrays import Values, stack
from iflow.integrand.caller import Caller

# A block that f survives makes the next one so much larger; one that it does not, half as large at most.
# One in eight raises then, which costs few evaluations and, of cheap functions, not too many calls.
_GROWTH = 1.1


class Skipping:
    """Finds the points at which f raises, and computes it at all others.

    A vectorised f takes a block of points at once. Of one for which it raises, the first point that does
    it is found by halving; what is computed on the way is kept, and the next block begins after it. Blocks
    are as large as the distance of such points allows, which is learned as they come.
    """

    def __init__(self) -> None:
        self._size = math.inf

    def computed(
        self, caller: Caller, x: np.ndarray, *, pointwise: bool
    ) -> Iterator[tuple[slice | list[int], Values]]:
        """Yields parts of the points at which f does not raise, each point once.

        Args:
          caller: calls f.
          x: points, [n, dim].
          pointwise: whether f is called one point at a time.

        Yields:
          Which points, and their values: to be copied before the next are asked for.

        Raises:
          Exception: what f raises that says nothing about a point, see `Caller.attempt`; why what it
            returned is not numbers.
        """
        if pointwise:
            yield from _one_by_one(caller, x)
            return
        start = 0
        while start < len(x):
            end = start + max(1, int(min(self._size, len(x) - start)))
            values = _attempt(caller, x[start:end])
            if values is not None:
                yield slice(start, end), values
                if end - start >= self._size - 1.0:
                    self._size *= _GROWTH
                start = end
                continue
            go_on = yield from _up_to_first(caller, x, start, end)
            # The distance to the first is a hint of how far the others are apart.
            self._size = max(1.0, min((end - start) / 2, go_on - start))
            start = go_on


def _up_to_first(
    caller: Caller, x: np.ndarray, low: int, high: int
) -> Generator[tuple[slice, Values], None, int]:
    """Yields what is computed of a block for which f raises, up to the first point that does it.

    Returns:
      The number of the point after it. Where f raises at no point alone, as it may if it depends on
      chance, that of the first point that is not computed yet.
    """
    is_alone = high - low == 1
    while not is_alone and low < high:
        middle = max(low + 1, (low + high) // 2)
        values = _attempt(caller, x[low:middle])
        if values is None:
            high, is_alone = middle, middle - low == 1
        else:
            yield slice(low, middle), values
            low = middle
    return low + 1 if is_alone else low


def _one_by_one(caller: Caller, x: np.ndarray) -> Iterator[tuple[list[int], Values]]:
    rows: list[int] = []
    points: list[np.ndarray] = []

    def returned() -> Iterator[Any]:
        for row, point in enumerate(x):
            could, one = caller.attempt(point)
            if could:
                rows.append(row)
                points.append(point)
                yield one

    values = stack(returned(), points)
    if rows:
        yield rows, values


def _attempt(caller: Caller, x: np.ndarray) -> Values | None:
    """Returns the values of a block; None where f raises."""
    could, returned = caller.attempt(x)
    return caller.read(returned) if could else None
