"""How the flow is trained."""

from __future__ import annotations

import math
from dataclasses import dataclass

from iflow.checks import require_choice, require_integer, require_number

DIVERGENCE_NAMES = ("kl", "chi2", "exponential", "hellinger", "jeffreys")


@dataclass(frozen=True)
class TrainingOptions:
    """How the flow is trained.

    Args:
      divergence: "kl", "chi2", "exponential", "hellinger" or "jeffreys".
      learning_rate: of the Adam optimiser, > 0; while polishing it falls from half of it to 0.
      batch: points of a minibatch, >= 32: each is normalised on its own.
      steps: optimiser steps per training iteration, >= 1.
    """

    divergence: str = "kl"
    learning_rate: float = 3e-3
    batch: int = 2048
    steps: int = 60

    def __post_init__(self) -> None:
        """Checks every value."""
        require_choice("divergence", self.divergence, DIVERGENCE_NAMES)
        require_number("learning_rate", self.learning_rate, "a finite number > 0", _is_positive_finite)
        require_integer("batch", self.batch, 32)
        require_integer("steps", self.steps, 1)


def _is_positive_finite(value: float) -> bool:
    return 0 < value < math.inf
