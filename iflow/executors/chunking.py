"""How many points go to a worker at once. Pure arithmetic."""

from __future__ import annotations

import math
from dataclasses import dataclass

# Of the time of the process that hands out chunks, the part that this may take: points are made there too.
_BUSY = 0.5
# Seconds for which all workers have enough to do while the next batch is made, at least.
_AHEAD = 1.0
# Of the work that a chunk should hold, what one holds in any case.
_CRUMB = 0.25


@dataclass(frozen=True)
class Chunking:
    """Large chunks while there is much to do, small ones at the end, so that all workers end together.

    A chunk takes an equal share of a part of what waits (guided self-scheduling): the last ones are
    small, whatever the workers' speeds. None is so small that the process which hands them out, one
    after the other, falls behind: if it takes h seconds a chunk, chunks of s seconds each keep s / h
    workers busy and no more. So T seconds of work are done first by sqrt(T / h) workers, where there are
    more of them.

    Args:
      least_seconds: work that a chunk should hold at least, so that the pause before it does not count.
      most_seconds: work that a chunk may hold at most, where all can be fed so: so much is lost when a
        worker dies.
      shares: chunks that each worker would get of what waits, if all were of one size.
      handling: what handing out and taking back a chunk costs the process that does it, in seconds, > 0.

    Reference:
      Polychronopoulos, Kuck, Guided self-scheduling, IEEE Trans. Computers C-36 (1987) 1425.
    """

    least_seconds: float = 0.02
    most_seconds: float = 2.0
    shares: float = 3.0
    handling: float = 4e-4

    def size(self, n_waiting: int, n_workers: int, seconds_each: float, n_under_way: int = 0) -> int:
        """Returns the items of the next chunk, at least 1 where any wait.

        Args:
          n_waiting: items that wait, in all.
          n_workers: how many share them.
          seconds_each: what an item takes; 0 where that is not known.
          n_under_way: items that workers have, where more is to come; 0 at the end.
        """
        share = math.ceil(n_waiting / (self.shares * n_workers))
        if not seconds_each:
            return round_size(share, n_waiting)
        n_open, spared = n_waiting + n_under_way, self.handling / _BUSY
        n_fed = min(n_workers, math.sqrt(n_open * seconds_each / spared) + 1.0)
        least = max(self.least_seconds, n_fed * spared)
        # Where there is too little for everyone, it is cut up nevertheless, though not into crumbs.
        n_least = min(least, max(_CRUMB * self.least_seconds, n_open * seconds_each / n_fed)) / seconds_each
        n_most = max(self.most_seconds, least) / seconds_each
        return round_size(max(share, math.ceil(n_least)), max(1, min(int(n_most), n_waiting)))

    def ahead(self, n_workers: int) -> float:
        """Returns the seconds of work that should wait: enough to cut chunks that are not too small."""
        return n_workers * max(_AHEAD, self.shares * n_workers * self.handling / _BUSY)


def round_size(wanted: float, most: int) -> int:
    """Returns the power of two that is nearest by ratio to a size, and not above the most there may be.

    What is compiled for each number of points, as by `jax.jit`, then meets a dozen of them in a run, rather
    than hundreds.

    Args:
      wanted: size, > 0.
      most: the largest there may be, >= 1.
    """
    exponent = round(math.log2(max(wanted, 1.0)))
    return 1 << min(exponent, most.bit_length() - 1)
