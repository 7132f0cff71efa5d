"""Finds where f is on infinite axes, and moves the maps of those axes there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from iflow.domain.box import Box
from iflow.engine.locating.climbing import find_modes
from iflow.engine.locating.glimpses import ExhaustedError, Glimpses
from iflow.engine.locating.probes import in_addition, probes
from iflow.engine.locating.spreading import Spread, spread
from iflow.engine.tempering import effective_fraction
from iflow.logbook import Logbook
from iflow.proposal import Proposal
from iflow.sampler import Sampler
from iflow.statistics.estimate import Accumulator, Estimate
from iflow.statistics.seen import Seen

# Points of a map that is looked at, and the effective ones with which it is good enough.
_POINTS, _ENOUGH = 256, 10.0
# Most of the budget that all of it may take, and most calls.
_LARGEST_SHARE, _LARGEST_NUMBER = 1.0 / 16.0, 16_384
# What a moved map must find to be taken: so many times the effective points, or e times as much; and not
# less than e^-3 of what was found before.
_BETTER, _MORE, _LESS = 2.0, 1.0, -3.0
# The effective fraction of a normal law drawn from the Cauchy law that suits it, for each axis. What has
# less than a third of that is correlated, or has heavy tails in all directions: near its middle a wider map
# is all but linear, which leaves ellipses as they are, and proposals can follow them.
_NORMAL, _FAR, _WIDER = 0.8, 1.0 / 3.0, 7.0


@dataclass(frozen=True)
class View:
    """What uniform points of the cube show through one map.

    Args:
      log_f: log(|f| |dx/dz|), [n]; -inf where f = 0.
    """

    log_f: np.ndarray

    @property
    def ess(self) -> float:
        """Effective sample size; 0 where nothing was found."""
        return effective_fraction(self.log_f) * len(self.log_f) if np.isfinite(self.log_f).any() else 0.0

    @property
    def log_mean(self) -> float:
        """Log of the integral of |f|, as far as these points tell."""
        return float(np.logaddexp.reduce(self.log_f) - np.log(len(self.log_f)))

    def estimate(self, *, in_log: bool) -> Estimate:
        """Returns the estimate of the integral of |f|, in units of its largest value where asked for."""
        accumulator = Accumulator()
        accumulator.add(np.isfinite(self.log_f).astype(float), self.log_f)
        largest = float(self.log_f.max())
        return accumulator.estimate(largest if in_log and np.isfinite(largest) else 0.0)


class Locating:
    """A short look at an integrand with infinite limits, before everything else.

    If 256 points of the maps as they are have an effective sample size of 10, all stays as it is. If not, |f|
    is followed upwards from where it is not 0 - where it is 0 everywhere, from points of many sizes - to its
    modes, and the maps are moved to cover them. They are not moved again: whatever is drawn later is drawn
    through frozen maps, so that the estimate has no bias from this. Its points are not used again.

    Args:
      sampler: evaluates f.
      logbook: takes a row.
      seed: of all its points.

    Attributes:
      done: whether it is settled.
    """

    def __init__(
        self,
        sampler: Sampler,
        logbook: Logbook,
        *,
        seed: np.random.SeedSequence,
    ):
        self._sampler, self._logbook, self._seed = sampler, logbook, seed
        self._most = min(int(_LARGEST_SHARE * sampler.left), _LARGEST_NUMBER)
        self._has_found = True
        self._n = 0
        self._around: Spread | None = None
        self.done = not sampler.box.unbounded.any() or self._most < _POINTS

    def run(self, is_out_of_time: Callable[[], bool]) -> None:
        """Does it once; after an exception it begins again, with the same points.

        Args:
          is_out_of_time: whether to stop early.
        """
        if self.done:
            return
        self._logbook.say("looking for f")
        rng, before = np.random.default_rng(self._seed), self._sampler.neval
        glimpses = Glimpses(self._sampler.look, self._sampler.box, self._most, is_out_of_time)
        view, name = self._view(glimpses, self._sampler.box, rng), "default maps"
        if view.ess < _ENOUGH:
            moved = self._search(glimpses, rng)
            ahead = None if moved is None else self._view(glimpses, moved, rng)
            if moved is not None and ahead is not None and _is_better(ahead, view):
                view, name = ahead, "moved maps"
                factor = _WIDER if self._is_far_from_a_product(ahead) else 1.0
                self._sampler.move(moved.location, _from_limits(moved, moved.location, factor * moved.scale))
        self._has_found, self._n, self.done = glimpses.has_found, glimpses.n, True
        own = replace(view.estimate(in_log=self._sampler.log), n=self._sampler.neval - before)
        unit = own.log_unit
        self._logbook.write("survey", own, self._sampler.neval, proposal=name, log_unit=unit)
        self._sampler.keep_state()

    def remarks(self) -> tuple[str, ...]:
        """Returns what the user should know about it."""
        if self._has_found:
            return ()
        return (
            f"f was 0 at all {self._n:,} points of a search from 1e-3 to 1e6 along its infinite axes: give "
            "limits that are near where it is not, or log|f| (log=True) where it underflows",
        )

    def _is_far_from_a_product(self, view: View) -> bool:
        """Returns whether one mode is worse to draw from than a product of normal laws would be."""
        if self._around is None or self._around.n_modes > 1:
            return False
        n_axes = int(self._sampler.box.unbounded.sum())
        return view.ess < _FAR * _NORMAL**n_axes * _POINTS

    @staticmethod
    def _view(glimpses: Glimpses, box: Box, rng: np.random.Generator) -> View:
        """Returns what a map shows; nothing where it may not be looked through any more."""
        z = np.clip(rng.random((_POINTS, box.dim)), np.finfo(float).tiny, None)
        t, log_slope = box.forward_and_log_slope(z)
        try:
            return View(glimpses.look(t) + log_slope.sum(axis=1))
        except ExhaustedError:
            return View(np.full(_POINTS, -np.inf))

    def look_back(self, proposal: Proposal) -> Seen:
        """Returns what a proposal makes of the points that were drawn around the modes."""
        if self._around is None:
            return Seen.nothing()
        found, box = np.isfinite(self._around.log_f), self._sampler.box
        if not found.any():
            return Seen.nothing()
        t, log_f, log_q = (getattr(self._around, name)[found] for name in ("t", "log_f", "log_q"))
        y = box.inverse(t)
        log_density = proposal.log_density(y) - box.log_slope_of(t, y)
        return Seen(
            sign=np.full(len(y), np.nan),
            log_weight=log_f - log_density,
            log_volume=log_density - log_q - np.log(len(found)),
        )

    def _search(self, glimpses: Glimpses, rng: np.random.Generator) -> Box | None:
        """Returns the box with its maps where f is, or None where it was not found."""
        box = self._sampler.box
        try:
            if glimpses.has_found:
                glimpses.look(in_addition(box, rng))
            else:
                sets = probes(box, rng)
                while not glimpses.has_found:
                    glimpses.look(next(sets))
        except ExhaustedError:
            pass
        modes = find_modes(glimpses) if glimpses.has_found else []
        if not modes:
            return None
        self._around = spread(glimpses, modes, rng)
        location, scale = self._around.location, self._around.scale
        scale = np.where(box.integer, np.maximum(scale, 0.5), scale)
        return box.moved(location, _from_limits(box, location, scale))


def _from_limits(box: Box, location: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Returns the scales, [dim]; for one that begins at a limit the distance from there is the scale."""
    left, right = np.isfinite(box.low), np.isfinite(box.high)
    distance = np.where(left, location - box.low, np.where(right, box.high - location, np.inf))
    return np.where(distance > 3.0 * scale, scale, np.maximum(scale, distance))


def _is_better(ahead: View, before: View) -> bool:
    """Returns whether a moved map shows clearly more of f."""
    if not ahead.ess:
        return False
    if not before.ess:
        return True
    gained = ahead.log_mean - before.log_mean
    return gained > _LESS and (gained > _MORE or ahead.ess > _BETTER * before.ess)
