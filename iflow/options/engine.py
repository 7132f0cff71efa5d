"""How the engine chooses."""

from __future__ import annotations

from dataclasses import dataclass

from iflow.checks import is_nonnegative, require_choice, require_number

MINIMIZE = ("time", "calls")
POINTS = ("sobol", "random")


@dataclass(frozen=True)
class EngineOptions:
    """How the engine chooses.

    Args:
      minimize: what is weighed when proposals compete: "time" (the integrand's and the engine's own) or
        "calls" of the integrand.
      cost: seconds of one integrand call, >= 0; None measures it, or takes 1e-5 where a seed is given.
      points: what the measurement takes: "sobol" (scrambled, in replicates) or "random".
    """

    minimize: str = "time"
    cost: float | None = None
    points: str = "sobol"

    def __post_init__(self) -> None:
        """Checks every value."""
        require_choice("minimize", self.minimize, MINIMIZE)
        if self.cost is not None:
            require_number("cost", self.cost, "a finite number of seconds >= 0", is_nonnegative)
        require_choice("points", self.points, POINTS)
