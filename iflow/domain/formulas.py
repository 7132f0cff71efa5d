"""The maps of infinite axes, written once for every module of arrays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Parameters:
    """What the formulas take, one number an axis.

    Args:
      low: lower limits, 0 for infinite ones, [dim].
      high: upper limits, 0 for infinite ones, [dim].
      width: high - low of finite axes, 1 of others, [dim].
      location: centre of the Cauchy law, [dim].
      scale: of the maps, [dim].
      start: probability of the Cauchy law below the limits, [dim].
      span: probability between them, [dim].
    """

    low: np.ndarray
    high: np.ndarray
    width: np.ndarray
    location: np.ndarray
    scale: np.ndarray
    start: np.ndarray
    span: np.ndarray

    @classmethod
    def of(cls, low: np.ndarray, high: np.ndarray, location: np.ndarray, scale: np.ndarray) -> Parameters:
        """Returns the parameters for limits, a location (nan where not known) and a scale, [dim] each."""
        left, right = np.isfinite(low), np.isfinite(high)
        centre = np.where(np.isnan(location), 0.0, location)
        finite_low, finite_high = np.where(left, low, 0.0), np.where(right, high, 0.0)
        # arctan2 keeps the digits of small probabilities, on either side.
        below = np.where(left, np.arctan2(scale, centre - finite_low) / np.pi, 0.0)
        above = np.where(right, np.arctan2(scale, finite_high - centre) / np.pi, 0.0)
        return cls(
            low=finite_low,
            high=finite_high,
            width=np.where(left & right, finite_high - finite_low, 1.0),
            location=centre,
            scale=scale,
            start=below,
            span=1.0 - below - above,
        )

    def rows(self, axes: np.ndarray) -> Parameters:
        """Returns those of some axes, bool [dim]."""
        return Parameters(*(getattr(self, field.name)[axes] for field in fields(self)))


@dataclass(frozen=True)
class Formula:
    """One map.

    Args:
      point: z [n, k], parameters of the axes, module of arrays -> t [n, k].
      log_slope: z [n, k], parameters -> log|dt/dz| [n, k].
      inverse: t [n, k], parameters -> z [n, k].
      log_probability: integers k [n, k], parameters -> log of the probability that t is nearest to k.
    """

    point: Callable[[Any, Parameters, Any], Any]
    log_slope: Callable[[np.ndarray, Parameters], np.ndarray]
    inverse: Callable[[np.ndarray, Parameters], np.ndarray]
    log_probability: Callable[[np.ndarray, Parameters], np.ndarray]


def _tangent(z: Any, p: Parameters, operations: Any) -> Any:
    return operations.tan(np.pi * (p.start + p.span * z - 0.5))


def _cauchy_log_slope(z: np.ndarray, p: Parameters) -> np.ndarray:
    return np.log(np.pi) + np.log1p(np.square(_tangent(z, p, np))) + np.log(p.scale * p.span)


def _cauchy_log_probability(k: np.ndarray, p: Parameters) -> np.ndarray:
    # arctan a - arctan b without the cancellation of far integers.
    ahead, behind = (k + 0.5 - p.location) / p.scale, (k - 0.5 - p.location) / p.scale
    return np.log(np.arctan2(1.0 / p.scale, 1.0 + ahead * behind)) - np.log(np.pi * p.span)


def _ratio_log_probability(steps: np.ndarray, p: Parameters) -> np.ndarray:
    """Of F(j + 1) - F(j) for F(t) = t / (t + scale), j steps from the limit."""
    return np.log(p.scale) - np.log(steps + p.scale) - np.log(steps + 1.0 + p.scale)


FORMULAS = {
    "above": Formula(
        lambda z, p, operations: p.low + p.scale * (z / (1.0 - z)),
        lambda z, p: -2.0 * np.log1p(-z) + np.log(p.scale),
        lambda t, p: (t - p.low) / (p.scale + (t - p.low)),
        lambda k, p: _ratio_log_probability(k - p.low - 0.5, p),
    ),
    "below": Formula(
        lambda z, p, operations: p.high - p.scale * ((1.0 - z) / z),
        lambda z, p: -2.0 * np.log(z) + np.log(p.scale),
        lambda t, p: p.scale / (p.scale + (p.high - t)),
        lambda k, p: _ratio_log_probability(p.high - k - 0.5, p),
    ),
    "cauchy": Formula(
        lambda z, p, operations: p.location + p.scale * _tangent(z, p, operations),
        _cauchy_log_slope,
        lambda t, p: (np.arctan2(p.scale, p.location - t) / np.pi - p.start) / p.span,
        _cauchy_log_probability,
    ),
}
