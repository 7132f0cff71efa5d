"""Who computes the integrand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from iflow.checks import is_positive, require_choice, require_integer, require_number
from iflow.executors.engines import require_executor

OFFLOAD = ("auto", "integrand", "measurement")


@dataclass(frozen=True)
class ExecutionOptions:
    """Who computes the integrand; no number depends on it.

    Args:
      executor: a `concurrent.futures.Executor`, a Dask client, or a function that makes one; None computes
        here.
      workers: processes of a local pool, >= 1; beside an executor, how many workers that one has. None
        for no pool, or for as many as the executor tells.
      retries: how often a chunk of points may fail on a worker before the run stops, >= 0.
      timeout: seconds after which a chunk is computed elsewhere, > 0; None for never.
      offload: what workers do: "integrand" computes f there, "measurement" also draws the points of the
        measurement there and sends only sums back, "auto" does what is faster.
    """

    executor: Any = None
    workers: int | None = None
    retries: int = 2
    timeout: float | None = None
    offload: str = "auto"

    def __post_init__(self) -> None:
        """Checks every value."""
        if self.executor is not None:
            require_executor(self.executor)
        if self.workers is not None:
            require_integer("workers", self.workers, 1)
        require_integer("retries", self.retries, 0)
        if self.timeout is not None:
            require_number("timeout", self.timeout, "a number of seconds > 0", is_positive)
        require_choice("offload", self.offload, OFFLOAD)
        if self.offload == "measurement" and not self.is_elsewhere:
            raise ValueError(
                'offload="measurement" needs workers= or executor=: there is nobody else who could measure'
            )
        if self.timeout is not None and not self.is_elsewhere:
            raise ValueError(
                f"timeout needs workers= or executor=, got {self.timeout!r} alone: what is computed in this "
                "process cannot be taken from it"
            )

    @property
    def is_elsewhere(self) -> bool:
        """Whether f is computed by workers."""
        return self.executor is not None or self.workers is not None
