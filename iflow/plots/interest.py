"""Which axes are worth looking at, when there are more than a page holds."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from iflow.point_cloud import PointCloud

_CELLS = 8


def most_interesting(cloud: PointCloud, most: int) -> tuple[int, ...]:
    """Returns the axes along which |f| has most structure, at most so many, in their own order.

    An axis counts by how far the marginal of |f| is from even between the smallest and the largest
    coordinate drawn, plus the largest dependence on another axis; both are relative entropies in cells.
    """
    if cloud.dim <= most:
        return tuple(range(cloud.dim))
    score = _unevenness(cloud) + dependence(cloud).max(axis=1)
    return tuple(sorted(np.argsort(-score, kind="stable")[:most].tolist()))


def most_interesting_pair(cloud: PointCloud) -> tuple[int, int]:
    """Returns the two axes on which |f| depends most strongly together."""
    score = _unevenness(cloud)
    joint = dependence(cloud) + 0.5 * (score[:, None] + score)
    first, second = max(combinations(range(cloud.dim), 2), key=lambda pair: joint[pair])
    return first, second


def checked_axes(axes: object, dim: int, least: int, most: int) -> tuple[int, ...]:
    """Returns the axes that the user named.

    Raises:
      ValueError: unless they are least to most different integers from 0 to dim - 1.
    """
    given = tuple(axes) if isinstance(axes, (tuple, list, range, np.ndarray)) else (axes,)
    fine = all(isinstance(axis, (int, np.integer)) and 0 <= axis < dim for axis in given)
    if not fine or len(set(given)) != len(given) or not least <= len(given) <= most:
        many = f"{least}" if least == most else f"{least} to {most}"
        raise ValueError(f"axes must be {many} different integers from 0 to {dim - 1}, got {axes!r}")
    return tuple(int(axis) for axis in given)


def dependence(cloud: PointCloud) -> np.ndarray:
    """Returns the mutual information of each two coordinates weighted by |f|, nats [dim, dim]; 0 beside.

    In 8 x 8 cells of equally many points drawn; what chance alone would give is taken off.
    """
    weight = cloud.absolute
    cells = _cells_of_equal_counts(cloud.x)
    found = np.zeros((cloud.dim, cloud.dim))
    if not weight.any():
        return found
    bias = (_CELLS - 1) ** 2 * np.square(weight).sum() / 2.0
    for i, j in combinations(range(cloud.dim), 2):
        joint = np.bincount(cells[:, i] * _CELLS + cells[:, j], weight, _CELLS**2).reshape(_CELLS, _CELLS)
        apart = joint.sum(axis=1)[:, None] * joint.sum(axis=0)
        some = joint > 0.0
        information = float((joint[some] * np.log(joint[some] / apart[some])).sum())
        found[i, j] = found[j, i] = max(information - bias, 0.0)
    return found


def _unevenness(cloud: PointCloud) -> np.ndarray:
    """Returns the relative entropy of each marginal of |f| to an even one, nats [dim]."""
    weight, found = cloud.absolute, np.zeros(cloud.dim)
    if not weight.any():
        return found
    for axis in range(cloud.dim):
        share, _ = np.histogram(cloud.x[:, axis], 4 * _CELLS, weights=weight)
        some = share > 0.0
        found[axis] = (share[some] * np.log(share[some] * len(share))).sum()
    return found


def _cells_of_equal_counts(x: np.ndarray) -> np.ndarray:
    """Returns the cell, 0 to 7, of each coordinate among equally many points, integer [n, dim]."""
    ranks = np.argsort(np.argsort(x, axis=0, kind="stable"), axis=0, kind="stable")
    return ranks * _CELLS // len(x)
