"""The scout: draws the points that contenders are judged by, and keeps every one."""

from __future__ import annotations

import math
from collections.abc import Generator, Mapping
from contextlib import closing
from dataclasses import dataclass
from itertools import chain

import numpy as np

from iflow.batch import Batch, concatenate
from iflow.engine import costs
from iflow.engine.contenders import Contender
from iflow.engine.growth import N_REPLICATES
from iflow.engine.pilot import take_pilot
from iflow.engine.race import Race
from iflow.engine.replay import Replay
from iflow.history import Phase
from iflow.logbook import Logbook
from iflow.points import STREAMS
from iflow.proposal import Proposal
from iflow.sampler import Sampler
from iflow.several.counted import Counted
from iflow.statistics.omitted import OmittedSums
from iflow.statistics.seen import Seen

# Number of a slice, from 1, and how many there are.
Arrivals = Generator[tuple[int, int], None, None]
# Points of each batch that are kept to see what the frozen proposal makes of them.
_N_HEAVIEST = 500
_N_FARTHEST = 100


@dataclass(frozen=True)
class Look:
    """So many fresh points of one contender.

    Args:
      name: of the contender.
      n: points; a multiple of 16 for nets.
      nets: whether they are 16 nets rather than independent points.
      n_slices: batches that they come in; more than one only for independent points.
    """

    name: str
    n: int
    nets: bool
    n_slices: int = 1

    @property
    def size(self) -> int:
        """Points that are spread evenly together: those of a net, or each on its own."""
        return self.n // N_REPLICATES if self.nets else 1

    @property
    def phase(self) -> Phase:
        """Of the run: it is surveyed by uniform points."""
        return "survey" if self.name == "uniform" else "training"


