"""Within which bands a calibrated method's numbers lie, at a joint false-alarm rate.

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
TESTS_EACH = 3  # the mean and two coverages
WITHIN = {1: math.erf(1 / math.sqrt(2)), 2: math.erf(2 / math.sqrt(2))}  # 68.27%, 95.45%
_LEAST = 2  # pulls without which a mean has no error


def coverage_band(n: int, probability: float, rate: float) -> tuple[int, int]:
    """Returns the least and the most of n pulls that lie within, when each does with this probability.

    Exact binomial quantiles: fewer, and more, occur with probabilities of at most rate / 2 each.
    """
    return int(stats.binom.ppf(rate / 2, n, probability)), int(stats.binom.isf(rate / 2, n, probability))


def mean_band(spread: float, n: int, rate: float) -> float:
    """Returns how large the mean of n pulls of mean 0 gets: t_(1 - rate/2)(n - 1) spread / sqrt(n).

    Args:
      spread: standard deviation of the pulls, estimated from them.
      n: number of pulls, at least 2.
      rate: probability of a larger mean, both signs together.
    """
    return float(stats.t.isf(rate / 2, n - 1)) * spread / math.sqrt(n)


@dataclass(frozen=True)
class Coverage:
    """How many pulls lie within a number of errors, and how many may.

    Args:
      count: pulls within.
      n: pulls.
      band: fewest and most that may.
    """

    count: int
    n: int
    band: tuple[int, int]

    @property
    def is_inside(self) -> bool:
        """Whether the count is in its band."""
        return self.band[0] <= self.count <= self.band[1]


@dataclass(frozen=True)
class Calibration:
    """The pulls of many runs against what they should be.

    Args:
      n: pulls.
      mean: their mean.
      spread: their standard deviation.
      mean_band: largest size of the mean.
      coverages: within 1 and within 2 errors.
    """

    n: int
    mean: float
    spread: float
    mean_band: float
    coverages: dict[int, Coverage]

    @property
    def faults(self) -> list[str]:
        """What lies outside of its band, in words."""
        faults = [] if abs(self.mean) <= self.mean_band else ["mean"]  # a nan is a fault
        return faults + [f"{k} sigma" for k, coverage in self.coverages.items() if not coverage.is_inside]


def calibration(pulls: Sequence[float], rate: float) -> Calibration | None:
    """Returns how pulls compare with their bands, each at this rate; None for fewer than two."""
    n = len(pulls)
    if n < _LEAST:
        return None
    size = np.abs(pulls)
    with np.errstate(invalid="ignore"):  # infinite pulls
        mean, spread = float(np.mean(pulls)), float(np.std(pulls, ddof=1))
    return Calibration(
        n=n,
        mean=mean,
        spread=spread,
        mean_band=mean_band(spread, n, rate),
        coverages={
            k: Coverage(int(np.sum(size <= k)), n, coverage_band(n, probability, rate))
            for k, probability in WITHIN.items()
        },
    )
