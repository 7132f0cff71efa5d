"""Sobol points, scrambled or plain, in NumPy: `scipy.stats.qmc` takes a second to import.

Point i is the sum modulo 2, digit by digit, of a direction number v_k for each digit k of i that is 1,

    x_i = v_0 i_0 ^ v_1 i_1 ^ v_2 i_2 ^ ...,   i = i_0 + 2 i_1 + 4 i_2 + ...

so that twice as many points are x[2^k : 2^(k + 1)] = x[: 2^k] ^ v_k. The scrambling multiplies the digits
of every v_k by a random lower triangular matrix, one for each coordinate, and shifts those of every x_i.

Reference:
  Joe, Kuo, SIAM J. Sci. Comput. 30 (2008) 2635 (the direction numbers); Matousek, J. Complexity 14 (1998)
  527 (the scrambling).
"""

from __future__ import annotations

import functools
from itertools import islice
from pathlib import Path

import numpy as np

# Digits of a coordinate: with one more, which puts it in the middle of its interval, it fills a float.
BITS = 52
MOST_DIMENSIONS = 256
_TABLE = Path(__file__).with_name("sobol_directions.txt")
# With these bits in front, 52 digits are a float from 1 to 2: quicker than to convert and to scale them.
_ONE = np.uint64(0x3FF << BITS)
_ONE_TO_MIDDLE = 1.0 - 2.0 ** -(BITS + 1)
# Rows of this many numbers at least are added in one go: NumPy is slow where they are short.
_LEAST_ROW = 32


class Sobol:
    """The Sobol sequence in natural order; its first 2^m points are a net for every m.

    Args:
      dim: number of coordinates, at most `MOST_DIMENSIONS`.
      rng: draws the scrambling; None for none.
    """

    def __init__(self, dim: int, rng: np.random.Generator | None = None):
        directions = direction_numbers(dim)
        shift = np.zeros(dim, np.uint64)
        if rng is not None:
            shift = rng.integers(1 << BITS, size=dim, dtype=np.uint64)
            directions = _scramble(directions, rng)
        self._first = shift | _ONE
        self._n, self._dim = 0, dim
        self._repeats = 1 << max(0, (_LEAST_ROW // dim).bit_length())
        self._rows = np.tile(directions, (1, self._repeats))

    @property
    def n(self) -> int:
        """Points that were taken or skipped."""
        return self._n

    def skip(self, n: int) -> None:
        """Goes on after the next n points, without making them."""
        self._n += n

    def take(self, n: int) -> np.ndarray:
        """Returns the next n points, [n, dim], in the middle of their intervals of width 2^-52."""
        digits = np.empty((n, self._dim), np.uint64)
        done = 0
        while done < n:
            # The longest run whose numbers differ in their last digits alone.
            size = 1 << (n - done).bit_length() - 1
            if self._n:
                size = min(size, self._n & -self._n)
            self._fill(digits[done : done + size])
            done, self._n = done + size, self._n + size
        points = digits.view(np.float64)
        points -= _ONE_TO_MIDDLE
        return points

    def _fill(self, digits: np.ndarray) -> None:
        """Writes the next 2^m points, [2^m, dim], of which the first one's number is a multiple of 2^m."""
        ones = [k for k in range(self._n.bit_length()) if self._n >> k & 1]
        digits[0] = self._first ^ np.bitwise_xor.reduce(self._rows[ones, : self._dim], axis=0)
        for k in range(len(digits).bit_length() - 1):
            half = 1 << k
            row = self._rows[k, : min(half, self._repeats) * self._dim]
            old, new = digits[:half].reshape(-1, len(row)), digits[half : 2 * half].reshape(-1, len(row))
            np.bitwise_xor(old, row, out=new)


@functools.lru_cache(maxsize=16)
def direction_numbers(dim: int) -> np.ndarray:
    """Returns the v_k as integers, in units of 2^-52, [52, dim], read-only."""
    with _TABLE.open(encoding="ascii") as lines:
        table = islice((line for line in lines if not line.startswith("#")), dim)
        columns = [_extend(*map(int, line.split())) for line in table]
    directions = np.array(columns, np.uint64).T.copy()
    directions.flags.writeable = False
    return directions


def _extend(polynomial: int, *initial: int) -> list[int]:
    """Returns the v_k of one coordinate by the recurrence of its polynomial, of degree s.

        v_k = a_1 v_(k - 1) ^ ... ^ a_s v_(k - s) ^ v_(k - s) / 2^s

    Args:
      polynomial: 1, a_1, ..., a_s as binary digits.
      initial: v_k 2^(k + 1) for k < s.
    """
    if polynomial == 1:  # of degree 0: the digits of i in reverse
        return [1 << BITS - 1 - k for k in range(BITS)]
    degree = polynomial.bit_length() - 1
    lags = [lag for lag in range(1, degree + 1) if polynomial >> degree - lag & 1]
    v = [number << BITS - 1 - k for k, number in enumerate(initial)]
    for k in range(degree, BITS):
        v.append(functools.reduce(int.__xor__, (v[k - lag] for lag in lags), v[k - degree] >> degree))
    return v


def _scramble(directions: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Returns the direction numbers times a random lower triangular matrix a coordinate, [52, dim]."""
    place = np.arange(BITS, dtype=np.uint64)[:, None]
    # Column j of a matrix: zeros, a 1 in row j, and random digits below.
    columns = rng.integers(1 << BITS, size=directions.shape, dtype=np.uint64)
    columns = (columns | np.uint64(1 << BITS)) >> place + np.uint64(1)
    digits = directions[:, None] >> place[::-1] & np.uint64(1)
    scrambled: np.ndarray = np.bitwise_xor.reduce(digits * columns, axis=1)
    return scrambled
