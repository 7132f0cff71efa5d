"""The measurement: replicates of points from one frozen proposal, streamed into running sums."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass, field

import numpy as np

from iflow.batch import Batch
from iflow.engine.component_measurement import ComponentMeasurement
from iflow.engine.growth import Part
from iflow.engine.latents import Latents, Lot
from iflow.engine.tally import Tally, Wanted
from iflow.options import Target
from iflow.points import STREAMS, DitheredPoints, Points, Reserved, log_density
from iflow.statistics.estimate import Accumulator, Estimate
from iflow.statistics.omitted import OmittedSums
from iflow.statistics.spread import ROUNDING, spread
from iflow.statistics.summit import Summit
from iflow.statistics.surprise import Surprise
from iflow.statistics.weight_histogram import WeightHistogram
from iflow.weight_statistics import WeightStatistics


@dataclass
class _Replicate:
    points: Points
    total: Accumulator = field(default_factory=Accumulator)
    round: Accumulator = field(default_factory=Accumulator)
    before: Estimate | None = None

    def merge(self, part: Accumulator) -> None:
        self.total.merge(part)
        self.round.merge(part)

    def close_round(self, log_unit: float) -> None:
        self.before, self.round = self.total.estimate(log_unit), Accumulator()


class Measurement:
    """Everything that the quoted number is made of; grows by rounds, stores no point.

    Args:
      latent_dim: coordinates of a latent of the proposal.
      kind: of the points, "sobol" or "random".
      seed: of all replicates.
      log: whether f is given by its logarithm: estimates are in units of the largest weight.
      components: takes the weights of several integrals; None for a single one.
      displacement: of nets, at most, as a part of an axis; 0 for nets as they are. See `Dither`.

    Attributes:
      kind: of the points.
      components: of several integrals; None for a single one.
    """

    def __init__(
        self,
        latent_dim: int,
        *,
        kind: str,
        seed: np.random.SeedSequence,
        log: bool = False,
        components: ComponentMeasurement | None = None,
        displacement: float = 0.0,
    ):
        self._latent_dim, self.kind, self._seed = latent_dim, kind, seed
        self._log, self.components, self._displacement = log, components, displacement
        self._replicates: list[_Replicate] = []
        self._statistics = WeightStatistics()
        self._latents = Latents()
        self._surprise = Surprise()

    @property
    def sizes(self) -> list[int]:
        """Points of each replicate."""
        return [replicate.total.n for replicate in self._replicates]

    @property
    def n(self) -> int:
        """Points so far."""
        return sum(self.sizes)

    @property
    def omitted(self) -> OmittedSums | None:
        """How much of the volume points that count as 0 stand for; None where nothing was measured."""
        return self._statistics.omitted

    @property
    def is_growing(self) -> bool:
        """Whether points of the round under way are still to be added."""
        return self.n_waiting > 0

    @property
    def n_waiting(self) -> int:
        """Points of the round under way that are still to be added."""
        return self._latents.n_waiting

    @property
    def n_ahead(self) -> int:
        """Points whose latents were handed out, and that are still to be added."""
        return self._latents.n_ahead

    @property
    def wanted(self) -> Wanted:
        """What a tally is to keep of a batch; one of before leads to the same state by larger tallies."""
        components = None if self.components is None else self.components.wanted
        return Wanted(self._statistics.floors, components)

    def grow(self, parts: list[Part]) -> None:
        """Begins a round: so many more points for each replicate; new ones get the next numbers."""
        self._latents.begin(parts)
        for part in parts:
            while part.replicate >= len(self._replicates):
                (seed,) = self._seed.spawn(1)
                self._replicates.append(_Replicate(self._stream(seed, part.n)))

    def _stream(self, seed: np.random.SeedSequence, n: int) -> Points:
        """Returns the points of a new replicate, which begins with n."""
        if self.kind == "sobol" and self._displacement:
            return DitheredPoints(self._latent_dim, seed, n, most=self._displacement)
        return STREAMS[self.kind](self._latent_dim, seed)

    def begin_again(self) -> None:
        """Hands out again the latents that were handed out and whose points were not added."""
        self._latents.begin_again()

    def next_latents(self, most: int) -> np.ndarray:
        """Returns the next latents of the round, [n, latent_dim], 1 <= n <= most.

        They may be handed out before the points of those before them are added. After `begin_again` they
        are the same ones again; fewer of them where `most` is less.
        """
        return np.concatenate([lot.latents.take() for lot in self._hand_out(most, reserve=False)])

    def next_reserved(self, most: int) -> tuple[Reserved, ...]:
        """Returns what makes the next latents of the round, replicate by replicate; see `next_latents`."""
        return tuple(lot.latents for lot in self._hand_out(most, reserve=True))

    def _hand_out(self, most: int, *, reserve: bool) -> list[Lot]:
        streams = [replicate.points for replicate in self._replicates]
        return self._latents.hand_out(max(most, 1), streams, reserve=reserve)

    def add(self, batch: Batch) -> None:
        """Adds the points made of the earliest latents that were handed out."""
        self.add_tally(self.tally(batch))

    @property
    def part_sizes(self) -> list[int]:
        """Points of each replicate, in their order, of the earliest batch that was handed out."""
        return [lot.n for lot in self._latents.front()]

    def tally(self, batch: Batch) -> Tally:
        """Returns what the points come to that are made of the earliest latents that were handed out.

        Args:
          batch: with the density that the proposal alone has.
        """
        if len(batch) != sum(self.part_sizes):
            raise RuntimeError("a batch must be made of latents that were handed out, in their order")
        parts = [lot.latents for lot in self._latents.front()]
        density = log_density([part.take() for part in parts], [part.dither for part in parts])
        return Tally.of(batch.of_density(density), self.part_sizes, self.wanted)

    def add_tally(self, tally: Tally) -> None:
        """Adds what the points made of the earliest latents came to, wherever that was summed.

        Batch after batch in the order of the latents; the state is that of `add`, bit for bit.

        Raises:
          RuntimeError: if its parts are not those of the latents that were handed out, or it does not keep
            what is wanted.
        """
        lots = self._latents.front()
        if list(tally.sizes) != self.part_sizes:
            raise RuntimeError("a tally must have the parts of latents that were handed out, in their order")
        if (tally.components is None) != (self.components is None):
            raise RuntimeError("a tally must keep what the measurement wants: make it with its `wanted`")
        if self.components is not None and tally.components is not None:
            self.components.add_tally(tally.components, [(lot.replicate, lot.n) for lot in lots])
        self._statistics.merge(tally.statistics)
        for lot, part in zip(lots, tally.parts, strict=True):
            self._replicates[lot.replicate].merge(part)
        self._latents.take_off()

    def close_round(self) -> Estimate:
        """Ends the round and returns its own estimate."""
        own = Accumulator()
        for replicate in self._replicates:
            own.merge(replicate.round)
        unit = self._log_unit()
        rounds = [replicate.round.estimate(unit) for replicate in self._replicates]
        estimate = self._with_spread(own.estimate(unit), rounds)
        news = [(new, r.before) for new, r in zip(rounds, self._replicates, strict=True) if new.n]
        changes = [new.mean - old.in_unit(unit).mean for new, old in news if old is not None]
        self._surprise.add(np.array(changes))
        for replicate in self._replicates:
            replicate.close_round(unit)
        if self.components is not None:
            self.components.close_round()
        return estimate

    def estimate(self) -> Estimate:
        """Returns the estimate from every point added."""
        unit = self._log_unit()
        parts = [replicate.total.estimate(unit) for replicate in self._replicates]
        return self._with_spread(self._statistics.estimate(unit), parts)

    def excess(self, target: Target) -> float:
        """Returns how many times the error is what the target allows, the worst one of those that count."""
        if self.components is not None:
            return self.components.excess(target)
        estimate = self.estimate()
        return float(target.excess(estimate.mean, estimate.sdev))

    def spread_ratio(self) -> float:
        """Returns the error over that of as many independent points; nan when there is nothing yet."""
        estimate = self.estimate()
        if not estimate.n or not 0.0 < estimate.deviation < math.inf:
            return math.nan
        return estimate.sdev * math.sqrt(estimate.n) / estimate.deviation

    def consistency(self) -> tuple[float, int, float]:
        """Returns chi2 between the rounds, its degrees of freedom, and its probability Q."""
        return float(self._surprise.chi2), self._surprise.dof, float(self._surprise.probability())

    def tail_index(self) -> float:
        """Returns the Pareto index of the largest weights."""
        return self._statistics.tail_index()

    def summit(self) -> Summit:
        """Returns what the largest |f| look like, in the unit of `estimate`."""
        return self._statistics.summit(self._log_unit())

    def least(self) -> float:
        """Returns the smallest |w| that is not 0 of nets, in the unit of `estimate`; 0 of other points."""
        return 0.0 if self.kind == "random" else self._statistics.least(self._log_unit())

    def histogram(self) -> WeightHistogram:
        """Returns the distribution of the weights."""
        return self._statistics.histogram(self._log_unit())

    def _log_unit(self) -> float:
        return self._statistics.log_scale if self._log else 0.0

    def _with_spread(self, own: Estimate, parts: list[Estimate]) -> Estimate:
        """Returns the estimate with the error that the spread of nets tells, where there are enough."""
        if not 0.0 < own.sdev < math.inf:
            return own
        sdev = own.sdev
        if self.kind != "random":
            found = spread(np.array([part.n for part in parts]), np.array([part.mean for part in parts]))
            sdev = sdev if found is None else float(found.sdev)
        return dataclasses.replace(own, sdev=max(sdev, ROUNDING * abs(own.mean)))
