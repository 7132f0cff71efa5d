"""Sees what a method evaluates: how many points, and how many of them show each structure."""

from __future__ import annotations

import time

import numpy as np

from benchmarks.detection.structured import Structured


class TimeOverError(Exception):
    """The method goes on and on."""


class Witness:
    """The integrand that methods are given.

    Args:
      f: what it evaluates.
      max_seconds: after which a call raises `TimeOverError`: some methods never end by themselves.

    Attributes:
      dim: number of coordinates.
      neval: points so far.
      n_shown: how many of them showed each structure, [k].
      counts: whether further points count.
    """

    def __init__(self, f: Structured, max_seconds: float):
        self._f, self._end = f, time.monotonic() + max_seconds
        self.dim, self.neval, self.counts = f.dim, 0, True
        self.n_shown = np.zeros(len(f.volumes), dtype=int)

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Returns f at x: [n, dim], [n].

        Raises:
          TimeOverError: when the time is over.
        """
        if time.monotonic() > self._end:
            raise TimeOverError("no end within the time limit")
        if self.counts:
            self.neval += len(x)
            self.n_shown += self._f.shows(x).sum(axis=0)
        return self._f(x)
