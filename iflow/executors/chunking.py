"""How many points go to a worker at once. Pure arithmetic."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Chunking:
    """Large chunks while there is much to do, small ones at the end, so that all workers end together.

    A chunk takes an equal share of a part of what waits (guided self-scheduling): the last ones are
    small, whatever the workers' speeds.

    Args:
      least_seconds: work that a chunk should hold at least, so that sending it does not count.
      most_seconds: work that a chunk may hold at most: so much is lost when a worker dies.
      shares: chunks that each worker would get of what waits, if all were of one size.

    Reference:
      Polychronopoulos, Kuck, Guided self-scheduling, IEEE Trans. Computers C-36 (1987) 1425.
    """

    least_seconds: float = 0.02
    most_seconds: float = 2.0
    shares: float = 3.0

    def size(self, n_waiting: int, n_workers: int, seconds_each: float) -> int:
        """Returns the items of the next chunk, at least 1 where any wait.

        Args:
          n_waiting: items that wait, in all.
          n_workers: how many share them.
          seconds_each: what an item takes; 0 where that is not known.
        """
        share = math.ceil(n_waiting / (self.shares * n_workers))
        if not seconds_each:
            return share
        most = max(1, int(self.most_seconds / seconds_each))
        # Where there is too little for everyone, it is cut up nevertheless: waiting is worse.
        least = min(math.ceil(self.least_seconds / seconds_each), math.ceil(n_waiting / n_workers))
        return max(1, min(max(share, least), most))
