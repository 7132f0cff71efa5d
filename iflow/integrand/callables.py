"""What is no function of points, and what to hand over instead."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

import numpy as np


def require_callable(f: Any, dim: int, compiled: bool) -> None:
    """Refuses what cannot be called with points.

    Args:
      f: what the user gave.
      dim: number of coordinates, for the message.
      compiled: whether it is a C function.

    Raises:
      TypeError: for a class, a module, and all that is no function, with the likely fix.
    """
    if inspect.isclass(f):
        raise TypeError(
            f"f must be a function or an object, got the class {f.__name__}: hand over {f.__name__}(...)"
        )
    if inspect.ismodule(f):
        raise TypeError(f"f must be a function, got the module {f.__name__}: hand over one of its functions")
    if not compiled and not callable(f):
        got = f"got {type(f).__name__} {f!r}"
        raise TypeError(f"f must be a function of points x [n, {dim}], {got}{_instead_of(f)}")


def _instead_of(f: Any) -> str:
    """Returns the likely fix for what is no function; "" where there is none."""
    if isinstance(f, str):
        return "; give the function itself, without quotes"
    if isinstance(f, Mapping) and f and all(callable(one) for one in f.values()):
        return "; for several integrals give one function that returns a dict of arrays"
    if isinstance(f, list | tuple) and f and all(callable(one) for one in f):
        return "; for several integrals give one function that returns an array [n, k]"
    if isinstance(f, np.ndarray | float | int | complex):
        return "; did you call it? Give f, not f(x)"
    return ""
