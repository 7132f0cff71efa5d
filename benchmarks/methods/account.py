"""What is kept for a peer that does not do it itself: calls, clock, and the average of its rounds."""

from __future__ import annotations

import math
import time

import numpy as np

from benchmarks.record import Outcome, Task
from integrands import Integrand

_LEAST_ROUND = 1_000  # calls: the error of a smaller round is not known well enough to end with


class Account:
    """Counts calls and time; averages rounds with weights fixed in advance, their numbers of calls.

    Args:
      f: the integrand.
      task: with the target and the limits.

    Attributes:
      neval: calls so far.
      measured: calls that are in the average.
    """

    def __init__(self, f: Integrand, task: Task):
        self._f, self._task = f, task
        self._begun = time.monotonic()
        self.neval = 0
        self.forget()

    def f(self, x: np.ndarray) -> np.ndarray:
        """Returns f at x, [n, dim], and counts; points that rounding put outside go back onto a face."""
        self.neval += len(x)
        return self._f(np.clip(x, 0.0, 1.0))

    def forget(self) -> None:
        """Begins the average anew: what was in it was for finding out, and remains counted."""
        self.measured, self._sum, self._variance = 0, 0.0, 0.0

    def add(self, mean: float, sdev: float, n: int) -> None:
        """Takes a round of n calls into the average."""
        self.measured, self._sum = self.measured + n, self._sum + n * mean
        self._variance += (n * sdev) ** 2

    @property
    def mean(self) -> float:
        """Average of the rounds."""
        return self._sum / self.measured if self.measured else math.nan

    @property
    def sdev(self) -> float:
        """Its standard error."""
        return math.sqrt(self._variance) / self.measured if self.measured else math.nan

    @property
    def needed(self) -> float:
        """Calls of measurement that the target takes, if the error goes on falling like n^-1/2."""
        target = self._task.rtol * abs(self.mean)
        needed = self.measured * (self.sdev / target) ** 2 if target else math.inf
        return math.inf if math.isnan(needed) else needed

    @property
    def missing(self) -> int:
        """Of those, how many are still to be made, with a margin, and not more than are left."""
        missing = max(_LEAST_ROUND, 1.05 * self.needed - self.measured)
        return math.ceil(missing) if missing < self.left else self.left

    @property
    def left(self) -> int:
        """Calls that may still be made; 0 when the time is over."""
        return self._task.max_neval - self.neval if self.time_spent < 1.0 else 0

    @property
    def time_spent(self) -> float:
        """Share of the time that has passed."""
        passed = time.monotonic() - self._begun
        return passed / self._task.max_seconds if self._task.max_seconds else math.inf

    @property
    def is_reached(self) -> bool:
        """Whether the reported error meets the target."""
        return self.mean != 0.0 and self.sdev <= self._task.rtol * abs(self.mean)

    def outcome(self, proposal: str) -> Outcome:
        """Returns what there is now."""
        late = self.time_spent >= 1.0
        return Outcome(
            mean=self.mean,
            sdev=self.sdev,
            neval=self.neval,
            neval_measured=self.measured,
            proposal=proposal,
            stop_reason="target" if self.is_reached else "max_seconds" if late else "max_neval",
        )
