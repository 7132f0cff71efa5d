"""The measurement: rounds of points from one frozen proposal, streamed into running sums."""

from __future__ import annotations

from iflow.batch import Batch
from iflow.estimate import Accumulator, Estimate, consistency
from iflow.tail import LargestWeights
from iflow.weight_histogram import WeightHistogram, WeightHistogrammer


class Measurement:
    """Everything that the quoted number is made of; grows by rounds, stores no point."""

    def __init__(self) -> None:
        self._total, self._round = Accumulator(), Accumulator()
        self._rounds: list[Estimate] = []
        self._largest, self._histogrammer = LargestWeights(), WeightHistogrammer()

    def add(self, batch: Batch) -> None:
        """Adds a batch to the round that is under way."""
        for accumulator in (self._total, self._round):
            accumulator.add(batch.sign, batch.log_weight)
        self._largest.add(batch.log_weight)
        self._histogrammer.add(batch.log_weight)

    def close_round(self) -> Estimate:
        """Ends the round and returns its own estimate."""
        finished = self._round.estimate()
        self._rounds.append(finished)
        self._round = Accumulator()
        return finished

    def estimate(self) -> Estimate:
        """Returns the estimate from every point added."""
        return self._total.estimate()

    def consistency(self) -> tuple[float, int, float]:
        """Returns chi2 between the rounds, its degrees of freedom, and its probability Q."""
        from scipy.special import gammaincc  # most of the time that `import iflow` would take

        chi2, dof = consistency(self._rounds, self.estimate())
        return chi2, dof, float(gammaincc(0.5 * dof, 0.5 * chi2)) if dof else 1.0

    def tail_index(self) -> float:
        """Returns the Pareto index of the largest weights."""
        return self._largest.tail_index()

    def histogram(self) -> WeightHistogram:
        """Returns the distribution of the weights."""
        return self._histogrammer.histogram(self.estimate().mean)
