"""What becomes of points at which the integrand fails."""

from __future__ import annotations

from dataclasses import dataclass, fields

from iflow.checks import require_choice
from iflow.reasons import Reason

ON_ERROR = ("raise", "skip")
ON_NONFINITE = ("raise", "zero")


@dataclass(frozen=True)
class IntegrandOptions:
    """What becomes of points at which the integrand fails.

    Args:
      on_error: "raise" ends the run with what f raises at a point; "skip" counts f as 0 at the points at
        which it raises, and the result says what they could amount to. An f made of TensorFlow's
        operations does not become part of graphs then.
      on_nonfinite: "raise" ends the run where f is nan or inf (with log=True: nan or +inf); "zero" counts
        such points as 0, and the result says what they could amount to. Of several integrals, and of a
        complex one, all components count as 0 at a point at which one of them is nan or inf.
    """

    on_error: str = "raise"
    on_nonfinite: str = "raise"

    def __post_init__(self) -> None:
        """Checks every value."""
        require_choice("on_error", self.on_error, ON_ERROR)
        require_choice("on_nonfinite", self.on_nonfinite, ON_NONFINITE)

    @property
    def omits(self) -> frozenset[Reason]:
        """For what reasons points count as 0, instead of ending the run."""
        chosen = {Reason.RAISED: self.on_error == "skip", Reason.NONFINITE: self.on_nonfinite == "zero"}
        return frozenset(reason for reason, is_chosen in chosen.items() if is_chosen)


# A stored run may go on with others of these.
CHANGEABLE = frozenset(field.name for field in fields(IntegrandOptions))
