"""What becomes of points at which the integrand fails."""

from __future__ import annotations

from dataclasses import dataclass

from iflow.checks import require_choice

ON_ERROR = ("raise", "skip")


@dataclass(frozen=True)
class IntegrandOptions:
    """What becomes of points at which the integrand fails.

    Args:
      on_error: "raise" ends the run with what f raises at a point; "skip" counts f as 0 at the points at
        which it raises, and the result says what they could amount to. An f made of TensorFlow's
        operations does not become part of graphs then.
    """

    on_error: str = "raise"

    def __post_init__(self) -> None:
        """Checks every value."""
        require_choice("on_error", self.on_error, ON_ERROR)

    @property
    def skips(self) -> bool:
        """Whether points at which f raises are left out."""
        return self.on_error == "skip"
