"""Whether values may enter an integral: finite numbers, or logarithms of them."""

from __future__ import annotations

import numpy as np

from iflow.layout import Layout

# Points that a refusal tells.
_MOST_TOLD = 3
_FIX = (
    "on_nonfinite='zero' counts such points as 0 and says what they could amount to (iflow.resume takes it "
    "too)"
)


def not_admitted(columns: np.ndarray, *, log: bool) -> np.ndarray:
    """Returns which points have a value that may not enter an integral, bool [n].

    Args:
      columns: values, [n] or [n, k].
      log: whether they are logarithms of |f|: -inf stands for 0 then.
    """
    bad = np.isnan(columns) | (columns == np.inf) if log else ~np.isfinite(columns)
    return bad if bad.ndim == 1 else bad.any(axis=1)


def refusal(columns: np.ndarray, x: np.ndarray, layout: Layout, *, log: bool) -> ValueError:
    """Returns the error for values of which some may not enter an integral.

    It tells how many points have one, the first three of them, and of several integrals the component.

    Args:
      columns: values, [n] or [n, k].
      x: the points, [n, dim].
      layout: names the components.
      log: see `not_admitted`.
    """
    rows = np.flatnonzero(not_admitted(columns, log=log))
    many = f"{len(rows)} of {len(x)}"
    if log:
        told = _told([f"{columns[row]} at x = {x[row].tolist()}" for row in rows[:_MOST_TOLD]], "is ")
        return ValueError(
            f"with log=True f must return log|f|, a number or -inf where f is 0: {many} values are nan or "
            f"+inf, {told}; is it the logarithm of a negative number, or a difference of two infinite ones? "
            f"{_FIX}"
        )
    of = "values are" if columns.ndim == 1 else "points have values that are"
    told = _told([f"{_value(columns[row], layout)} at x = {x[row].tolist()}" for row in rows[:_MOST_TOLD]])
    return ValueError(
        f"f must be finite: {many} {of} nan or inf, {told}; mask such points, or return 0 there if they may "
        f"be left out: {_FIX}"
    )


def nonfinite_told(row: np.ndarray, point: np.ndarray, layout: Layout, *, log: bool) -> str | None:
    """Returns what is told of one point: the value that may not enter an integral; None where all may.

    Args:
      row: values there, [1] or [1, k].
      point: [dim].
      layout: names the components.
      log: see `not_admitted`.
    """
    if not not_admitted(row, log=log).any():
        return None
    value = f"log|f(x)| = {row[0]}" if log else _value(row[0], layout)
    return f"{value} at x = {point.tolist()}"


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


def _value(row: np.ndarray, layout: Layout) -> str:
    """Returns the value, or the first component, that is not finite."""
    if not row.ndim:
        return f"f(x) = {row}"
    component = int(np.argmin(np.isfinite(row)))
    return f"{layout.told(component)} = {row[component]}"


def _told(points: list[str], verb: str = "") -> str:
    first, *others = points
    return f"the first {verb}{first}" + "".join(f", then {other}" for other in others)
