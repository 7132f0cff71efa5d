"""Everything that is kept of a stream of weights: sums, the largest ones, their distribution."""

from __future__ import annotations

import math
from dataclasses import dataclass

from iflow.batch import Batch
from iflow.statistics.estimate import Accumulator, Estimate
from iflow.statistics.omitted import OmittedSums
from iflow.statistics.summit import LargestValues, Summit
from iflow.statistics.tail import LargestWeights
from iflow.statistics.weight_histogram import WeightHistogram, WeightHistogrammer


@dataclass(frozen=True)
class Floors:
    """Up to which further points no longer matter to the tails.

    Args:
      weight: log|w|; -inf where all do.
      value: log|f|.
    """

    weight: float = -math.inf
    value: float = -math.inf


NO_FLOORS = Floors()


class WeightStatistics:
    """Grows by batches, stores no point; to add a batch is to merge what it alone comes to.

    Attributes:
      omitted: how much of the volume points that count as 0 stand for; None before the first batch.
    """

    omitted: OmittedSums | None = None

    def __init__(self) -> None:
        self._total, self._largest = Accumulator(), LargestWeights()
        self._values = LargestValues()
        self._histogrammer = WeightHistogrammer()
        self._log_least = math.inf

    @classmethod
    def of(cls, batch: Batch, floors: Floors = NO_FLOORS) -> WeightStatistics:
        """Returns what one batch comes to.

        Args:
          batch: of any number of points.
          floors: those of the statistics that it will be merged with, now or before.
        """
        made, log_weight = cls(), batch.log_weight
        made._total = Accumulator.of(batch.sign, log_weight)
        made._largest = LargestWeights.of(log_weight, floors.weight)
        made._values = LargestValues.of(batch.log_f, log_weight, batch.x, floors.value)
        made._histogrammer = WeightHistogrammer.of(log_weight)
        made.omitted = OmittedSums()
        made.omitted.add(batch.omitted, batch.log_q, batch.log_f)
        made._log_least = float(log_weight.min(where=log_weight > -math.inf, initial=math.inf))
        return made

    def add(self, batch: Batch) -> None:
        """Adds the weights of a batch."""
        self.merge(WeightStatistics.of(batch, self.floors))

    def merge(self, other: WeightStatistics) -> None:
        """Adds everything that another has kept."""
        self._total.merge(other._total)
        self._largest.merge(other._largest)
        self._values.merge(other._values)
        self._histogrammer.merge(other._histogrammer)
        self._log_least = min(self._log_least, other._log_least)
        if other.omitted is not None:
            self.omitted = self.omitted or OmittedSums()
            self.omitted.merge(other.omitted)

    @property
    def floors(self) -> Floors:
        """Up to which further weights, and values of f, no longer matter to the tails."""
        return Floors(self._largest.log_floor, self._values.log_floor)

    def estimate(self, log_unit: float = 0.0) -> Estimate:
        """Returns the estimate from every weight, as if the points were independent."""
        return self._total.estimate(log_unit)

    @property
    def log_scale(self) -> float:
        """Logarithm of the largest |w|; 0 where none is nonzero."""
        return self._total.log_scale if math.isfinite(self._total.log_scale) else 0.0

    def least(self, log_unit: float = 0.0) -> float:
        """Returns the smallest |w| that is not 0, in units of exp(log_unit); inf where all are."""
        return math.exp(min(self._log_least - log_unit, 709.0)) if self._log_least < math.inf else math.inf

    def tail_index(self) -> float:
        """Returns the Pareto index of the largest weights."""
        return self._largest.tail_index()

    def summit(self, log_unit: float = 0.0) -> Summit:
        """Returns what the largest |f| look like; amounts are in units of exp(log_unit)."""
        return self._values.summit(log_unit)

    def histogram(self, log_unit: float = 0.0) -> WeightHistogram:
        """Returns the distribution of the weights; log_unit is that of a mean within reach of a float."""
        return self._histogrammer.histogram(self.estimate(log_unit).mean, log_unit)
