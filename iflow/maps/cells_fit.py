"""Fits cells to evaluated points: many where f varies over short distances."""

from __future__ import annotations

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
    radius, deviation = _variation(y, values)
    share = deviation**_POWER * radius ** y.shape[1]
    if not share.sum() > 0.0:
        return None
    n = max(min(_PER_CELL << depth, _MOST_POINTS), 4 << depth) // 2
    centre = rng.choice(len(y), size=n, p=share / share.sum())
    near = y[centre] + rng.uniform(-1.0, 1.0, (n, y.shape[1])) * radius[centre, None]
    near = 1.0 - np.abs(1.0 - np.abs(near))  # what falls out of the cube is reflected at its faces
    points = np.concatenate([rng.random((n, y.shape[1])), near])
    weight = np.repeat([_EVEN_SHARE / n, (1.0 - _EVEN_SHARE) / n], n)
    return halve(points, weight, depth)


def halve(points: np.ndarray, weight: np.ndarray, depth: int) -> Cells:
    """Returns the cells that cut weighted points in halves of equal weight, along the longest side.

    Args:
      points: of the cube, [n, dim].
      weight: > 0, [n].
      depth: levels of cuts; a cell without two different points to cut between is cut in the middle.
    """
    n, dim = points.shape
    low, high = np.zeros((1, dim)), np.ones((1, dim))
    cell, axes, positions = np.zeros(n, dtype=np.intp), [], []
    for level in range(depth):
        rows = np.arange(1 << level)
        axis = np.argmax(high - low, axis=1)
        along = points[np.arange(n), axis[cell]]
        least, most = low[rows, axis], high[rows, axis]
        middle = _weighted_medians(along, weight, cell, len(rows))
        inside = (middle > least) & (middle < most)  # False where it is nan
        position = np.where(inside, middle, 0.5 * (least + most))
        low, high = halves(low, high, axis, position)
        cell = 2 * cell + (along >= position[cell])
        axes.append(axis)
        positions.append(position)
    return Cells(axes, positions, dim)


def _weighted_medians(values: np.ndarray, weight: np.ndarray, group: np.ndarray, n: int) -> np.ndarray:
    """Returns the value that halves the weight of each of n groups, between two values; nan below two."""
    order = np.lexsort((values, group))
    values, total = values[order], np.concatenate([[0.0], np.cumsum(weight[order])])
    ends = np.searchsorted(group[order], np.arange(n + 1))
    first, last = ends[:-1], ends[1:]
    half = 0.5 * (total[first] + total[last])
    after = np.clip(np.searchsorted(total, half), first + 1, np.maximum(last - 1, first + 1))
    medians = np.full(n, np.nan)
    enough = last - first >= 2
    after = after[enough]
    medians[enough] = 0.5 * (values[after - 1] + values[after])
    return medians


def _variation(y: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Returns the distance of the farthest neighbour and the deviation of f among them, [n] each."""
    from scipy.spatial import cKDTree  # takes a moment to import

    distance, neighbours = cKDTree(y).query(y, k=_N_NEIGHBOURS)
    return distance[:, -1], values[neighbours].std(axis=1)
