"""The numbers that tell whether errors are what they claim to be, each with the band it must be in."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.bands import Measure, coverage, mean, p_uniformity, width
from benchmarks.calibration.replicates import null_of
from benchmarks.calibration.sample import Sample

# Fewer runs than this say nothing.
_LEAST = 5


@dataclass(frozen=True)
class Score:
    """What a sample says; what a sample cannot say is left out.

    Args:
      sample: that was looked at.
      measures: by name: "mean", "width", "1 sigma", "2 sigma", "p", "Q".
    """

    sample: Sample
    measures: dict[str, Measure]

    @property
    def faults(self) -> list[str]:
        """Names of what lies outside of its band."""
        return [name for name, measure in self.measures.items() if not measure.is_inside]


def n_tests(sample: Sample) -> int:
    """Returns how many measures `score` has of a sample."""
    return len(score(sample, 0.5).measures)


def score(sample: Sample, rate: float) -> Score:
    """Returns what a sample says.

    Args:
      sample: of reliable runs.
      rate: probability with which each measure of a calibrated method lies outside of its band.
    """
    measures: dict[str, Measure] = {}
    n = len(sample.p_values)
    if n < _LEAST:
        return Score(sample, measures)
    if not sample.is_chi2:
        null = null_of(sample.dofs)
        pulls = np.array(sample.pulls)
        measures["mean"] = mean(pulls, rate)
        measures["width"] = width(pulls, null.spread, null.kurtosis, rate)
        for k in (1, 2):
            count = int(np.sum(np.abs(pulls) <= k))
            measures[f"{k} sigma"] = coverage(count, n, (_nominal(k), null.within[k]), rate)
    else:
        p_values = np.array(sample.p_values)
        for k in (1, 2):
            count = int(np.sum(p_values >= 1.0 - _nominal(k)))
            measures[f"{k} sigma"] = coverage(count, n, (_nominal(k), _nominal(k)), rate)
    measures["p"] = p_uniformity(sample.p_values, rate)
    if len(sample.q_values) >= _LEAST:
        measures["Q"] = p_uniformity(sample.q_values, rate)
    return Score(sample, measures)


def _nominal(k: int) -> float:
    return math.erf(k / math.sqrt(2.0))


def joint_rate(samples: Sequence[Sample], alpha: float) -> float:
    """Returns the rate of each test at which all of them together have a false alarm with at most alpha."""
    return alpha / max(sum(map(n_tests, samples)), 1)
