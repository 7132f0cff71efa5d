"""How events of weight one are made."""

from __future__ import annotations

from dataclasses import dataclass

from iflow.checks import require_integer, require_number

_LEAST_PILOT, _MOST_PILOT = 2_000, 65_536


@dataclass(frozen=True)
class UnweightOptions:
    """How events of weight one are made.

    Args:
      max_quantile: share of the integral of |f| that comes from weights up to the maximum, in (0, 1];
        1 takes the largest weight of the pilot.
      n_pilot: points that determine the maximum; None takes a quarter of the events, but at least 2,000
        and at most 65,536.
      max_neval: evaluations at most, those of the pilot included; None allows 1,000 for each event, and
        1,000,000 in any case.
    """

    max_quantile: float = 0.999
    n_pilot: int | None = None
    max_neval: int | None = None

    def __post_init__(self) -> None:
        """Checks the values."""
        wanted = "the share of the integral up to the maximum, above 0 and at most 1"
        require_number("max_quantile", self.max_quantile, wanted, lambda value: 0.0 < value <= 1.0)
        for name in ("n_pilot", "max_neval"):
            if getattr(self, name) is not None:
                require_integer(name, getattr(self, name), 1)

    def pilot_for(self, n: int) -> int:
        """Returns the number of pilot points for n events."""
        return self.n_pilot or min(max(n // 4, _LEAST_PILOT), _MOST_PILOT)

    def budget_for(self, n: int) -> int:
        """Returns how many evaluations n events may take."""
        return self.max_neval or max(1_000 * n, 1_000_000)
