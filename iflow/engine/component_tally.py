"""What one batch says of several integrals: sums only, no points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np

from iflow.statistics.components import ComponentSums
from iflow.statistics.tail import LargestWeights


@dataclass(frozen=True)
class ComponentsWanted:
    """What a tally is to keep of k integrals.

    Args:
      pairs: whether to sum products of two weights.
      log_floors: for each integral whose largest weights are kept, the log|w| up to which they no longer
        matter, [k]; empty where none are kept.
    """

    pairs: bool
    log_floors: tuple[float, ...]


@dataclass(frozen=True)
class ComponentTally:
    """What a batch of weights, [n, k], comes to.

    Args:
      sums: of all of them.
      largest: of each integral, [k]; empty where they are not kept.
      parts: sums of the weights of each part, [parts, k].
    """

    sums: ComponentSums
    largest: tuple[LargestWeights, ...]
    parts: np.ndarray

    @classmethod
    def of(cls, weights: np.ndarray, sizes: Sequence[int], wanted: ComponentsWanted) -> ComponentTally:
        """Returns what a batch comes to.

        Args:
          weights: [n, k].
          sizes: points of each of its parts, n in all.
          wanted: what to keep.

        Raises:
          OverflowError: if a weight is too large for a float.
        """
        sums = ComponentSums.of(weights, pairs=wanted.pairs)
        with np.errstate(divide="ignore"):
            largest = [
                LargestWeights.of(np.log(np.abs(weights[:, column])), log_floor)
                for column, log_floor in enumerate(wanted.log_floors)
            ]
        bounds = pairwise(accumulate(sizes, initial=0))
        parts = [weights[start:end].sum(axis=0) for start, end in bounds]
        return cls(sums, tuple(largest), np.array(parts))
