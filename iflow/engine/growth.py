"""How a measurement grows: by doubling its replicates or by adding more of them. Pure arithmetic."""

from __future__ import annotations

import math
from dataclasses import dataclass

N_REPLICATES = 16
# The first round takes at least 16 times this many points, where the budget allows.
_LEAST_LEVEL = 6
_LARGEST_LEVEL = 30
# Aim a little beyond the target: the error itself is uncertain.
_MARGIN = 1.3


@dataclass(frozen=True)
class Part:
    """So many more points for one replicate.

    Args:
      replicate: its number, counted from 0.
      n: points.
    """

    replicate: int
    n: int


def first_round(n_expected: float, left: int) -> list[Part]:
    """Returns 16 replicates of 2^m points, a half to all of those expected.

    Args:
      n_expected: points that are expected to meet the target; inf when it cannot be told.
      left: evaluations that are left.
    """
    n = min(n_expected, 2.0**_LARGEST_LEVEL)
    level = max(_LEAST_LEVEL, math.floor(math.log2(max(n, 1.0) / N_REPLICATES)))
    while N_REPLICATES << level > left and level > 0:
        level -= 1
    if N_REPLICATES << level > left:
        return _remainder(0, left)
    return [Part(replicate, 1 << level) for replicate in range(N_REPLICATES)]


def next_round(sizes: list[int], factor: float, left: int) -> list[Part]:
    """Returns the next round: no point is thrown away, and no budget stranded.

    Where at least twice the points are needed, every replicate doubles; for less, further replicates
    of the same size join; what is left of the budget when neither fits goes to smaller replicates.

    Args:
      sizes: points of each replicate so far.
      factor: how many times as many points are needed in all, > 1, for independent points; inf when it
        cannot be told.
      left: evaluations that are left, at least 1.
    """
    size = max(sizes)
    whole = [number for number, n in enumerate(sizes) if n == size]
    if factor * _MARGIN >= 2.0 and len(whole) * size <= left:
        return [Part(number, size) for number in whole]
    wanted = max(1, math.ceil(min((factor * _MARGIN - 1.0) * sum(sizes), float(left)) / size))
    n_new = min(wanted, left // size)
    if n_new:
        return [Part(len(sizes) + number, size) for number in range(n_new)]
    return _remainder(len(sizes), left)


def _remainder(first: int, left: int) -> list[Part]:
    """Returns replicates whose sizes are different powers of 2, `left` points in all."""
    powers = [bit for bit in range(left.bit_length() - 1, -1, -1) if left >> bit & 1]
    return [Part(first + number, 1 << bit) for number, bit in enumerate(powers)]
