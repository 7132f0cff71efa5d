"""Fits cells to evaluated points: many where f varies over short distances."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from iflow.maps.cells import Cells, halves

# Share of the cells' probability that is spread evenly: f may vary where no point has shown it.
_EVEN_SHARE = 0.2
# Neighbours that tell how much f varies about a point; the point itself is one of them.
_N_NEIGHBOURS = 10
# Points of a net in a cell would get probability as the variation itself if they were independent; they
# are better spread than that.
_POWER = 0.85
# Points of the density per cell that is cut out of it: more make better cuts, up to this many in all.
_PER_CELL, _MOST_POINTS = 64, 1 << 18
_LEAST_POINTS = 32
# Where a cell may be cut, as shares of its weight: the middle unless another place is better.
_CUTS = (0.5, 0.35, 0.4, 0.45, 0.55, 0.6, 0.65)


@dataclass(frozen=True)
class Variation:
    """How much f varies about each of n points.

    Args:
      y: points of the cube, [n, dim].
      values: of f there, [n].
      deviation: standard deviation of f among the nearest neighbours of each, [n].
      radius: distance of the farthest of these, [n].
    """

    y: np.ndarray
    values: np.ndarray
    deviation: np.ndarray
    radius: np.ndarray

    @classmethod
    def of(cls, y: np.ndarray, values: np.ndarray) -> Variation:
        """Returns that of f whose values at points y [n, dim] are these, [n]."""
        from scipy.spatial import cKDTree  # takes a moment to import

        distance, neighbours = cKDTree(y).query(y, k=_N_NEIGHBOURS)
        return cls(y, values, values[neighbours].std(axis=1), distance[:, -1])

    @property
    def volume(self) -> np.ndarray:
        """What each point stands for, in one unit, [n]."""
        volume: np.ndarray = self.radius ** self.y.shape[1]
        return volume

    def variance(self, part: np.ndarray, n: int) -> np.ndarray:
        """Returns the variance of f in each of n parts of the cube, [n]; 0 where there are no points.

        About each point f varies as among its neighbours: a part that ends between two points that differ
        is not taken to end where f jumps.

        Args:
          part: that the points lie in, [n_points].
          n: number of parts.
        """
        volume = np.bincount(part, self.volume, n)
        first, second = (
            np.divide(total, volume, out=np.zeros(n), where=volume > 0.0)
            for total in (
                np.bincount(part, self.volume * self.values, n),
                np.bincount(part, self.volume * (self.values**2 + self.deviation**2), n),
            )
        )
        return np.maximum(second - first**2, 0.0)


def fit_cells(y: np.ndarray, values: np.ndarray, *, depth: int, rng: np.random.Generator) -> Cells | None:
    """Returns cells whose probability follows the variation of f; None where no variation was seen.

    The density is that of optimal allocation: a cell deserves points in proportion to its volume times
    the standard deviation of f inside. The deviation at a point is that of its nearest neighbours', so
    that an edge is seen in all cells about it.

    Args:
      y: points of the cube, [n, dim].
      values: of f there, any scale, finite, [n].
      depth: levels of the tree; 2^depth cells.
      rng: draws the points that represent the density.

    Reference:
      Neyman, J. R. Stat. Soc. 97 (1934) 558 (optimal allocation).
    """
    if len(y) < _LEAST_POINTS:
        return None
    variation = Variation.of(y, values)
    share = variation.deviation**_POWER * variation.volume
    if not share.sum() > 0.0:
        return None
    n = max(min(_PER_CELL << depth, _MOST_POINTS), 4 << depth) // 2
    centre = rng.choice(len(y), size=n, p=share / share.sum())
    near = y[centre] + rng.uniform(-1.0, 1.0, (n, y.shape[1])) * variation.radius[centre, None]
    near = 1.0 - np.abs(1.0 - np.abs(near))  # what falls out of the cube is reflected at its faces
    points = np.concatenate([rng.random((n, y.shape[1])), near])
    weight = np.repeat([_EVEN_SHARE / n, (1.0 - _EVEN_SHARE) / n], n)
    return halve(points, weight, depth, variation)


def halve(points: np.ndarray, weight: np.ndarray, depth: int, variation: Variation | None = None) -> Cells:
    """Returns the cells that cut weighted points in about halves, along the longest side.

    Each cut is where the least variance is left in the two halves. A cell that holds a sliver of what lies
    beyond an edge of f, and is large for the sake of the rest, would give that a weight so large that the
    error of the integral rests on points that few measurements hit.

    Args:
      points: of the cube, [n, dim].
      weight: > 0, [n].
      depth: levels of cuts; a cell without two different points to cut between is cut in the middle.
      variation: of f; None cuts in halves of equal weight.
    """
    n, dim = points.shape
    low, high = np.zeros((1, dim)), np.ones((1, dim))
    cell, axes, positions = np.zeros(n, dtype=np.intp), [], []
    seen = np.zeros(0 if variation is None else len(variation.y), dtype=np.intp)
    for level in range(depth):
        rows = np.arange(1 << level)
        axis = np.argmax(high - low, axis=1)
        along = points[np.arange(n), axis[cell]]
        least, most = low[rows, axis], high[rows, axis]
        shares = _CUTS[:1] if variation is None else _CUTS
        places = _weighted_quantiles(along, weight, cell, len(rows), shares)
        inside = (places > least) & (places < most)  # False where it is nan
        places = np.where(inside, places, 0.5 * (least + most))
        position = places[0]
        if variation is not None:
            seen_along = variation.y[np.arange(len(seen)), axis[seen]]
            remains = [
                _remaining_variance(
                    variation, 2 * seen + (seen_along >= place[seen]), (place - least) / (most - least)
                )
                for place in places
            ]
            position = places[np.argmin(remains, axis=0), rows]
            seen = 2 * seen + (seen_along >= position[seen])
        low, high = halves(low, high, axis, position)
        cell = 2 * cell + (along >= position[cell])
        axes.append(axis)
        positions.append(position)
    return Cells(axes, positions, dim)


def _remaining_variance(variation: Variation, half: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Returns what is left of the variance where both halves of n cells get equally many points, [n].

    Args:
      variation: of f.
      half: of all cells, [2 n], that its points lie in.
      first: share of the volume that the first half of each cell has, [n].
    """
    volumes = np.stack([first, 1.0 - first], axis=1)
    variances = variation.variance(half, volumes.size).reshape(volumes.shape)
    remaining: np.ndarray = (volumes**2 * variances).sum(axis=1)
    return remaining


def _weighted_quantiles(
    values: np.ndarray, weight: np.ndarray, group: np.ndarray, n: int, shares: Sequence[float]
) -> np.ndarray:
    """Returns the values that split the weight of n groups, between two values; nan below two.

    Args:
      values: [n_values].
      weight: of each, [n_values].
      group: that each belongs to, [n_values].
      n: number of groups.
      shares: of the weight below, [k].

    Returns:
      [k, n].
    """
    order = np.lexsort((values, group))
    values, total = values[order], np.concatenate([[0.0], np.cumsum(weight[order])])
    ends = np.searchsorted(group[order], np.arange(n + 1))
    first, last = ends[:-1], ends[1:]
    enough = last - first >= 2
    found = np.full((len(shares), n), np.nan)
    for share, row in zip(shares, found, strict=True):
        split = (1.0 - share) * total[first] + share * total[last]
        after = np.clip(np.searchsorted(total, split), first + 1, np.maximum(last - 1, first + 1))[enough]
        row[enough] = 0.5 * (values[after - 1] + values[after])
    return found
