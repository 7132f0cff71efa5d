"""A kind of proposal that learns."""

from __future__ import annotations

from typing import Protocol

from iflow.engine.replay import Sample
from iflow.proposal import Proposal

# Share of uniform points that defends the proposal: one in all for maps of correlated coordinates, and
# spread over the axes for maps of single ones, whose density then has a floor in every axis.
DEFENCE = 1.0 / 64.0


class Contender(Protocol):
    """A kind of proposal."""

    @property
    def seconds_per_point(self) -> float:
        """What a point of it costs, the integrand apart."""

    @property
    def seconds_per_fit(self) -> float:
        """What the next fit is expected to take."""

    @property
    def loss(self) -> float:
        """Divergence of the latest fit, averaged over its steps; nan where there is none."""

    @property
    def stratifies(self) -> bool:
        """Whether it follows how much f varies, not how large it is: uneven weights are no fault of it."""

    def proposal(self, size: float) -> Proposal:
        """Returns the proposal as fitted last, for nets of so many points."""

    def fit(self, sample: Sample, beta: float) -> None:
        """Fits |f|^beta."""
