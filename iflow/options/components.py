"""What an integrand of several integrals is judged by, and in which form values come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from iflow.checks import require_boolean, require_choice

NORMS = ("l2", "l1", "max")


@dataclass(frozen=True)
class ComponentOptions:
    """What several integrals at once are judged by, and in which form values come.

    Args:
      component: the integral whose error has to meet the target, where f returns several: its name, its
        index, or (name, index); the proposals learn its |f|. None for all of them.
      norm: what the proposals learn of all that count, each relative to its own size: "l2" (the root of the
        sum of squares, which is best for the sum of relative variances), "l1", "max"; or a function of the
        values, float64 [n, k] -> [n] >= 0, which gets the k real components of f as they are.
      correlate: whether the results know their covariance; False for thousands of components.
      log: whether f returns log|f|, for integrals far outside of the range of floats.
    """

    component: Any = None
    norm: str | Callable[[Any], Any] = "l2"
    correlate: bool = True
    log: bool = False

    def __post_init__(self) -> None:
        """Checks every value."""
        parts = self.component if isinstance(self.component, tuple) else (self.component,)
        if not all(
            part is None or (isinstance(part, (str, int)) and not isinstance(part, bool)) for part in parts
        ):
            raise TypeError(
                f"component must be a name, an index or (name, index) of an integral, got {self.component!r}"
            )
        if not callable(self.norm):
            require_choice("norm", self.norm, NORMS)
        require_boolean("correlate", self.correlate)
        require_boolean("log", self.log)
