"""What a function that returns the wrong shape is told: what must hold, what it returned, the likely fix."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from iflow.integrand.arrays import Values, shapes_of, told


def has_rows(values: Values | None, n: int) -> bool:
    """Returns whether there is a value, or an array of them, for each of n points."""
    if values is None:
        return False
    shapes = shapes_of(values).values()
    return bool(shapes) and all(shape[:1] == (n,) for shape in shapes)


def same_rows(values: Values | None, others: Values | None) -> bool:
    """Returns whether the rows of both have the same shape under the same names, [n, 1] being [n]."""
    return values is not None and others is not None and _rows(values) == _rows(others)


def grows(values: Values | None, n: int, alone: Values | None) -> bool:
    """Returns whether the rows for n points are longer than that of one: points met points."""
    if values is None or alone is None or not has_rows(alone, 1):
        return False
    many, one = _rows(values), _rows(alone)
    return many.keys() == one.keys() and any(n in many[key] for key in many)


def wrong_shape(x: np.ndarray, values: Values | None, alone: Values | None) -> ValueError:
    """Returns the error for values that are neither [n] nor [n, ...].

    Args:
      x: points that f was given, [n, dim].
      values: what it returned for them; None if it failed.
      alone: what it returned for a batch of one of them; None if it failed, or was not asked.
    """
    n, dim = x.shape
    found = f"for n = {n} it returned shape {told(shapes_of(values))}"
    if alone is not None:
        found += f", for n = 1 shape {told(shapes_of(alone))}"
    must = f"f must map points [n, {dim}] to values [n] or [n, ...]"
    return ValueError(f"{must}; {found}{_fix(n, values, alone)}")


def wrong_arguments(f: Any, dim: int) -> str | None:
    """Returns a hint for a function that takes its coordinates one by one; None for any other."""
    try:
        parameters = inspect.signature(f).parameters.values()
    except (TypeError, ValueError):
        return None
    required = [p for p in parameters if p.default is p.empty and p.kind in _POSITIONAL]
    if not any(p.kind in (*_POSITIONAL, inspect.Parameter.VAR_POSITIONAL) for p in parameters):
        return f"f takes no argument by position and is called with one, the points x [n, {dim}]"
    if len(required) < 2:
        return None
    fix = "lambda x: f(*x.T)" if len(required) == dim else "functools.partial(f, ...) for all but the points"
    return f"f takes {len(required)} arguments and is called with one, x [n, {dim}]: hand over {fix}"


_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def _fix(n: int, values: Values | None, alone: Values | None) -> str:
    if values is None:
        return ""
    if alone is not None and grows(values, n, alone):
        return (
            "; each point met every other one, as [n, 1] and [n] do when they are combined: take x[:, 0] "
            "instead of x[:, :1], or squeeze the last axis"
        )
    for shape in shapes_of(values).values():
        if len(shape) > 1 and shape[0] != n and shape[-1] == n:
            return (
                "; the points must be the first axis: np.stack(..., axis=-1), or np.moveaxis(values, -1, 0)"
            )
        if shape == (1, 1) or shape in ((), (1,)):
            return "; is it a sum or a mean over all points, without axis=1?"
        if len(shape) > 1 and shape[0] == n == shape[-1]:
            return "; are the points its last axis? They must be the first: np.stack(..., axis=-1)"
    if alone is not None and () in shapes_of(alone).values():
        return "; np.squeeze takes away the axis of a single point: name the axis to be squeezed"
    return ""


def _rows(values: Values) -> dict[Any, tuple[int, ...]]:
    """Returns the shape of a row under each name; () for an unnamed array of one number a point."""
    if not isinstance(values, dict) and set(values.shape[1:]) <= {1}:
        return {None: ()}
    return {key: shape[1:] for key, shape in shapes_of(values).items()}
