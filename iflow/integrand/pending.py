"""Values of f that are computed now or later, here or on workers."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

if TYPE_CHECKING:
    from iflow.executors import Crew, Job
    from iflow.integrand.integrand import Integrand


class Pending(Protocol):
    """Values that are being computed."""

    @property
    def seconds(self) -> float:
        """What f has taken for them, the work of all workers together; known once there is a result."""

    @property
    def job(self) -> Job | None:
        """What workers do for it; None where nothing is left to do."""

    def result(self) -> np.ndarray:
        """Returns the values, [n] or [n, k]; waits for them, and raises what went wrong."""


class Done:
    """Values that are there.

    Args:
      values: [n] or [n, k].
      seconds: that they took.
    """

    job = None

    def __init__(self, values: np.ndarray, seconds: float):
        self._values, self.seconds = values, seconds

    def result(self) -> np.ndarray:
        """Returns them."""
        return self._values


class Elsewhere:
    """Values that workers compute.

    Args:
      crew: that computes them.
      job: theirs.
      take: makes the values of what workers sent, and counts them.
    """

    def __init__(self, crew: Crew, job: Job, take: Callable[[np.ndarray], np.ndarray]):
        self._crew, self._take = crew, take
        self.job = job

    @property
    def seconds(self) -> float:
        """What they have taken so far, all workers together."""
        return self.job.seconds

    def result(self) -> np.ndarray:
        """Returns them; waits, and raises what went wrong."""
        return self._take(self._crew.wait(self.job, np.concatenate))


class Kernel:
    """What workers compute: f as it was found to be called, checked as it is here.

    Args:
      integrand: that was probed.
    """

    def __init__(self, integrand: Integrand):
        self._integrand = integrand

    @property
    def subject(self) -> Any:
        """The user's function, which messages speak of."""
        return self._integrand.f

    @property
    def most_at_once(self) -> int | None:
        """Points that memory has sufficed for; None where it has never run out."""
        return self._integrand.portions.most

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Returns f at points x [n, dim], [n] or [n, k]; threads may do so at the same time."""
        return copy.copy(self._integrand).on_worker().as_sent(x)
