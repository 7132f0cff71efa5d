"""When a run stops."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from iflow.checks import is_nonnegative, require_integer, require_number

LEAST_NEVAL, MOST_NEVAL = 100, 2**53  # beyond it not all integers are floats


@dataclass(frozen=True)
class Target:
    """When to stop: at sdev <= max(atol, rtol |mean|), at the budget, or at the time limit.

    Args:
      rtol: relative error to reach, >= 0; 0 with atol = 0 uses the whole budget.
      atol: absolute error to reach, in units of the integral, >= 0.
      max_neval: largest number of integrand evaluations, survey and training included; >= 100.
      max_seconds: wall-clock limit in seconds, > 0; looked at between rounds, so that the last round
        may overrun it.
    """

    rtol: float = 1e-3
    atol: float = 0.0
    max_neval: int = 1_000_000
    max_seconds: float = math.inf

    def __post_init__(self) -> None:
        """Checks every value."""
        for name in ("rtol", "atol"):
            require_number(name, getattr(self, name), "a finite number >= 0", is_nonnegative)
        require_integer("max_neval", self.max_neval, LEAST_NEVAL)
        if self.max_neval > MOST_NEVAL:
            given = self.max_neval if self.max_neval < 10**30 else "more than 1e30"
            raise ValueError(
                f"max_neval must be at most 2^53, about 9e15, got {given}; nothing gets there: set rtol, "
                "atol or max_seconds"
            )
        require_number("max_seconds", self.max_seconds, "a number of seconds > 0", lambda value: value > 0)

    def error_allowed(self, mean: float) -> float:
        """Returns the largest sdev that meets the target for this mean."""
        return max(self.atol, self.rtol * abs(mean))

    def excess(self, mean: Any, sdev: Any) -> Any:
        """Returns how many times the error that is allowed an error is; 0 for an exact mean.

        Args:
          mean: of one integral or of several, [...].
          sdev: its standard error, [...].
        """
        allowed = np.maximum(self.atol, self.rtol * np.abs(mean))
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(np.equal(sdev, 0.0), 0.0, np.divide(sdev, allowed))
