"""Integrands that take a given time a call."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

DIM = 4


@dataclass(frozen=True)
class Load:
    """A Gaussian in 4 dimensions that takes its time by the clock.

    Args:
      cost: seconds a point.
      sleeps: whether it sleeps, as one that waits for another machine or computes without the GIL would;
        else it keeps a core busy.
    """

    cost: float
    sleeps: bool = False

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Returns f at points x [n, 4], [n]."""
        end = time.perf_counter() + self.cost * len(x)
        values: np.ndarray = np.exp(-10.0 * np.square(x - 0.5).sum(axis=1))
        if self.sleeps:
            time.sleep(max(0.0, end - time.perf_counter()))
        while time.perf_counter() < end:
            pass
        return values
