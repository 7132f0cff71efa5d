"""What accept-reject did: its efficiency, and what it did to weights above the maximum."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Unweighting:
    """The report of an accept-reject run.

    A point of weight w = f/q is accepted with probability min(1, |w|/maximum) and becomes an event of
    weight max(1, |w|/maximum) and the sign of f. Events are of weight one but for the few above the
    maximum, which keep what they exceed it by: every expectation value stays exact.

    Args:
      maximum: the weight that counts as one, in units of f / q.
      max_quantile: share of the integral of |f| that was to come from weights up to the maximum.
      efficiency: events for each evaluation of the accept-reject stage, E[min(1, |w|/maximum)],
        estimated from all its points.
      effective_efficiency: efficiency times Kish's (sum |v|)^2 / (n sum v^2) of the events' weights v.
      overweight_events: share of the events whose weight is above one.
      overweight_integral: share of the integral of |f| that they carry.
      largest_overweight: the largest weight of an event; 1 when there is no overweight.
      negative_events: share of the events where f < 0.
      cancellation: (sum v / sum |v|)^2, by which signs reduce the effective number of events; 1 if f
        does not change sign.
      n_pilot: evaluations that the maximum was determined with; none of these points is an event.
      neval: all evaluations, the pilot's included.
      warnings: what is unusual.
    """

    maximum: float
    max_quantile: float
    efficiency: float
    effective_efficiency: float
    overweight_events: float
    overweight_integral: float
    largest_overweight: float
    negative_events: float
    cancellation: float
    n_pilot: int
    neval: int
    warnings: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Returns the report, one line a fact."""
        lines = [
            f"unweighting efficiency  {self.efficiency:.4g}",
            f"effective efficiency    {self.effective_efficiency:.4g}",
            f"overweights             {self.overweight_events:.3g} of the events, "
            f"{self.overweight_integral:.3g} of the integral, largest {self.largest_overweight:.4g}",
        ]
        if self.negative_events:
            lines.append(
                f"negative events         {self.negative_events:.3g} of the events, effective number "
                f"reduced by {self.cancellation:.3g}"
            )
        lines.append(f"evaluations             {self.neval:,}, {self.n_pilot:,} of them for the maximum")
        return "\n".join([*lines, *(f"warning: {text}" for text in self.warnings)])
