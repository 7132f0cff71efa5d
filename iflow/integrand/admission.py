"""Whether values may enter an integral: finite numbers, or logarithms of them."""

from __future__ import annotations

import numpy as np

from iflow.layout import Layout


def require_finite(columns: np.ndarray, x: np.ndarray, layout: Layout) -> None:
    """Refuses nan and inf, with the first point and component that has one.

    Args:
      columns: values, [n] or [n, k].
      x: the points, [n, dim].
      layout: names the components.

    Raises:
      ValueError: if there are any.
    """
    bad = ~np.isfinite(columns)
    if not bad.any():
        return
    rows = bad if bad.ndim == 1 else bad.any(axis=1)
    first = int(np.argmax(rows))
    if columns.ndim == 1:
        what, of, value = "f(x)", "values are", columns[first]
    else:
        component = int(np.argmax(bad[first]))
        what = layout.told(component)
        of, value = "points have values that are", columns[first, component]
    raise ValueError(
        f"f must be finite: {int(rows.sum())} of {len(x)} {of} nan or inf, the first {what} = "
        f"{value} at x = {x[first].tolist()}; mask such points, or return 0 there if they may be left out"
    )


def require_logs(logs: np.ndarray, x: np.ndarray) -> None:
    """Refuses what is no logarithm of a finite number >= 0: nan and +inf; -inf stands for 0.

    Args:
      logs: log|f|, [n].
      x: the points, [n, dim].

    Raises:
      ValueError: if there are any.
    """
    bad = np.isnan(logs) | (logs == np.inf)
    if bad.any():
        first = int(np.argmax(bad))
        raise ValueError(
            f"with log=True f must return log|f|, a number or -inf where f is 0: {int(bad.sum())} of "
            f"{len(x)} values are nan or +inf, the first is {logs[first]} at x = {x[first].tolist()}; is it "
            "the logarithm of a negative number, or a difference of two infinite ones?"
        )


def require_one_log(layout: Layout) -> None:
    """Refuses anything but one real number a point where f returns logarithms.

    Raises:
      TypeError: if the numbers are complex.
      ValueError: if there are several, or they have a name.
    """
    if any(leaf.is_complex for leaf in layout.leaves):
        raise TypeError("with log=True f must return log|f|, real, got complex values: return the real part")
    if not layout.is_scalar:
        raise ValueError(
            f"with log=True f must return one number a point, log|f| [n], got {layout}: integrate them "
            "one by one"
        )
