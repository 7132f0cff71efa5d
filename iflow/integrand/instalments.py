"""A batch that takes long, computed here piece by piece: a process that is killed loses one piece."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from iflow.fingerprint import key_of

if TYPE_CHECKING:
    from iflow.executors import PieceStore

# What is thought to take less, in seconds, is computed in one go; the rest in pieces of about so much.
_SHORT, _PIECE = 2.0, 1.0


class Instalments:
    """Computes batches, and stores each piece of those that take long as soon as it is there.

    Args:
      store: keeps the pieces, and knows those that a process before this one has left.
      seconds_each: what a point is thought to take.
    """

    def __init__(self, store: PieceStore, seconds_each: float):
        self._store, self._seconds_each = store, seconds_each

    def suit(self, n: int) -> bool:
        """Returns whether a batch of n points takes long, or may have been begun before."""
        return self._size(n) < n or not self._store.is_empty

    def compute(self, kernel: Callable[[np.ndarray], np.ndarray], x: np.ndarray) -> tuple[np.ndarray, float]:
        """Returns what a kernel makes of points x [n, dim], and the seconds that it took, at any time.

        Args:
          kernel: as workers compute, rows from rows.
          x: n >= 1 points.

        Raises:
          Exception: what the kernel raises; pieces before it are stored, and are not computed again.
        """
        from iflow.executors import Job, Payload, Piece

        job = Job(x, Payload("", None, kernel), key=key_of(x), store=self._store)
        job.recall()
        job.revive()
        while not job.is_complete:
            start, end = job.cut(self._size(len(x)))
            begun = time.perf_counter()
            values = kernel(x[start:end])
            seconds = time.perf_counter() - begun
            self.learn(seconds, end - start)
            job.add(Piece(start, end, values, seconds))
        return job.joined(np.concatenate), job.seconds

    def learn(self, seconds: float, n: int) -> None:
        """Takes note that the latest n points have taken so many seconds."""
        self._seconds_each = seconds / n

    def _size(self, n: int) -> int:
        """Returns how many points of a batch of n to compute at once."""
        if n * self._seconds_each < _SHORT:
            return n
        # A power of two: f may be compiled for each number of points that it is called with.
        return 1 << max(0, int(_PIECE / self._seconds_each).bit_length() - 1)
