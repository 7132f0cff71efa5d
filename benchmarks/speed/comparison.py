"""What was timed, as ratios with their spread, and whether it is as fast as it should be."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from statistics import median, quantiles
from typing import Any

GOAL = 5.0  # times as fast as the rival
MOST_FIRST_SECONDS = 3.0
# What a batch of a new size may cost once, beyond what it costs again: compiling takes longer.
MOST_LOST_SECONDS = 0.5
# Quartiles further apart than this, upper over lower, leave open what the ratio is.
WIDEST = 1.5
# Operations of a training step over those of a pass forward: there are two products backward for each.
BACK_AND_FORTH = 3


@dataclass(frozen=True)
class Comparison:
    """The same work done by both sides in turns.

    Args:
      work: what it is.
      dim: number of coordinates.
      n: points that it handles.
      rival: seconds that the rival took, one a repetition.
      home: seconds that iflow took, next to each of those.
      limit: seconds of the networks' products alone, in iflow's process, float32.
      flops: floating-point operations of those products.
      goal: ratio to reach; None where there is none.
    """

    work: str
    dim: int
    n: int
    rival: tuple[float, ...]
    home: tuple[float, ...]
    limit: tuple[float, ...]
    flops: int
    goal: float | None = GOAL

    @property
    def ratio(self) -> float:
        """How many times as fast as the rival, median over repetitions."""
        return median(self._ratios)

    @property
    def quartiles(self) -> tuple[float, float]:
        """Between which the ratios of the middle half of the repetitions lie."""
        if len(self._ratios) < 2:
            return self.ratio, self.ratio
        low, _, high = quantiles(self._ratios, n=4, method="inclusive")
        return low, high

    @property
    def most(self) -> float:
        """The ratio of a flow that took no time but for its networks' products."""
        return median(self.rival) / median(self.limit)

    @property
    def gap(self) -> float:
        """How many times the products' time iflow takes."""
        return median(self.home) / median(self.limit)

    @property
    def flop_rate(self) -> float:
        """Operations a second of the products alone."""
        return self.flops / median(self.limit)

    @property
    def is_settled(self) -> bool:
        """Whether the repetitions agree well enough for a verdict."""
        low, high = self.quartiles
        return high <= WIDEST * low

    @property
    def is_met(self) -> bool:
        """Whether the goal is reached, and not by an accident of timing."""
        return self.goal is None or (self.ratio >= self.goal and self.is_settled)

    @property
    def verdict(self) -> str:
        """One word; empty where there is no goal."""
        if self.goal is None:
            return ""
        return "met" if self.is_met else "missed" if self.ratio < self.goal else "unsettled"

    @property
    def _ratios(self) -> list[float]:
        return [rival / home for rival, home in zip(self.rival, self.home, strict=True)]

    def as_dict(self) -> dict[str, Any]:
        """Returns everything measured and what follows from it."""
        derived = {"ratio": self.ratio, "quartiles": self.quartiles, "most": self.most, "gap": self.gap}
        return asdict(self) | derived | {"is_met": self.is_met}


@dataclass(frozen=True)
class Start:
    """What happens once.

    Args:
      dim: number of coordinates.
      import_seconds: of iflow with TensorFlow.
      first_seconds: from an imported iflow to the end of its first training step.
      rival_first_seconds: the same for the rival.
      new_traces: functions traced because batches had new sizes.
      lost_seconds: the most that a batch of a new size took beyond what it took again.
    """

    dim: int
    import_seconds: float
    first_seconds: float
    rival_first_seconds: float
    new_traces: int
    lost_seconds: float

    @property
    def is_early(self) -> bool:
        """Whether the first step is done soon enough."""
        return self.first_seconds < MOST_FIRST_SECONDS

    @property
    def is_once(self) -> bool:
        """Whether nothing is traced or compiled again for a batch of a new size."""
        return not self.new_traces and self.lost_seconds < MOST_LOST_SECONDS

    def as_dict(self) -> dict[str, Any]:
        """Returns everything measured and what follows from it."""
        return asdict(self) | {"is_met": self.is_early and self.is_once}
