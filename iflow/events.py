"""Weighted events: points of the region with importance weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Events:
    """Points and weights; sums over them are integrals.

        integral of f(x) g(x) dx  ~  mean(weight g(x))

    Args:
      x: points of the user's region, float64 [n, dim].
      weight: f(x) / q(x), float64 [n]; their mean estimates the integral of f.
    """

    x: np.ndarray
    weight: np.ndarray
