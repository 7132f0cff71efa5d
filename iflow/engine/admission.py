"""Who takes part in the next round: from cheap to dear, each kind where those before leave much to gain."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from iflow.engine import costs
from iflow.engine.pilot import Pilot
from iflow.engine.race import Race
from iflow.options import Options

LEAST_TO_TRAIN = 10_000
FLOW_ROUNDS_AT_FIRST = 5
# A map of single axes leaves correlations when the weights still vary by so much of their mean.
_CORRELATED = 0.3
# While the target is tempered, those draw on whose points are at least so good as the best ones'.
_LEAST_OF_BEST = 1.0 / 3.0
_MIXTURE_FITS, _FLOW_STEPS, _MIXTURE_PILOTS = 4.0, 2_000, 3
_LONG_RUN = 50_000.0
# Cells are for few dimensions: they gain little in 4, and neighbours are far apart beyond.
_MOST_DIMENSIONS_OF_CELLS, _CELLS_FITS = 4, 4.0
# A flow is tried when it promises to cost less than this part of what is certain; or when so much of the
# budget is spent and the target is still tempered.
_PROMISE, _STUCK = 0.7, 0.25


def require_training_budget(max_neval: int) -> None:
    """Raises a ValueError if a flow is demanded of a budget that is too small to train one."""
    if max_neval < LEAST_TO_TRAIN:
        raise ValueError(
            f"max_neval = {max_neval} is too small to train a flow: flow=True needs at least "
            f"{LEAST_TO_TRAIN}; raise max_neval, or leave flow at 'auto' to measure without one"
        )


@dataclass(frozen=True)
class State:
    """What a decision looks at.

    Args:
      admitted: names of those that take part already.
      fractions: effective fraction of each one's newest points for the tempered target.
      beta: tempering exponent of the latest fit.
      n_flow_rounds: rounds that the flow has drawn.
      share_spent: of the budget.
      price_left: what the evaluations that are left would cost with the best proposal.
    """

    admitted: tuple[str, ...]
    fractions: Mapping[str, float]
    beta: float
    n_flow_rounds: int
    share_spent: float
    price_left: float


class Admission:
    """Decides by the standings of the race.

    Args:
      dim: number of coordinates.
      race: holds the pilots.
      options: of the run.
      budget: evaluations of the run.
    """

    def __init__(self, dim: int, race: Race, options: Options, *, budget: int):
        self._dim, self._race, self._budget = dim, race, budget
        self._use_flow, self._nets = options.use_flow, options.engine.points == "sobol"

    def newcomers(self, state: State) -> list[str]:
        """Returns who is to be let in now."""
        if "flow" in state.admitted or not self._has_found_anything():
            return []
        if self._use_flow is not True and self._race.best().pilot.estimate.deviation == 0.0:
            return []  # a constant, as far as was seen: no map is better than none
        if self._use_flow is True:
            return ["flow"]
        if "grid" not in state.admitted:
            return ["grid", "spline grid"]
        names = ["cells"] if self._wants_cells(state) else []
        if not self._is_uneven():
            return names
        if self._dim >= 2 and "mixture" not in state.admitted:
            work = self._race.currency.work(_MIXTURE_FITS * costs.seconds_per_fit("mixture", self._dim))
            if work < self._race.best().price:
                return [*names, "mixture"]
        return names or (["flow"] if self._wants_flow(state) else [])

    def entrants(self, state: State) -> list[str]:
        """Returns who draws in the next round; nobody when the flow is given up."""
        if not self._has_found_anything():
            return ["uniform"]
        if "flow" in state.admitted:
            done = state.n_flow_rounds >= FLOW_ROUNDS_AT_FIRST and state.beta == 1.0
            # Who leads goes on as long as rounds pay, however slowly it learns.
            given_up = not self._race.learns("flow") and self._race.best().name != "flow"
            return [] if done and given_up else ["flow"]
        if state.beta == 1.0:
            return [name for name in state.admitted if self._race.in_touch(name) and self._may_draw(name)]
        others = [name for name in state.admitted if name != "uniform"]
        known = [state.fractions[name] for name in others if name in state.fractions]
        least = _LEAST_OF_BEST * max(known, default=0.0)
        return [name for name in others if state.fractions.get(name, math.inf) >= least]

    def _may_draw(self, name: str) -> bool:
        # Nothing is learned for uniform points: a second look at them is for long runs.
        long_run = self._race.n_pilots("spline grid") > 0 and self._race.best().needed > _LONG_RUN
        return name != "uniform" or long_run

    def _is_uneven(self) -> bool:
        """Returns whether the best has uneven weights, beyond those that are uneven by design."""
        pilots = [self._race.best().pilot]
        if pilots[0].stratifies:
            pilots = [pilot for pilot in self._race.pilots.values() if not pilot.stratifies]
        return min(_unevenness(pilot) for pilot in pilots) > _CORRELATED

    def _wants_cells(self, state: State) -> bool:
        if not self._nets or self._dim > _MOST_DIMENSIONS_OF_CELLS or "cells" in state.admitted:
            return False
        best = self._race.best()
        work = self._race.currency.work(_CELLS_FITS * costs.seconds_per_fit("cells", self._dim))
        return work < best.price and (self._is_uneven() or best.needed > _LONG_RUN)

    def _has_found_anything(self) -> bool:
        return any(pilot.estimate.n_nonzero for pilot in self._race.pilots.values())

    def _wants_flow(self, state: State) -> bool:
        if self._use_flow is False or self._budget < LEAST_TO_TRAIN:
            return False
        if "mixture" in state.admitted and self._race.n_pilots("mixture") < _MIXTURE_PILOTS:
            return False
        if state.beta < 1.0:
            return state.share_spent > _STUCK
        return self._race.stalls() and self._promised() < _PROMISE * min(
            self._race.best().price, state.price_left
        )

    def _promised(self) -> float:
        """Returns the price that a flow is hoped to have, its training included."""
        estimate, currency = self._race.best().pilot.estimate, self._race.currency
        if not estimate.mean:
            return math.inf
        relative = self._race.target.error_allowed(estimate.mean) / abs(estimate.mean)
        n = costs.hoped_points(relative)
        work = costs.flow_startup(self._dim) + _FLOW_STEPS * costs.seconds_per_step(self._dim)
        return currency.points(n, costs.seconds_per_point("flow", self._dim)) + currency.work(work)


def _unevenness(pilot: Pilot) -> float:
    own = pilot.estimate
    return own.deviation / abs(own.mean) if own.mean else math.inf
