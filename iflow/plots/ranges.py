"""Which part of an axis to show, and in how many bins."""

from __future__ import annotations

import numpy as np

# Share of |f| left outside at each end, and how much of the reach is added around the rest.
_OUTSIDE, _AROUND = 0.002, 0.25
# A reach of less than this much of all that was drawn is worth zooming in on.
_ZOOM = 0.6


def shown_range(x: np.ndarray, weight: np.ndarray) -> tuple[float, float]:
    """Returns the range of a coordinate to show: all that was drawn, or where |f| is, when that is far less.

    Args:
      x: coordinates, [n].
      weight: |w|, [n], of sum 1, or 0.
    """
    low, high = float(x.min()), float(x.max())
    order = np.argsort(x)
    # Of the points drawn if f was 0 everywhere.
    share = np.cumsum(weight[order] if weight.any() else np.full(len(x), 1.0 / len(x)))
    left, right = x[order[np.searchsorted(share, [_OUTSIDE, 1.0 - _OUTSIDE]).clip(max=len(x) - 1)]]
    reach = float(right - left)
    if reach <= 0.0 or reach > _ZOOM * (high - low):
        pad = 0.0 if low < high else 0.5 * (abs(low) or 1.0)
        return low - pad, high + pad
    return max(low, float(left) - _AROUND * reach), min(high, float(right) + _AROUND * reach)


def n_bins(n_effective: float, *, a_cell: float, dim: int, most: int) -> int:
    """Returns how many bins an axis takes for about `a_cell` effective points in a bin of dim axes."""
    return int(np.clip((n_effective / a_cell) ** (1.0 / dim), 8, most))
