"""A warm start: what was learned on one integrand competes for another, related one."""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass

from iflow.engine.contenders import Contender
from iflow.engine.pilot import Pilot
from iflow.options import Target


@dataclass(frozen=True)
class Learned:
    """A contender that has learned on another integrand.

    Args:
      name: of its kind.
      contender: as it was measured with.
      n_points: evaluations that were spent until then.
    """

    name: str
    contender: Contender
    n_points: int

    def copied(self) -> Learned:
        """Returns one of its own, which may learn on without changing this one."""
        return Learned(self.name, copy.deepcopy(self.contender), self.n_points)


@dataclass(frozen=True)
class Saving:
    """What a warm start was worth, by the pilots of the first round.

    Args:
      name: of the proposal's kind.
      needed: points of it that would meet the target.
      needed_uniform: uniform points that would.
      n_learned: evaluations it was learned from, on the other integrand.
    """

    name: str
    needed: float
    needed_uniform: float
    n_learned: int

    def sentence(self, n_spent: int) -> str:
        """Returns what to tell the user.

        Without it the same quality would have taken as much learning as on the other integrand, or
        uniform points alone: the cheaper of the two is what is counted as saved. It is a guess.

        Args:
          n_spent: evaluations of the preparation for this integrand.
        """
        saved = min(self.n_learned - n_spent, self.needed_uniform - self.needed)
        start = f"began with the {self.name} learned on another integrand"
        if not saved > 0.0:
            return f"{start}, which saved no calls"
        if math.isinf(self.needed):
            return f"{start}: about {_rounded(saved)} calls of learning were saved"
        uniform = _rounded(self.needed_uniform) if math.isfinite(self.needed_uniform) else "far more"
        return (
            f"{start}, which saved about {_rounded(saved)} calls, going by what it took there: its first "
            f"points promise the target with {_rounded(self.needed)} points, uniform ones with {uniform}"
        )


def saving(learned: Learned, pilots: dict[str, Pilot], target: Target) -> Saving:
    """Returns what a warm start is worth, by the first pilots of it and of uniform points."""
    needed, uniform = (pilots[name].points_needed(target) for name in (learned.name, "uniform"))
    return Saving(learned.name, needed, uniform, learned.n_points)


def _rounded(n: float) -> str:
    return f"{float(f'{n:.2g}'):,.0f}" if n < 1e9 else f"{n:.1e}"
