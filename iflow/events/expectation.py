"""Expectation values over weighted events, with errors."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from iflow.notation import with_error

# Below so many effective events an error is not much more than a guess.
LEAST_EVENTS = 100
# An integral closer to 0 than so many of its errors is no denominator to rely on.
_LEAST_PULL = 10.0


@dataclass(frozen=True)
class Expectation:
    """The mean of an observable over the distribution of the events, and its error.

    Args:
      mean: the estimate.
      sdev: its standard error; inf where the events tell none.
      ess: effective number of events that the error rests on; below 100 it is not reliable.
      warnings: why the error is to be doubted; empty when it is not.
    """

    mean: float
    sdev: float
    ess: float
    warnings: tuple[str, ...] = ()

    @property
    def reliable(self) -> bool:
        """Whether nothing casts doubt on the error."""
        return not self.warnings

    def __iter__(self) -> Iterator[float]:
        """Yields mean and sdev, so that `mean, sdev = expectation` unpacks."""
        yield self.mean
        yield self.sdev

    def __str__(self) -> str:
        """Returns for example 0.4183(12)."""
        return with_error(self.mean, self.sdev) + ("" if self.reliable else " [unreliable]")


def expectation(weights: np.ndarray, values: np.ndarray) -> Expectation:
    """Returns the ratio of the integral of f g to that of f, from independent events.

        mean = sum w g / sum w,    sdev^2 = n/(n-1) sum w^2 (g - mean)^2 / (sum w)^2

    which is the delta method with the covariance of numerator and denominator in it.

    Args:
      weights: of the events, [n], of either sign.
      values: of g, [n].

    Raises:
      ValueError: if all weights are 0.
    """
    weights = relative(weights)
    mean = _mean(weights, values)
    return from_influence(weights, mean, values - mean)


def relative(weights: np.ndarray) -> np.ndarray:
    """Returns weights [n] in units of the largest |w|, whose squares neither vanish nor overflow.

    Raises:
      ValueError: if all are 0.
    """
    largest = float(np.abs(weights).max(initial=0.0))
    if largest == 0.0:
        raise ValueError(
            "an expectation value needs events of nonzero weight, but all are 0: f was 0 at every point"
        )
    return weights / largest


def from_influence(weights: np.ndarray, value: float, influence: np.ndarray) -> Expectation:
    """Returns a functional of the distribution with its error by the infinitesimal jackknife.

    Args:
      weights: of the events, [n], relative to the largest.
      value: the functional.
      influence: its derivative by the share of each event, [n], with weighted mean 0.
    """
    n, total = len(weights), float(weights.sum())
    if not np.isfinite(value):
        return Expectation(value, math.inf, 0.0, ("the weights add up to 0",))
    terms = weights * influence
    unit = float(np.abs(terms).max()) or 1.0
    size = unit * math.sqrt(float(np.square(terms / unit).sum()))
    sdev = size * math.sqrt(n / (n - 1)) / abs(total) if n > 1 else math.inf
    ess = effective_size(weights)
    if size > 0.0:
        ess = min(ess, effective_size(terms))
    elif value == 0.0:
        # Zero wherever it was looked at is no confident zero.
        return Expectation(0.0, math.inf, 0.0, ("the observable is 0 in all events that have a weight",))
    return Expectation(value, sdev, ess, _doubts(weights, ess))


def effective_size(weights: np.ndarray) -> float:
    """Returns Kish's effective sample size (sum |w|)^2 / sum w^2; 0 when all are 0."""
    largest = float(np.abs(weights).max(initial=0.0))
    if largest == 0.0:
        return 0.0
    scaled = np.abs(weights) / largest
    return float(scaled.sum() ** 2 / np.square(scaled).sum())


def _mean(weights: np.ndarray, values: np.ndarray) -> float:
    total = float(weights.sum())
    # No product of vectors: what that adds up in which order depends on the threads of the BLAS.
    return float(np.sum(weights * values)) / total if total else math.nan


def _doubts(weights: np.ndarray, ess: float) -> tuple[str, ...]:
    doubts = []
    if ess < LEAST_EVENTS:
        doubts.append(f"the error rests on {ess:.0f} effective events; take more of them")
    if abs(float(weights.sum())) < _LEAST_PULL * math.sqrt(float(np.square(weights).sum())):
        doubts.append(
            "the sum of the weights is less than 10 of its errors from 0, too close for a denominator"
        )
    return tuple(doubts)
