"""Whether arrays are events: a row of points, and a weight, for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np


def require_events(points: Any, weights: Any, names: Any) -> None:
    """Raises unless there are points [n, dim], weights [n] and dim names.

    Raises:
      TypeError: for something that is no array, or no sequence of names.
      ValueError: for shapes that do not fit together.
    """
    for name, array in (("points", points), ("weights", weights)):
        if not isinstance(array, np.ndarray):
            raise TypeError(
                f"{name} of events must be an array of NumPy, got {type(array).__name__} {array!r}"
            )
    if not isinstance(names, Sequence) or isinstance(names, str):
        raise TypeError(f"names must be a tuple with one for each coordinate, got {names!r}")
    n = len(weights) if weights.ndim == 1 else 0
    if weights.ndim != 1 or points.ndim != 2 or len(points) != n:
        raise ValueError(
            f"events must have points [n, dim] and weights [n], got shapes {points.shape} and {weights.shape}"
        )
    if len(names) != points.shape[1]:
        raise ValueError(f"names must be one for each of {points.shape[1]} coordinates, got {tuple(names)!r}")
