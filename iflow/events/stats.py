"""Moments and percentiles of an observable, with errors."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from iflow.checks import require_number
from iflow.events.expectation import Expectation, effective_size, expectation, from_influence, relative


@dataclass(frozen=True)
class Stats:
    """How an observable is distributed over the events.

    Args:
      mean: its expectation value m.
      deviation: standard deviation s, the square root of <(g - m)^2>.
      skew: <(g - m)^3> / s^3.
      kurtosis: <(g - m)^4> / s^4 - 3; 0 for a normal distribution.
      percentiles: by percentage; 50 is always among them.
    """

    mean: Expectation
    deviation: Expectation
    skew: Expectation
    kurtosis: Expectation
    percentiles: dict[float, Expectation]

    @property
    def median(self) -> Expectation:
        """The percentile of 50."""
        return self.percentiles[50.0]

    def __str__(self) -> str:
        """Returns a table, one line a number."""
        rows = [(name, getattr(self, name)) for name in ("mean", "deviation", "skew", "kurtosis")]
        rows += [(f"{percentage:g}%", value) for percentage, value in self.percentiles.items()]
        return "\n".join(f"{name:<10} {value}" for name, value in rows)


def stats(weights: np.ndarray, values: np.ndarray, percentages: Sequence[float]) -> Stats:
    """Returns the statistics of values [n] under weights [n].

    Errors of the moments come from their influence functions, those of percentiles from the error of
    the distribution function there.

    Args:
      weights: of the events, [n], of either sign.
      values: of the observable, [n].
      percentages: each in (0, 100).

    Raises:
      ValueError: if all weights are 0, or a percentage is out of range.

    Reference:
      Woodruff, J. Am. Stat. Assoc. 47 (1952) 635, for percentiles.
    """
    weights = relative(weights)
    mean = expectation(weights, values)
    deviation, skew, kurtosis = _moments(weights, values - mean.mean)
    ordered = _Ordered(weights, values)
    wanted = sorted({50.0, *_checked(percentages)})
    return Stats(mean, deviation, skew, kurtosis, {p: ordered.quantile(0.01 * p) for p in wanted})


def _checked(percentages: Any) -> list[float]:
    """Returns percentages as floats."""
    if not isinstance(percentages, Sequence | np.ndarray) or isinstance(percentages, str):
        raise TypeError(f"percentiles must be a list of percentages such as (16, 84), got {percentages!r}")
    for percentage in percentages:
        require_number("each of the percentiles", percentage, "between 0 and 100, both excluded", _is_inside)
    return [float(percentage) for percentage in percentages]


def _is_inside(percentage: float) -> bool:
    return 0.0 < percentage < 100.0


def _moments(weights: np.ndarray, distance: np.ndarray) -> tuple[Expectation, Expectation, Expectation]:
    """Returns deviation, skew and kurtosis from distances to the mean, [n]."""
    total = float(weights.sum())
    # No products of vectors: what they add up in which order depends on the threads of the BLAS.
    variance = float(np.sum(weights * np.square(distance))) / total if total else math.nan
    if not variance > 0.0:  # nothing varies, or weights of both signs leave no distribution
        undefined = Expectation(math.nan, math.inf, 0.0, ("the observable does not vary",))
        none = Expectation(0.0, 0.0, effective_size(weights)) if variance == 0.0 else undefined
        return none, undefined, undefined
    s = math.sqrt(variance)
    z = distance / s
    square, cube = np.square(z), z**3
    skew, fourth = (float(np.sum(weights * power)) / total for power in (cube, np.square(square)))
    return (
        from_influence(weights, s, 0.5 * s * (square - 1.0)),
        from_influence(weights, skew, cube - skew - 3.0 * z - 1.5 * skew * (square - 1.0)),
        from_influence(
            weights,
            fourth - 3.0,
            np.square(square) - fourth - 4.0 * skew * z - 2.0 * fourth * (square - 1.0),
        ),
    )


class _Ordered:
    """The distribution function of weighted values."""

    def __init__(self, weights: np.ndarray, values: np.ndarray):
        kept = weights != 0.0
        order = np.argsort(values[kept], kind="stable")
        self._weights, self._values = weights[kept][order], values[kept][order]
        # Weights of both signs make it fall here and there; its running maximum can be inverted.
        running = np.maximum.accumulate(np.cumsum(self._weights)) * np.sign(self._weights.sum())
        self._shares = running / running[-1] if running[-1] > 0.0 else np.full(len(running), math.nan)

    def quantile(self, share: float) -> Expectation:
        if not np.isfinite(self._shares[-1]):
            return Expectation(math.nan, math.inf, 0.0, ("the weights do not add up to more than 0",))
        value = self._at(share)
        below = expectation(self._weights, (self._values <= value).astype(float))
        low, high = share - below.sdev, share + below.sdev
        if low <= 0.0 or high >= 1.0:
            return Expectation(value, math.inf, below.ess, ("too few events lie beyond this percentile",))
        return Expectation(value, 0.5 * (self._at(high) - self._at(low)), below.ess, below.warnings)

    def _at(self, share: float) -> float:
        row = int(np.searchsorted(self._shares, share))
        return float(self._values[min(row, len(self._values) - 1)])
