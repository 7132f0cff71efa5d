"""The race between proposals: who leads, what the rest of the run costs with each. Pure arithmetic."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from iflow.engine.costs import Currency
from iflow.engine.pilot import Pilot
from iflow.options import Target

# What another round is taken to save of the price to the target before two rounds of the best have shown
# it: in general, and while the target is still tempered, when nothing else can save anything.
_FIRST_GAIN, _TEMPERED_GAIN = 0.75, 0.9
_LEAST_GAIN = 0.02
# Rounds over which the gain of one that draws many is averaged: a single variance scatters.
_AVERAGED = 3
_LEARNS = 0.1
# A round pays when it costs less than this part of what it is expected to save.
_PAYBACK = 0.5
# A contender draws on while its price is at most so many times the best.
_IN_TOUCH, _EVENER = 3.0, 0.6


@dataclass(frozen=True)
class Standing:
    """One contender after its latest pilot.

    Args:
      name: of the contender.
      pilot: its latest.
      needed: points that would meet the target; inf when that cannot be told.
      price: of that many points; where nobody meets the target with what is left, of those that would
        come as close to it as the best can.
    """

    name: str
    pilot: Pilot
    needed: float
    price: float


class Race:
    """Keeps the latest pilots of every contender.

    What a round has saved is read off the variance of the weights of whoever leads: it tells what was
    learned, where the price also moves with the scatter of a pilot's error.

    Args:
      target: error to reach.
      currency: what is to be minimised.

    Attributes:
      left: evaluations that are left.
    """

    def __init__(self, target: Target, currency: Currency):
        self.target, self.currency = target, currency
        self.left = 1
        self._pilots: dict[str, tuple[Pilot, float]] = {}
        self._variances: dict[str, list[float]] = {}

    @property
    def pilots(self) -> dict[str, Pilot]:
        """The latest pilot of each."""
        return {name: pilot for name, (pilot, _) in self._pilots.items()}

    def enter(self, name: str, pilot: Pilot, seconds_per_point: float) -> None:
        """Takes a pilot."""
        self._pilots[name] = pilot, seconds_per_point
        self._variances.setdefault(name, []).append(pilot.variance)

    def withdraw(self, name: str) -> None:
        """Forgets everything about a contender."""
        self._pilots.pop(name, None)
        self._variances.pop(name, None)

    def n_pilots(self, name: str) -> int:
        """Returns how often a contender has drawn."""
        return len(self._variances.get(name, ()))

    def standings(self) -> list[Standing]:
        """Returns everyone whose estimate agrees with that of the one that found most, best first.

        A proposal that misses a peak shows a small error; where estimates disagree, the larger one saw
        what the others did not.
        """
        unit = max(pilot.estimate.log_unit for pilot in self.pilots.values())
        found_most = max(self.pilots.values(), key=lambda pilot: _surely_found(pilot, unit))
        competing = {
            name: pilot
            for name, pilot in self.pilots.items()
            if pilot is found_most or pilot.agrees_with(found_most)
        }
        needed = {name: pilot.points_needed(self.target) for name, pilot in competing.items()}
        counted = needed
        closest = min(pilot.error_with(self.left) for pilot in competing.values())
        if min(needed.values()) > self.left and math.isfinite(closest):
            counted = {
                name: pilot.points_for(closest * abs(pilot.estimate.mean))
                for name, pilot in competing.items()
            }
        standings = [
            Standing(name, pilot, needed[name], self.currency.points(counted[name], self._pilots[name][1]))
            for name, pilot in competing.items()
        ]
        return sorted(standings, key=lambda standing: (standing.price, standing.pilot.error_with(self.left)))

    def is_within_reach(self) -> bool:
        """Returns whether somebody would meet the target with the evaluations that are left."""
        return min(standing.needed for standing in self.standings()) <= self.left

    def best(self) -> Standing:
        """Returns the one to measure with, as things are."""
        return self.standings()[0]

    def another_round_pays(
        self, price: float, *, drawing: Sequence[str], left: float, beta: float, new: bool
    ) -> bool:
        """Returns whether a round is expected to save more than it costs.

        Args:
          price: of the round.
          drawing: who takes part.
          left: price of all points that are left, which is what the rest costs at most.
          beta: tempering exponent of the latest fit.
          new: whether somebody takes part for the first time.
        """
        gain = _TEMPERED_GAIN if beta < 1.0 else _FIRST_GAIN if new else self._gain(drawing)
        return price < _PAYBACK * gain * min(self.best().price, left)

    def stalls(self) -> bool:
        """Returns whether the leader's last round took less than 40% off the variance of its weights."""
        saved = self._saved(self.best().name, 1)
        return saved is not None and saved < 0.4

    def learns(self, name: str) -> bool:
        """Returns whether the latest rounds still took 10% each off the variance of one's weights."""
        saved = self._saved(name, _AVERAGED)
        return saved is None or saved > _LEARNS

    def in_touch(self, name: str) -> bool:
        """Returns whether a contender should go on drawing."""
        if not self.n_pilots(name):
            return True
        prices = {standing.name: standing.price for standing in self.standings()}
        if name not in prices:
            return False
        best = self.best()
        if prices[name] <= _IN_TOUCH * best.price:
            return True
        # Rates are uncertain: whoever has the evener weights may still win.
        if best.pilot.stratifies or self.pilots[name].stratifies:
            return False
        return self._variances[name][-1] < _EVENER * self._variances[best.name][-1]

    def _gain(self, drawing: Sequence[str]) -> float:
        """Returns the part of the best price that one of these is expected to save by another round.

        Whoever is dearer now must save the difference first; who draws alone has more rounds for that.
        """
        prices = {standing.name: standing.price for standing in self.standings()}
        least, gains = self.best().price, [_LEAST_GAIN]
        for name in drawing:
            saved = self._saved(name, _AVERAGED)
            own = _FIRST_GAIN if saved is None else min(saved, _FIRST_GAIN)
            if len(drawing) == 1 or (name in prices and prices[name] <= least):
                gains.append(own)
            elif name in prices and least > 0.0:  # nothing is cheaper than one that needs no points
                dearer = prices[name] / least
                gains.append(1.0 - (1.0 - own) * dearer)
        return max(gains)

    def _saved(self, name: str, rounds: int) -> float | None:
        """Returns what a round took off the variance of one's weights, as the mean of the latest rounds.

        Those of the latest alone where there are not so many; None before two rounds.
        """
        variances = self._variances.get(name, [])
        if len(variances) < 2 or math.isinf(variances[-2]):
            return None
        variances = variances[-rounds - 1 :] if len(variances) > rounds else variances[-2:]
        before, now = variances[0], variances[-1]
        return 1.0 - (now / before) ** (1.0 / (len(variances) - 1)) if 0.0 < before < math.inf else 0.0


def _surely_found(pilot: Pilot, log_unit: float) -> float:
    own = pilot.estimate.in_unit(log_unit)
    return abs(own.mean) - 2.0 * own.sdev if math.isfinite(own.sdev) else -math.inf