class Scout:
    """Draws round by round; what is drawn goes to the replay buffer, the race and the logbook.

    Args:
      sampler: evaluates f.
      logbook: takes a row for each batch.
      race: takes a pilot of each batch.
      replay: takes the points.
      seed: of every point.
      counted: which of several integrals have to meet the target; None for a single one.

    Attributes:
      drawn: the points of the round under way, by the contender that they were drawn from.
      omitted: how much of the volume points that count as 0 stand for, by uniform ones; None before the
        first.
    """

    omitted: OmittedSums | None = None

    def __init__(
        self,
        sampler: Sampler,
        logbook: Logbook,
        race: Race,
        replay: Replay,
        *,
        seed: np.random.SeedSequence,
        counted: Counted | None = None,
    ):
        self._sampler, self._logbook, self._race, self._replay = sampler, logbook, race, replay
        self._seed, self._counted = seed, counted
        self._waiting: list[Look] = []
        # Of the look under way: slices that have arrived, latents of the others.
        self._arrived: list[Batch] = []
        self._missing: list[np.ndarray] = []
        self._extreme: list[tuple[int, Batch]] = []
        self.drawn: dict[str, Batch] = {}

    @property
    def is_busy(self) -> bool:
        """Whether a round is under way."""
        return bool(self._waiting or self.drawn)

    def begin_round(self, looks: list[Look]) -> None:
        """Begins a round in which these are to be drawn, one after the other."""
        self._waiting, self.drawn = list(looks), {}
        self._arrived, self._missing = [], []

    def draw(self, contenders: Mapping[str, Contender], beta: float) -> None:
        """Draws what is still to be drawn in this round; after an exception it can be called again.

        Args:
          contenders: by name.
          beta: tempering exponent of their fit.
        """
        for _ in self.arrivals(contenders, beta):
            pass

    def arrivals(self, contenders: Mapping[str, Contender], beta: float) -> Arrivals:
        """Does the same, and yields at every slice of a look its number, from 1, and how many there are.

        All points of a look are placed before its first slice is yielded: until the second is asked for,
        its contender may learn from the first. In a round that is taken up again, its contender must be as
        it was when the look began; what has arrived of the look is yielded once more.

        Args: those of `draw`.
        """
        if not self._waiting:
            yield from ((number, len(self._arrived)) for number in range(1, len(self._arrived) + 1))
        while self._waiting:
            look = self._waiting[0]
            if look.n - sum(map(len, self._arrived)) > self._sampler.left:
                # Spent on batches that f did not survive: what has arrived is all that there will be.
                self._waiting, self._missing = [look] if self._arrived else [], []
            if self._waiting:
                yield from self._draw(look, contenders[look.name], beta)

    def end_round(self) -> None:
        """Ends the round."""
        self.drawn, self._arrived = {}, []

    def look_back(self, proposal: Proposal) -> Seen:
        """Returns what a proposal makes of the extreme points of every batch."""
        if not self._extreme:
            return Seen.nothing()
        n = sum(size for size, _ in self._extreme)
        points = concatenate([batch for _, batch in self._extreme])
        log_density = proposal.log_density(points.y)
        return Seen(
            sign=points.sign,
            log_weight=points.log_f - log_density,
            log_volume=log_density - points.log_q - math.log(n),
        )

    def _draw(self, look: Look, contender: Contender, beta: float) -> Arrivals:
        proposal, loss = contender.proposal(look.size), contender.loss
        self._logbook.begin(look.phase, look.n, self._sampler.neval, proposal=look.name)
        if not (self._arrived or self._missing):  # after an exception the same points are tried again
            self._missing = np.array_split(self._make_latents(proposal.latent_dim, look), look.n_slices)
        there, missing = tuple(self._arrived), tuple(self._missing)
        n_slices = len(there) + len(missing)
        with closing(self._sampler.stream(missing, proposal, look.phase, at_once=True)) as stream:
            for number, batch in enumerate(chain(there, stream), 1):
                if number > len(there):
                    self._missing.pop(0)
                    self._arrived.append(batch)
                    self._replay.add(batch, proposal)
                if number == n_slices:
                    self._close(look, contender, beta, loss)
                else:
                    self._logbook.advance(self._sampler.neval)
                begun = self._logbook.seconds
                yield number, n_slices
                self._logbook.leave_out(self._logbook.seconds - begun)

    def _close(self, look: Look, contender: Contender, beta: float, loss: float) -> None:
        """Judges a look as a whole, and tells of it."""
        batch = self._arrived[0] if len(self._arrived) == 1 else concatenate(self._arrived)
        if look.name == "uniform":
            self.omitted = self.omitted or OmittedSums()
            self.omitted.add(batch.omitted, batch.log_q)
        pilot = take_pilot(
            batch,
            nets=look.nets,
            typical_rate=costs.typical_rate(look.name, self._sampler.dim),
            fastest_rate=costs.FASTEST_RATE[look.name],
            stratifies=contender.stratifies,
            log_unit=_log_unit(batch) if self._sampler.log else 0.0,
        )
        if self._counted is not None:
            pilot = pilot.with_several(batch, self._counted, nets=look.nets)
        self._extreme.append((len(batch), batch.extremes(_N_HEAVIEST, _N_FARTHEST)))
        self._race.enter(look.name, pilot, contender.seconds_per_point)
        # Everything is kept before anyone is told: what the reporter does must not lose it.
        self.drawn[look.name] = batch
        self._waiting.pop(0)
        if self._waiting:
            self._arrived = []
        self._logbook.write(
            look.phase,
            pilot.estimate,
            self._sampler.neval,
            proposal=look.name,
            n_needed=pilot.points_needed(self._race.target),
            beta=math.nan if look.name == "uniform" else beta,
            loss=loss,
            log_unit=pilot.estimate.log_unit,
        )

    def _make_latents(self, latent_dim: int, look: Look) -> np.ndarray:
        if not look.nets:
            (seed,) = self._seed.spawn(1)
            return STREAMS["random"](latent_dim, seed).take(look.n)
        seeds = self._seed.spawn(N_REPLICATES)
        return np.concatenate([STREAMS["sobol"](latent_dim, seed).take(look.size) for seed in seeds])


def _log_unit(batch: Batch) -> float:
    """Returns the logarithm of the largest weight; 0 where none is nonzero."""
    largest = float(batch.log_weight.max())
    return largest if math.isfinite(largest) else 0.0
