"""Histograms of observables, in the units of the integral."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from iflow.events.expectation import relative

# Nobody looks at more, and an array of them is to fit into memory.
_MOST_BINS = 10_000_000


@dataclass(frozen=True, eq=False)
class Histogram:
    """What each bin of an observable contributes to the integral.

    Args:
      edges: of the bins, increasing, [bins + 1]; a bin holds its left edge, the last one both.
      values: integral of f over each bin, [bins].
      sdev: standard errors of the values, [bins], as if each bin were looked at on its own.
      counts: events in each bin, [bins].
      below: integral of f to the left of the first edge.
      above: integral of f to the right of the last one.
    """

    edges: np.ndarray
    values: np.ndarray
    sdev: np.ndarray
    counts: np.ndarray
    below: float
    above: float

    @property
    def centres(self) -> np.ndarray:
        """Middles of the bins, [bins]."""
        return 0.5 * (self.edges[1:] + self.edges[:-1])

    @property
    def density(self) -> np.ndarray:
        """Values over the widths of the bins, [bins]: the differential of the integral."""
        return self.values / np.diff(self.edges)

    @property
    def density_sdev(self) -> np.ndarray:
        """Standard errors of the density, [bins]."""
        return self.sdev / np.diff(self.edges)


def histogram(
    weights: np.ndarray,
    values: np.ndarray,
    bins: int | Sequence[float] | np.ndarray,
    *,
    integral: float,
    n_trials: int,
) -> Histogram:
    """Returns the histogram of values [n] under weights [n]; below, above and the bins sum to the integral.

        value = I W_b / W,    sdev^2 = (I / W)^2 (S_b - W_b^2 / N) N / (N - 1)

    W_b and S_b the sums of weights and of their squares in a bin, W that of all weights.

    Args:
      weights: of the events, of either sign.
      values: of the observable.
      bins: edges, or the number of bins of equal width from the smallest to the largest value.
      integral: I.
      n_trials: N, the points that were drawn for these events.

    Raises:
      ValueError: for edges that do not increase, fewer than one bin, or weights that are all 0.
    """
    weights = relative(weights)
    edges = _edges(values[weights != 0.0], bins)
    place = np.searchsorted(edges, values, side="right")
    place[values == edges[-1]] = len(edges) - 1
    size = len(edges) + 1
    sums = np.bincount(place, weights, size)
    squares = np.bincount(place, np.square(weights), size)
    total = float(weights.sum())
    unit = integral / total if total else math.nan
    variance = np.maximum(squares - np.square(sums) / n_trials, 0.0) * (n_trials / max(n_trials - 1, 1))
    return Histogram(
        edges=edges,
        values=unit * sums[1:-1],
        sdev=abs(unit) * np.sqrt(variance[1:-1]),
        counts=np.bincount(place, weights != 0.0, size)[1:-1].astype(int),
        below=float(unit * sums[0]),
        above=float(unit * sums[-1]),
    )


def _edges(values: np.ndarray, bins: Any) -> np.ndarray:
    if isinstance(bins, (int, np.integer)) and not isinstance(bins, bool):
        if not 1 <= bins <= _MOST_BINS:
            raise ValueError(f"bins must be from 1 to {_MOST_BINS:,}, or a list of edges, got {bins}")
        return np.histogram_bin_edges(values, int(bins))
    wanted = f"bins must be a number of bins or at least two increasing edges, got {bins!r}"
    edges = np.empty(0) if bins is None or isinstance(bins, bool) else np.asarray(bins)
    if edges.dtype.kind not in "fiu":
        raise TypeError(wanted)
    if edges.ndim != 1 or len(edges) < 2 or not np.all(np.diff(edges) > 0.0):
        near = f"; did you mean {int(bins)}?" if isinstance(bins, float) and bins.is_integer() else ""
        raise ValueError(wanted + near)
    return edges.astype(float)
