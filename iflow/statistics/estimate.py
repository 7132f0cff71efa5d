"""Running sums of weights: mean, error and effective sample size of any number of batches.

Weights arrive as a sign and a logarithm and are summed relative to the largest one seen, so that
integrands of 1e-300 or 1e+300 neither vanish nor overflow. Batches count by their number of points,
never by their own variance: a batch that missed a peak has a small variance and would win (measured:
up to 3 sigma low). What rounding takes from the mean at each batch is kept and given back, so that a mean of
a billion weights is as exact as one of a few.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

_LARGEST_LOG = math.log(sys.float_info.max)
# Below it an error would lose its digits among the denormal numbers.
_LEAST_LOG = math.log(1e-303)


@dataclass(frozen=True)
class Estimate:
    """Mean of n weights, and its error.

    Args:
      n: number of weights.
      n_nonzero: how many are not 0.
      mean: their mean, an unbiased estimate of the integral.
      sdev: standard error of the mean, of independent points unless replicates tell better; inf when no
        weight was nonzero, fewer than 2 were seen, or all are too small for a float to hold their error.
      ess: effective sample size (sum |w|)^2 / sum w^2, between 0 and n.
      max_weight_share: largest |w| over the sum of |w|.
      max_square_share: square of the largest distance of a weight from the mean, above or below, over the sum
        of all such squares: how much of the error rests on one point.
      deviation: standard deviation of a single weight; inf where sdev is.
      absolute: mean of |w|, an estimate of the integral of |f|.
      log_unit: logarithm of the unit that mean, sdev, deviation and absolute are given in; 0 for plain
        numbers.
    """

    n: int
    n_nonzero: int
    mean: float
    sdev: float
    ess: float
    max_weight_share: float
    max_square_share: float
    deviation: float
    absolute: float = 0.0
    log_unit: float = 0.0

    def in_unit(self, log_unit: float) -> Estimate:
        """Returns the same in another unit; inf is what is too large for a float there, or was so before."""
        if log_unit == self.log_unit:
            return self
        values = {name: getattr(self, name) for name in ("mean", "sdev", "deviation", "absolute")}
        finite = {name: value for name, value in values.items() if value and math.isfinite(value)}
        with np.errstate(over="ignore"):
            factor = np.exp(self.log_unit - log_unit)
            changed: dict[str, Any] = {name: float(value * factor) for name, value in finite.items()}
        return replace(self, log_unit=log_unit, **changed)


class Accumulator:
    """Sums weights batch by batch; merging by Chan's update keeps the variance exact to rounding.

    To add a batch is to merge what it alone comes to, and that may be computed anywhere: the batches and
    the order in which they are merged fix every bit.

    Reference:
      Chan, Golub, LeVeque, Stanford STAN-CS-79-773 (1979); Neumaier, Z. Angew. Math. Mech. 54 (1974) 39 (what
      rounding takes).
    """

    # What the mean lacks by rounding; files of earlier versions do not have it.
    _mean_rest = 0.0

    def __init__(self) -> None:
        self._n = 0
        self._n_nonzero = 0
        self._log_scale = -math.inf
        self._lowest, self._highest = math.inf, -math.inf
        self._mean = self._mean_rest = 0.0
        self._squares = 0.0
        self._absolute = 0.0
        self._second = 0.0

    @classmethod
    def of(cls, sign: np.ndarray, log_weight: np.ndarray) -> Accumulator:
        """Returns what the weights sign * exp(log_weight) of one batch come to.

        Args:
          sign: -1, 0 or 1, [n].
          log_weight: log|w|, [n]; -inf where the weight is 0.
        """
        made = cls()
        made._n = len(sign)
        if not made._n:
            return made
        made._lowest = made._highest = 0.0
        made._log_scale = float(np.max(log_weight))
        if made._log_scale == -math.inf:
            return made
        weight = sign * np.exp(log_weight - made._log_scale)
        made._n_nonzero = int(np.count_nonzero(sign))
        made._lowest, made._highest = float(weight.min()), float(weight.max())
        made._mean = float(weight.mean())
        made._squares = float(np.square(weight - made._mean).sum())
        made._absolute = float(np.abs(weight).sum())
        made._second = float(np.square(weight).sum())
        return made

    def add(self, sign: np.ndarray, log_weight: np.ndarray) -> None:
        """Adds weights sign * exp(log_weight); the arguments are those of `of`."""
        self.merge(Accumulator.of(sign, log_weight))

    @property
    def n(self) -> int:
        """Number of weights added so far."""
        return self._n

    def merge(self, other: Accumulator) -> None:
        """Adds everything that another has summed."""
        if not other._n:
            return
        self._raise_scale(other._log_scale)
        factor = 1.0
        if math.isfinite(other._log_scale):
            factor = math.exp(other._log_scale - self._log_scale)
        self._lowest = min(self._lowest, other._lowest * factor)
        self._highest = max(self._highest, other._highest * factor)
        total, shift = self._n + other._n, other._mean * factor - self._mean
        shift += other._mean_rest * factor - self._mean_rest
        # The share is exactly 1 where nothing was there: a first batch comes to what it is on its own.
        share = other._n / total
        self._squares += other._squares * factor**2 + shift * shift * self._n * share
        self._mean, lost = sum_and_rest(self._mean, shift * share)
        self._mean_rest += lost
        self._absolute += other._absolute * factor
        self._second += other._second * factor**2
        self._n_nonzero += other._n_nonzero
        self._n = total

    @property
    def log_scale(self) -> float:
        """Logarithm of the largest |w| so far; -inf where none is nonzero."""
        return self._log_scale

    def estimate(self, log_unit: float = 0.0) -> Estimate:
        """Returns the estimate from everything added so far.

        Args:
          log_unit: logarithm of the unit to give it in.

        Raises:
          OverflowError: if a weight is too large for a float in that unit.
        """
        if self._n_nonzero == 0:
            return Estimate(self._n, 0, 0.0, math.inf, 0.0, 0.0, 0.0, math.inf, log_unit=log_unit)
        log_scale = self._log_scale - log_unit
        if log_scale > _LARGEST_LOG:
            raise OverflowError(
                f"weights f / q must stay below 1e308, got 1e{log_scale / math.log(10.0):.0f}: give f in "
                "larger units, or its logarithm with log=True"
            )
        scale = math.exp(log_scale)
        sdev, share = math.inf, 0.0
        if self._n > 1 and log_scale > _LEAST_LOG:
            sdev = scale * math.sqrt(self._squares / (self._n - 1) / self._n)
        if self._squares > 0.0:
            farthest = max(self._highest - self._mean, self._mean - self._lowest)
            share = min(1.0, farthest**2 / self._squares)
        return Estimate(
            n=self._n,
            n_nonzero=self._n_nonzero,
            mean=scale * (self._mean + self._mean_rest),
            sdev=sdev,
            ess=self._absolute**2 / self._second,
            # The largest weight is 1 in units of the scale.
            max_weight_share=1.0 / self._absolute,
            max_square_share=share,
            deviation=sdev * math.sqrt(self._n),
            absolute=scale * self._absolute / self._n,
            log_unit=log_unit,
        )

    def _raise_scale(self, log_largest: float) -> None:
        """Makes the largest weight the unit that the sums are kept in."""
        if log_largest <= self._log_scale:
            return
        factor = math.exp(self._log_scale - log_largest)
        if self._n:
            self._lowest *= factor
            self._highest *= factor
        self._mean *= factor
        self._mean_rest *= factor
        self._absolute *= factor
        self._squares *= factor * factor
        self._second *= factor * factor
        self._log_scale = log_largest


def sum_and_rest(a: Any, b: Any) -> tuple[Any, Any]:
    """Returns a + b, and exactly what rounding has taken from it, for numbers or arrays.

    Reference:
      Knuth, The Art of Computer Programming 2, section 4.2.2, theorem B.
    """
    total = a + b
    of_b = total - a
    return total, (a - (total - of_b)) + (b - of_b)
