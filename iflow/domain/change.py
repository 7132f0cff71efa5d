"""A change of variables that the user supplies, with its Jacobian."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


class Change:
    """A region as the image of another one under a map of the user's.

        integral over the image of f(x) dx  =  integral over region of f(x(t)) |det dx/dt| dt

    Polar coordinates, for example:

        def polar(t):
            r, phi = t.T
            return np.stack([r * np.cos(phi), r * np.sin(phi)], axis=1), r

        iflow.integrate(f, iflow.Change([(0, 2), (0, 2 * math.pi)], polar))

    Args:
      region: of t; whatever a region may be, except for a dict.
      forward: vectorised and one to one, t float64 [n, d] -> (x [n, m], jacobian [n]): the points that f
        gets, and |det dx/dt| there, positive. m may differ from d: the jacobian is then that of the
        measure meant, sqrt(det(J^T J)) for the area of a surface. It is called once with a few points,
        to see m, before anything else.

    Raises:
      TypeError: if forward cannot be called, or region is a dict.
    """

    def __init__(self, region: Any, forward: Callable[[np.ndarray], tuple[Any, Any]]):
        if not callable(forward):
            raise TypeError(
                f"Change: forward must be a function t [n, d] -> (x [n, m], jacobian [n]), got {forward!r}"
            )
        if isinstance(region, dict):
            raise TypeError(
                "Change: forward gets points t [n, d], so its region has no names; give a list of limits, "
                "and name the whole: {'x': iflow.Change(...)} hands x [n, m] to f"
            )
        self.region, self._forward = region, forward

    def look(self, t: np.ndarray) -> int:
        """Returns the number of coordinates that forward makes of points t [n, d].

        Raises:
          TypeError: if forward returns anything else than two arrays of real numbers.
          ValueError: for wrong shapes, or a jacobian that is not finite and positive.
        """
        x, log_jacobian = self.forward_and_log_det(t)
        if not np.all(np.isfinite(log_jacobian)):
            first = int(np.argmin(np.isfinite(log_jacobian)))
            raise ValueError(
                f"Change: the jacobian must be positive, got 0 at t = {t[first].tolist()}; is forward one to "
                "one there?"
            )
        return int(x.shape[1])

    def forward_and_log_det(self, t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Returns x [n, m] and log|det dx/dt| [n]; -inf where the jacobian is 0, as where r^2 underflows.

        Raises: what `look` does, for all but jacobians of 0.
        """
        t = _points(t)
        try:
            made = self._forward(t.copy())
        except Exception as error:
            error.add_note(
                f"raised by forward of a Change, given {len(t)} points t, the first {t[:1].tolist()}"
            )
            raise
        x, jacobian = _pair(made)
        for name, part in (("x", x), ("the jacobian", jacobian)):
            if part.dtype.kind not in "fiu":
                raise TypeError(f"Change: {name} must be real numbers, got dtype {part.dtype}")
        n = len(t)
        if x.ndim != 2 or len(x) != n or not x.shape[1] or jacobian.shape != (n,):
            raise ValueError(
                f"Change: forward must return x [n, m] and jacobian [n], for {n} points t of shape {t.shape} "
                f"got {x.shape} and {jacobian.shape}{_hint(x, jacobian, n)}"
            )
        _require_sound(t, x, jacobian)
        with np.errstate(divide="ignore"):
            return x.astype(np.float64), np.log(jacobian.astype(np.float64))


def _points(t: Any) -> np.ndarray:
    try:
        points = np.asarray(t, dtype=np.float64)
    except (TypeError, ValueError):
        points = np.empty(0)
    if points.ndim != 2:
        raise TypeError(f"Change: t must be points, numbers [n, d], got {t!r}")
    return points


def _pair(made: Any) -> tuple[np.ndarray, np.ndarray]:
    """Returns x and the jacobian as arrays, whatever is in them."""
    wanted = "Change: forward must return (x [n, m], jacobian [n]), got"
    if isinstance(made, np.ndarray):
        raise TypeError(f"{wanted} ndarray of shape {made.shape}; is the jacobian missing?")
    if not isinstance(made, tuple | list) or len(made) != 2:
        of = f" of {len(made)}" if isinstance(made, tuple | list) else ""
        raise TypeError(f"{wanted} {type(made).__name__}{of}")
    try:
        return np.asarray(made[0]), np.asarray(made[1])
    except ValueError:
        raise TypeError(f"{wanted} rows of different lengths") from None


def _hint(x: np.ndarray, jacobian: np.ndarray, n: int) -> str:
    if x.shape == (n,):
        return "; for one coordinate return x[:, np.newaxis]"
    if x.ndim == 2 and x.shape[1] == n:
        return "; is x transposed?"
    if jacobian.shape == ():
        return "; for a constant jacobian return np.full(len(t), constant)"
    if jacobian.ndim == 3:
        return "; return the absolute value of the determinant, not the matrix"
    return ""


def _require_sound(t: np.ndarray, x: np.ndarray, jacobian: np.ndarray) -> None:
    """Raises unless all numbers are finite, and no jacobian is negative."""
    for name, sound, fix in (
        ("x must be finite", np.isfinite(x).all(axis=1), "is forward defined in the whole region?"),
        ("the jacobian must be finite", np.isfinite(jacobian), "is it singular there?"),
        ("the jacobian must be positive", ~(jacobian < 0.0), "return its absolute value, |det dx/dt|"),
    ):
        if not sound.all():
            first = int(np.argmin(sound))
            raise ValueError(
                f"Change: {name}, got x = {x[first].tolist()} with jacobian {float(jacobian[first])!r} at "
                f"t = {t[first].tolist()}; {fix}"
            )
