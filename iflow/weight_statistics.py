"""Everything that is kept of a stream of weights: sums, the largest ones, their distribution."""

from __future__ import annotations

import math

from iflow.batch import Batch
from iflow.statistics.estimate import Accumulator, Estimate
from iflow.statistics.tail import LargestWeights
from iflow.statistics.weight_histogram import WeightHistogram, WeightHistogrammer


class WeightStatistics:
    """Grows by batches, stores no point."""

    def __init__(self) -> None:
        self._total, self._largest = Accumulator(), LargestWeights()
        self._histogrammer = WeightHistogrammer()
        self._log_least = math.inf

    def add(self, batch: Batch) -> None:
        """Adds the weights of a batch."""
        self._total.add(batch.sign, batch.log_weight)
        self._largest.add(batch.log_weight)
        log_weight = batch.log_weight
        self._histogrammer.add(log_weight)
        nonzero = log_weight > -math.inf
        self._log_least = min(self._log_least, float(log_weight.min(where=nonzero, initial=math.inf)))

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

    def histogram(self, log_unit: float = 0.0) -> WeightHistogram:
        """Returns the distribution of the weights; log_unit is that of a mean within reach of a float."""
        return self._histogrammer.histogram(self.estimate(log_unit).mean, log_unit)
