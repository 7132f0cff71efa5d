"""The measurement: replicates of points from one frozen proposal, streamed into running sums."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass, field

import numpy as np

from iflow.batch import Batch
from iflow.engine.component_measurement import ComponentMeasurement
from iflow.engine.growth import Part
from iflow.options import Target
from iflow.points import STREAMS, Points
from iflow.statistics.estimate import Accumulator, Estimate
from iflow.statistics.spread import ROUNDING, spread
from iflow.statistics.surprise import Surprise
from iflow.statistics.weight_histogram import WeightHistogram
from iflow.weight_statistics import WeightStatistics


@dataclass
class _Replicate:
    points: Points
    total: Accumulator = field(default_factory=Accumulator)
    round: Accumulator = field(default_factory=Accumulator)
    before: Estimate | None = None

    def add(self, batch: Batch) -> None:
        for accumulator in (self.total, self.round):
            accumulator.add(batch.sign, batch.log_weight)

    def close_round(self, log_unit: float) -> None:
        self.before, self.round = self.total.estimate(log_unit), Accumulator()


# Latents of several replicates, each with its number, that make one batch.
_Latents = list[tuple[int, np.ndarray]]


class Measurement:
    """Everything that the quoted number is made of; grows by rounds, stores no point.

    Args:
      latent_dim: coordinates of a latent of the proposal.
      kind: of the points, "sobol" or "random".
      seed: of all replicates.
      log: whether f is given by its logarithm: estimates are in units of the largest weight.
      components: takes the weights of several integrals; None for a single one.

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
    ):
        self._latent_dim, self.kind, self._seed = latent_dim, kind, seed
        self._log, self.components = log, components
        self._replicates: list[_Replicate] = []
        self._statistics = WeightStatistics()
        self._queue: list[Part] = []
        self._pending: list[_Latents] = []
        self._n_handed_out = 0
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
    def is_growing(self) -> bool:
        """Whether points of the round under way are still to be taken."""
        return bool(self._queue or self._pending)

    @property
    def n_waiting(self) -> int:
        """Points of the round under way that are still to be taken."""
        return sum(part.n for part in self._queue) + sum(map(_n, self._pending))

    @property
    def n_ahead(self) -> int:
        """Points that were handed out and have not come back."""
        return sum(map(_n, self._pending[: self._n_handed_out]))

    def grow(self, parts: list[Part]) -> None:
        """Begins a round: so many more points for each replicate; new ones get the next numbers."""
        self._queue = list(parts)
        for part in parts:
            while part.replicate >= len(self._replicates):
                (seed,) = self._seed.spawn(1)
                self._replicates.append(_Replicate(STREAMS[self.kind](self._latent_dim, seed)))

    def begin_again(self) -> None:
        """Hands out again what was handed out and has not come back."""
        self._n_handed_out = 0

    def next_latents(self, most: int) -> np.ndarray:
        """Returns the next latents of the round, [n, latent_dim], 1 <= n <= most.

        They may be handed out before those handed out earlier come back to `add`, which wants them in
        the same order. After `begin_again` they are the same ones again; fewer of them where `most` is
        less.
        """
        most = max(most, 1)
        if self._n_handed_out == len(self._pending):
            self._pending.append(self._take(most))
        latents = self._pending[self._n_handed_out]
        if most < _n(latents):
            self._pending[self._n_handed_out : self._n_handed_out + 1] = _split(latents, most)
        self._n_handed_out += 1
        return np.concatenate([each for _, each in self._pending[self._n_handed_out - 1]])

    def _take(self, most: int) -> _Latents:
        """Returns the next latents of as many replicates as fit."""
        taken: _Latents = []
        while self._queue and (not taken or _n(taken) + self._queue[0].n <= most):
            part = self._queue.pop(0)
            # Cut to a power of 2: nets begin with one.
            size = part.n if part.n <= most else 1 << most.bit_length() - 1
            if size < part.n:
                self._queue.insert(0, Part(part.replicate, part.n - size))
            taken.append((part.replicate, self._replicates[part.replicate].points.take(size)))
        return taken

    def add(self, batch: Batch) -> None:
        """Adds the points made of the earliest latents that have not come back."""
        if not self._n_handed_out or len(batch) != _n(self._pending[0]):
            raise RuntimeError("a batch must be made of latents that were handed out, in their order")
        parts = self._pending.pop(0)
        self._n_handed_out -= 1
        self._statistics.add(batch)
        weights = batch.weights
        if self.components is not None and weights is not None:
            self.components.add(weights)
        start = 0
        for number, latents in parts:
            end = start + len(latents)
            self._replicates[number].add(batch.rows(start, end))
            if self.components is not None and weights is not None:
                self.components.add_to(number, weights[start:end])
            start = end

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
        if self.kind == "random" or not 0.0 < own.sdev < math.inf:
            return own
        found = spread(np.array([part.n for part in parts]), np.array([part.mean for part in parts]))
        if found is None:
            return own
        return dataclasses.replace(own, sdev=max(float(found.sdev), ROUNDING * abs(own.mean)))


def _n(latents: _Latents) -> int:
    return sum(len(each) for _, each in latents)


def _split(latents: _Latents, n: int) -> list[_Latents]:
    """Returns the first n latents and the others."""
    first: _Latents = []
    for index, (number, each) in enumerate(latents):
        room = n - _n(first)
        if len(each) >= room:
            first.append((number, each[:room]))
            rest = [(number, each[room:])] if room < len(each) else []
            return [first, rest + latents[index + 1 :]]
        first.append((number, each))
    return [first, []]
