"""Within which bands the numbers of a calibrated method lie, and how well each number is known.

When k things are tested at a rate of alpha / k each, all bands hold together with a probability of at
least 1 - alpha, whatever the dependence between them (Bonferroni).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

JOINT_RATE = 0.01
WITHIN = {1: math.erf(1 / math.sqrt(2)), 2: math.erf(2 / math.sqrt(2))}  # 68.27%, 95.45%
_CONFIDENCE = 0.95


@dataclass(frozen=True)
class Measure:
    """A number found, how well it is known, and where it should be.

    Args:
      value: found.
      interval: that holds the true value with 95% confidence, for this number alone.
      band: in which `value` of a calibrated method lies, but for a false alarm.
    """

    value: float
    interval: tuple[float, float]
    band: tuple[float, float]

    @property
    def is_inside(self) -> bool:
        """Whether the value is in its band; a nan is not."""
        return self.band[0] <= self.value <= self.band[1]


def coverage_band(n: int, probability: float, rate: float) -> tuple[int, int]:
    """Returns the least and the most of n pulls that lie within, when each does with this probability.

    Exact binomial quantiles: fewer, and more, occur with probabilities of at most rate / 2 each.
    """
    return int(stats.binom.ppf(rate / 2, n, probability)), int(stats.binom.isf(rate / 2, n, probability))


def coverage(count: int, n: int, probabilities: tuple[float, float], rate: float) -> Measure:
    """Returns the share of n pulls that lie within, against the band.

    Args:
      count: pulls within.
      n: pulls.
      probabilities: two that are right, such as the nominal one and that of the t distribution: the band
        reaches from the least of either to the most of either.
      rate: probability of a share outside.
    """
    exact = stats.binomtest(count, n).proportion_ci(_CONFIDENCE, method="exact")
    bands = [coverage_band(n, probability, rate) for probability in probabilities]
    band = min(low for low, _ in bands) / n, max(high for _, high in bands) / n
    return Measure(count / n, (float(exact.low), float(exact.high)), band)


def mean_band(spread: float, n: int, rate: float) -> float:
    """Returns how large the mean of n pulls of mean 0 gets: t_(1 - rate/2)(n - 1) spread / sqrt(n).

    Args:
      spread: standard deviation of the pulls, estimated from them.
      n: number of pulls, at least 2.
      rate: probability of a larger mean, both signs together.
    """
    return float(stats.t.isf(rate / 2, n - 1)) * spread / math.sqrt(n)


def mean(pulls: np.ndarray, rate: float) -> Measure:
    """Returns the mean of pulls, [n], against 0."""
    with np.errstate(invalid="ignore"):  # infinite pulls
        value, spread = float(np.mean(pulls)), float(np.std(pulls, ddof=1))
    half = mean_band(spread, len(pulls), 1.0 - _CONFIDENCE)
    most = mean_band(spread, len(pulls), rate)
    return Measure(value, (value - half, value + half), (-most, most))


def width(pulls: np.ndarray, spread: float, kurtosis: float, rate: float) -> Measure:
    """Returns the standard deviation of pulls, [n], against 1.

    The variance of n numbers has a relative variance of 2/(n - 1) + kurtosis/n; it is taken for that of a
    chi2 with as many degrees of freedom as give this, which for a normal is exact. The interval takes the
    kurtosis of the pulls themselves where that is larger: a few wild ones make a width uncertain.

    Args:
      pulls: of n runs.
      spread: of calibrated pulls, close to 1; both are allowed.
      kurtosis: their excess kurtosis.
      rate: probability of a width outside.
    """
    with np.errstate(invalid="ignore"):
        value = float(np.std(pulls, ddof=1))
        own = float(stats.kurtosis(pulls)) if math.isfinite(value) and value else 0.0
    few, many = _width_quantiles(len(pulls), max(kurtosis, own), 1.0 - _CONFIDENCE)
    low, high = _width_quantiles(len(pulls), kurtosis, rate)
    return Measure(value, (value / many, value / few), (min(1.0, spread) * low, max(1.0, spread) * high))


def _width_quantiles(n: int, kurtosis: float, outside: float) -> tuple[float, float]:
    dof = 2.0 / (2.0 / (n - 1) + kurtosis / n)
    low, high = stats.chi2.ppf(outside / 2, dof), stats.chi2.isf(outside / 2, dof)
    return math.sqrt(low / dof), math.sqrt(high / dof)


def p_uniformity(p_values: Sequence[float], rate: float) -> Measure:
    """Returns the Kolmogorov-Smirnov probability of p values as far from uniform, against the rate.

    Such a probability has no interval; that given is the number itself.
    """
    value = float(stats.kstest(p_values, "uniform").pvalue)
    return Measure(value, (value, value), (rate, 1.0))
