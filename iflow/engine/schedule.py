"""How many points a round of the preparation takes. Pure arithmetic."""

from __future__ import annotations

from iflow.engine.growth import N_REPLICATES

# Of the budget: what the first look takes, and a round while the target is tempered.
_FIRST_SHARE, _ROUND_SHARE = 1.0 / 20.0, 1.0 / 32.0
# Points of a replicate of the first look.
_LEAST_FIRST, _MOST_FIRST = 4, 64
# Rounds of a flow: as a share of what was seen before, with limits.
_FLOW_GROWTH, _LEAST_FLOW_ROUND, _MOST_FLOW_ROUND = 0.3, 4_096, 25_000
# Numbers that the points to learn from may be: 0.5 GB, and fits take up to twice as much beside them.
_MOST_NUMBERS, _BESIDE_COORDINATES = 1 << 26, 5


class Schedule:
    """The sizes of the rounds: 16 nets that double for all but the flow.

    Args:
      budget: evaluations of the run.
    """

    def __init__(self, budget: int):
        self._budget = budget
        n = min(int(budget * _FIRST_SHARE) // N_REPLICATES, _MOST_FIRST)
        self._size = N_REPLICATES << (n.bit_length() - 1) if n >= _LEAST_FIRST else 0

    def size(self, name: str, left: int) -> int:
        """Returns the points of a contender in the next round; 0 where the budget is too small for any.

        Args:
          name: of the contender.
          left: evaluations that are left.
        """
        if name != "flow":
            return self._size
        most, spent = max(256, 2 * int(self._budget * _ROUND_SHARE)), self._budget - left
        return min(max(int(_FLOW_GROWTH * spent), _LEAST_FLOW_ROUND), _MOST_FLOW_ROUND, most)

    @staticmethod
    def last_size(left: int) -> int:
        """Returns the points of the last look at a flow; 0 where that would take too much of what is left."""
        n = N_REPLICATES << max(4, min(10, (left // 20).bit_length() - 5))
        return n if n < left // 4 else 0

    def grow(self, beta: float) -> None:
        """Doubles the rounds: as long as they are small, and whenever the whole target is learned.

        Args:
          beta: tempering exponent of the latest fit.
        """
        if beta == 1.0 or self._size < self._budget * _ROUND_SHARE / 2:
            self._size *= 2


def most_points(dim: int) -> int:
    """Returns how many points the preparation may learn from: it holds all of them, in memory.

    Args:
      dim: coordinates of a point; each is kept of x and of y.
    """
    return _MOST_NUMBERS // (2 * dim + _BESIDE_COORDINATES)
