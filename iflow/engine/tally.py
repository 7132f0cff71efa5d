"""What one batch of a measurement comes to: all that a measurement takes from it, and no point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from iflow.batch import Batch
from iflow.engine.component_tally import ComponentsWanted, ComponentTally
from iflow.statistics.estimate import Accumulator
from iflow.weight_statistics import NO_FLOORS, Floors, WeightStatistics


@dataclass(frozen=True)
class Wanted:
    """What a tally is to keep. That of the measurement now or of any time before leads to the same state.

    Args:
      floors: up to which weights, and values of f, no longer matter to the tails.
      components: of several integrals; None for a single one.
    """

    floors: Floors = NO_FLOORS
    components: ComponentsWanted | None = None


@dataclass(frozen=True)
class Tally:
    """What one batch comes to, made wherever the batch was evaluated, and small when pickled.

    For one integral it takes 5 kB, and 32 more for the largest weights and values while `wanted` knows no
    floor.
    Merged by `Measurement.add_tally` it gives the state that adding the batch there gives, bit for bit:
    the cut into batches and the order in which they are merged fix every sum.

    Args:
      sizes: points of each part of the batch, a part being of one replicate.
      parts: sums of the weights of each part.
      statistics: of the weights of all of them.
      components: what they say of several integrals; None for a single one.
    """

    sizes: tuple[int, ...]
    parts: tuple[Accumulator, ...]
    statistics: WeightStatistics
    components: ComponentTally | None = None

    @property
    def n(self) -> int:
        """Points of the batch."""
        return sum(self.sizes)

    @classmethod
    def of(cls, batch: Batch, sizes: Sequence[int], wanted: Wanted | None = None) -> Tally:
        """Returns what a batch comes to.

        Args:
          batch: of n points.
          sizes: points of each of its parts, in their order, n in all; see `Measurement.part_sizes`.
          wanted: what to keep, `Measurement.wanted`; None for all that a single integral takes.

        Raises:
          OverflowError: if a weight of one of several integrals is too large for a float.
          ValueError: if the sizes are not those of the batch, or it lacks the components that are wanted.
        """
        if sum(sizes) != len(batch) or min(sizes, default=1) < 1:
            raise ValueError(
                f"sizes must be positive and add up to the batch's {len(batch)} points, got {list(sizes)}: "
                "take those of Measurement.part_sizes"
            )
        wanted, components = wanted or Wanted(), None
        if wanted.components is not None:
            weights = batch.weights
            if weights is None:
                raise ValueError("a batch must have the components of f where several integrals are measured")
            components = ComponentTally.of(weights, sizes, wanted.components)
        sign, log_weight = batch.sign, batch.log_weight
        bounds = pairwise(accumulate(sizes, initial=0))
        return cls(
            sizes=tuple(sizes),
            parts=tuple(Accumulator.of(sign[start:end], log_weight[start:end]) for start, end in bounds),
            statistics=WeightStatistics.of(batch, wanted.floors),
            components=components,
        )
