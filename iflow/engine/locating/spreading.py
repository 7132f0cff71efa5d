"""From modes to a location and a scale of every axis, by a few rounds of importance sampling."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from iflow.engine.locating.climbing import Mode
from iflow.engine.locating.glimpses import ExhaustedError, Glimpses
from iflow.engine.tempering import choose_beta, truncated

_MOST_ROUNDS, _POINTS = 6, 256
_LEAST_FRACTION = 0.1
# A mode with fewer effective points than this keeps its width.
_LEAST_ESS = 8.0
# Modes that hold less than this share of the sum do not count.
_LEAST_SHARE = 1e-4
# Of the standard deviation: the scale of the Cauchy law that a normal law is best drawn from.
_CAUCHY = np.sqrt(0.5)


@dataclass(frozen=True)
class Spread:
    """Where f is.

    Args:
      location: of the maps, [dim].
      scale: of the maps, [dim].
      t: points of the last round, [n, dim].
      log_f: log|f| there, [n].
      log_q: log of the density that they were drawn from, [n].
      n_modes: modes that count.
    """

    location: np.ndarray
    scale: np.ndarray
    t: np.ndarray
    log_f: np.ndarray
    log_q: np.ndarray
    n_modes: int


def spread(glimpses: Glimpses, modes: list[Mode], rng: np.random.Generator) -> Spread:
    """Returns a location and a scale that cover all modes.

    Points are drawn from normal and Cauchy laws around the modes, and these moved and widened to the
    weighted quantiles of |f|^beta, until beta = 1; one mode's quantiles then tell, or the range of several.

    Args:
      glimpses: what may be looked at.
      modes: at least one.
      rng: of the points.

    Reference:
      Cappe, Douc, Guillin, Marin, Robert, Stat. Comput. 18 (2008) 447, with quantiles for moments.
    """
    centers, widths = np.array([m.center for m in modes]), np.array([m.width for m in modes])
    log_mass = np.array([m.log_f for m in modes]) + np.log(widths).sum(axis=1)
    t, log_f, log_q = np.empty((0, centers.shape[1])), np.empty(0), np.empty(0)
    try:
        for _ in range(_MOST_ROUNDS):
            drawn, log_q_drawn = _draw(centers, widths, rng)
            log_f = glimpses.look_inside(drawn)
            t, log_q = drawn, log_q_drawn
            if not np.isfinite(log_f).any():
                break
            beta = choose_beta(log_f, log_q, _LEAST_FRACTION)
            log_weight = truncated(np.where(np.isfinite(log_f), beta * log_f - log_q, -np.inf))
            nearest = np.argmin(_distances(t, centers, widths), axis=1)
            centers, widths, log_mass = _moved(t, log_weight, nearest, (centers, widths))
            if beta == 1.0:
                break
    except ExhaustedError:
        pass
    held = log_mass >= log_mass.max() + np.log(_LEAST_SHARE)
    low, high = (centers[held] + sign * _CAUCHY * widths[held] for sign in (-1.0, 1.0))
    low, high = low.min(axis=0), high.max(axis=0)
    return Spread((low + high) / 2.0, (high - low) / 2.0, t, log_f, log_q, int(held.sum()))


def _draw(centers: np.ndarray, widths: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Returns points [n, dim] of normal and Cauchy laws around every mode in turn, and their log density."""
    n_modes, dim = centers.shape
    n = _POINTS * n_modes
    mode, is_normal = np.arange(n) % n_modes, (np.arange(n) // n_modes % 2 == 0)[:, np.newaxis]
    steps = np.where(is_normal, 1.3 * rng.standard_normal((n, dim)), _CAUCHY * rng.standard_cauchy((n, dim)))
    t = centers[mode] + widths[mode] * steps
    square = np.square((t[:, np.newaxis] - centers) / widths)
    normal = -0.5 * (square / 1.3**2 + np.log(2.0 * np.pi * 1.3**2))
    cauchy = -np.log(np.pi * _CAUCHY) - np.log1p(square / _CAUCHY**2)
    own = np.logaddexp(normal.sum(axis=2), cauchy.sum(axis=2)) - np.log(widths).sum(axis=1)
    return t, np.logaddexp.reduce(own, axis=1) - np.log(2.0 * n_modes)


def _distances(t: np.ndarray, centers: np.ndarray, widths: np.ndarray) -> np.ndarray:
    return np.square((t[:, np.newaxis] - centers) / widths).sum(axis=2)


def _moved(
    t: np.ndarray, log_weight: np.ndarray, nearest: np.ndarray, before: tuple[np.ndarray, np.ndarray]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Returns centres and widths by the weighted quantiles of each mode's points, and its log mass."""
    centers, widths = before[0].copy(), before[1].copy()
    weight = np.exp(log_weight - log_weight.max())
    mass = np.zeros(len(centers))
    for number in range(len(centers)):
        own = weight * (nearest == number)
        mass[number] = own.sum()
        if own.sum() ** 2 <= _LEAST_ESS * np.square(own).sum():
            continue
        for axis in range(t.shape[1]):
            low, middle, high = _quantiles(t[:, axis], own, (0.16, 0.5, 0.84))
            centers[number, axis] = middle
            widths[number, axis] = max((high - low) / 2.0, 1e-3 * widths[number, axis])
    with np.errstate(divide="ignore"):
        return centers, widths, np.log(mass)


def _quantiles(values: np.ndarray, weight: np.ndarray, levels: tuple[float, ...]) -> np.ndarray:
    order = np.argsort(values)
    below = np.cumsum(weight[order]) - weight[order] / 2.0
    return np.interp(levels, below / weight.sum(), values[order])
