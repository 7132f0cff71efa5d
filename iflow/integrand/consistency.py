"""Whether f gives the same values for the same points, whatever else is in the batch."""

from __future__ import annotations

import numpy as np

from iflow.layout import Layout


def difference(
    values: np.ndarray,
    others: np.ndarray,
    layout: Layout,
    *,
    scale: np.ndarray | None = None,
    log: bool = False,
) -> tuple[int, int] | None:
    """Returns the point and the component that differ most between two looks; None if none does.

    A float32 computation differs by the size of its batch, hence 1e-4. A number that is next to nothing
    beside what it is at other points, or beside others of its array, may be rounding. Values that are marked
    as those of points that count as 0 are equal to each other, and to nothing else.

    Args:
      values: [n] or [n, k].
      others: the same shape, at the same points.
      layout: of both.
      scale: values that tell the size of each number, [m] or [m, k]; None for the first of both.
      log: whether they are logarithms, whose differences are relative.
    """
    rows, rows_there = values.reshape(len(values), -1), others.reshape(len(values), -1)
    sizes = _size(rows if scale is None else scale.reshape(len(scale), -1))
    equal = rows == rows_there  # two -inf, whose difference is not 0
    gap = np.abs(np.subtract(rows, rows_there, where=~equal, out=np.zeros_like(rows)))
    if log:
        excess = gap - (1e-4 + 1e-6 * _size(rows))
    else:
        excess = np.concatenate(
            [
                _excess(rows[:, part], gap[:, part], sizes[:, part], 2 if leaf.is_complex else 1)
                for leaf, part in zip(layout.leaves, _parts(layout), strict=True)
            ],
            axis=1,
        )
    if not np.any(excess > 0.0):
        return None
    point, component = np.unravel_index(np.argmax(excess), excess.shape)
    return int(point), int(component)


def _size(values: np.ndarray) -> np.ndarray:
    """Returns how large values are; 0 for those that are not finite."""
    return np.where(np.isfinite(values), np.abs(values), 0.0)


def _parts(layout: Layout) -> list[slice]:
    """Returns where the components of each leaf are."""
    ends = np.cumsum([leaf.size for leaf in layout.leaves]).tolist()
    return [slice(end - leaf.size, end) for end, leaf in zip(ends, layout.leaves, strict=True)]


def _excess(rows: np.ndarray, gap: np.ndarray, sizes: np.ndarray, width: int) -> np.ndarray:
    """Returns by how much each component's gap is larger than it may be; > 0 where it is.

    Args:
      rows: components of one leaf, [n, size].
      gap: between two looks at them, [n, size].
      sizes: of components, [m, size].
      width: components of one number: 2 where it is complex, which is small only if both parts are.
    """
    of_number = np.repeat(_size(rows).reshape(len(rows), -1, width).max(axis=2), width, axis=1)
    largest = np.repeat(sizes.reshape(len(sizes), -1, width).max(axis=(0, 2)), width)
    floor = 1e-6 * largest + 1e-12 * sizes.max()
    return gap - (1e-4 * of_number + floor)


def wrong_value(
    first: float, second: float, *, where: tuple[str, str], x: np.ndarray, name: str, pointwise: bool
) -> ValueError:
    """Returns the error for an f that gave two values for one point.

    Args:
      first: one of them.
      second: the other.
      where: what the point was among, each time.
      x: the point, [dim].
      name: of the component; "" for the only one.
      pointwise: whether f is called one point at a time.
    """
    fix = (
        "it is called for one point at a time"
        if pointwise
        else "or does it mix the points (a sum or mean without axis=1)? If it takes one point, hand over "
        "lambda x: np.array([f(p) for p in x])"
    )
    return ValueError(
        f"f must give the same value for a point alone and in a batch, got {_told(first)} {where[0]} "
        f"and {_told(second)} {where[1]}{' for ' * bool(name)}{name}, at x = {x.tolist()}; is it random, "
        f"{fix}"
    )


def _told(value: float) -> str:
    return "nan or inf" if value == np.inf else f"{value:.6g}"
