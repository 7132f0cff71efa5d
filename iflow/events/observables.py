"""Observables: functions of points, checked and computed piece by piece."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

# Points handed to an observable at once, so that what it computes on the way stays small.
PIECE = 65_536

Observables = Callable[[np.ndarray], Mapping[str, Any]] | Mapping[str, Callable[[np.ndarray], Any]]


def require_observables(observables: Any) -> None:
    """Raises TypeError unless it is None, a function of points, or a dict of such."""
    if observables is None or callable(observables):
        return
    if isinstance(observables, Mapping) and all(callable(g) for g in observables.values()):
        _require_names(observables)
        return
    raise TypeError(
        "observables must be a function from points [n, dim] to a dict of arrays, or a dict of functions "
        f"of points, got {observables!r}"
    )


def compute(
    observables: Observables | None, points: np.ndarray, taken: tuple[str, ...]
) -> dict[str, np.ndarray]:
    """Returns the observables at points [n, dim], arrays whose first axis is that of the points.

    Args:
      observables: see `Integrator.sample`.
      points: of the region.
      taken: names that belong to coordinates.

    Raises:
      TypeError: if a function returns something else than a dict, or other values than numbers.
      ValueError: for a name that is taken, or values of another number of points.
    """
    if observables is None:
        return {}
    pieces = [_look(observables, points[start : start + PIECE]) for start in range(0, len(points), PIECE)]
    for name in pieces[0]:
        if name in taken or name in ("weight", "component_weights"):
            raise ValueError(f"{name!r} is the name of a column already: give the observable another one")
    return {name: np.concatenate([piece[name] for piece in pieces]) for name in pieces[0]}


def _look(observables: Observables, points: np.ndarray) -> dict[str, np.ndarray]:
    if callable(observables):
        found = _called("observables", observables, points)
        if isinstance(found, Mapping):
            _require_names(found)
        else:
            raise TypeError(
                "observables must return a dict of arrays by name; for a single one give "
                f"{{'name': function}}, got {type(found).__name__}"
            )
    else:
        found = {name: _called(f"observable {name!r}", g, points) for name, g in observables.items()}
    return {name: checked(f"observable {name!r}", values, len(points)) for name, values in found.items()}


def _require_names(observables: Mapping[str, Any]) -> None:
    for name in observables:
        if not isinstance(name, str) or not name:
            raise TypeError(f"observables must be named by text that is not empty, got {name!r}")


def _called(what: str, g: Callable[[np.ndarray], Any], points: np.ndarray) -> Any:
    """Returns g(points); what it raises gets a note."""
    try:
        return g(points)
    except Exception as error:
        error.add_note(f"raised by {what}, called with points {list(points.shape)}")
        raise


def checked(what: str, values: Any, n: int) -> np.ndarray:
    """Returns values as an array of numbers whose first axis is that of n points."""
    try:
        array = np.asarray(values)
    except ValueError:
        raise ValueError(
            f"{what} must have a value for each of {n} points, got rows of different lengths"
        ) from None
    if array.dtype.kind not in "buif":
        given = array.dtype if isinstance(values, np.ndarray | list | tuple) else repr(values)
        raise TypeError(f"{what} must be an array of real numbers, got {given}")
    if array.ndim == 0 or len(array) != n:
        raise ValueError(f"{what} must have a value for each of {n} points, got the shape {array.shape}")
    return array


def evaluate(g: Callable[[np.ndarray], Any], points: np.ndarray) -> np.ndarray:
    """Returns g at points [n, dim], computed piece by piece."""
    name = getattr(g, "__name__", "g")
    return np.concatenate(
        [
            checked(f"observable {name!r}", _called(f"observable {name!r}", g, piece), len(piece))
            for piece in (points[start : start + PIECE] for start in range(0, len(points), PIECE))
        ]
    )
