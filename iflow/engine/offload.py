"""The measurement on workers: they make the points, compute f there, and send back only sums."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Generator, Iterable
from dataclasses import dataclass
from itertools import chain, islice

import numpy as np

from iflow.engine.tally import Tally, Wanted
from iflow.evaluator import Account
from iflow.executors import Crew, Job, Payload
from iflow.points import Reserved, log_density
from iflow.proposal import Proposal
from iflow.sampler import Sampler

# Batches of a job for each worker: the next job is sent while this one is worked at.
_UNITS_EACH = 4
# Latents that tell what a point costs here, and what one costs to be sent and summed, in seconds.
_N_TRIED, _SENT_AND_SUMMED = 8_192, 1e-6
# What it takes until workers have a proposal, in seconds: that of a flow brings in TensorFlow.
_STARTUP, _STARTUP_OF_FLOW = 0.5, 6.0


@dataclass(frozen=True)
class Unit:
    """A batch that is measured elsewhere.

    Args:
      parts: its latents, replicate by replicate.
      wanted: what is to be summed.
    """

    parts: tuple[Reserved, ...]
    wanted: Wanted


class MeasuringKernel:
    """What workers compute: batches of the measurement, from latents to sums.

    Args:
      sampler: of the run, as it is on a worker.
      proposal: frozen.
    """

    def __init__(self, sampler: Sampler, proposal: Proposal):
        self._sampler, self._proposal = sampler, proposal

    @property
    def most_at_once(self) -> int | None:
        """Points that memory has sufficed for; None where it has never run out."""
        return min((each.most for each in self._sampler.portions if each.most is not None), default=None)

    def __call__(self, units: list[Unit]) -> list[tuple[Tally, Account]]:
        """Returns what each batch comes to, and what there was to count and to note."""
        return [self._measure(unit) for unit in units]

    def _measure(self, unit: Unit) -> tuple[Tally, Account]:
        sampler = self._sampler.on_worker()  # its own, where workers are threads
        latents = [part.take() for part in unit.parts]
        batch = sampler.draw(np.concatenate(latents), self._proposal)
        batch = batch.of_density(log_density(latents, [part.dither for part in unit.parts]))
        tally = Tally.of(batch, [len(part) for part in unit.parts], unit.wanted)
        return tally, sampler.account()


class Offload:
    """Measures on the workers of a crew, where that is faster than to compute f alone there.

    Args:
      crew: whose workers they are.
      sampler: of the run.
      proposal: frozen.
      when: "auto", "measurement" (always) or "integrand" (never), see `ExecutionOptions`.
    """

    def __init__(self, crew: Crew, sampler: Sampler, proposal: Proposal, *, when: str):
        self._crew, self._sampler, self._proposal, self._when = crew, sampler, proposal, when
        self._payload: Payload | None = None
        self._own_seconds: float | None = None

    def pays(self, n: int) -> bool:
        """Returns whether n points are measured sooner by workers alone. No number depends on it."""
        if self._sampler.norm is not None and not self._sampler.norm.is_settled:
            return False  # each worker would take its own first batch for the first one
        if self._when != "auto":
            return self._when == "measurement"
        n_workers, each = self._crew.n_workers, self._sampler.seconds_per_call
        if n_workers < 2 or not self._sampler.keeps_only_sums:
            return False
        startup = _STARTUP_OF_FLOW if self._proposal.name == "flow" else _STARTUP
        if n * self._own() < startup:
            return False
        here, there = max(self._own(), each / n_workers), (self._own() + each) / n_workers
        return n * (here - there) > startup

    def tallies(self, units: Iterable[Unit]) -> Generator[Tally, None, None]:
        """Yields what batches come to, in their order; their points are counted.

        What has come back of batches that are not asked for any more is lost.
        """
        if self._payload is None:
            self._payload = self._crew.pack(MeasuringKernel(self._sampler.on_worker(), self._proposal))
        batches, jobs = iter(units), deque[Job]()
        size = _UNITS_EACH * self._crew.n_workers
        try:
            while True:
                while len(jobs) < 2 and (several := [*islice(batches, size)]):
                    jobs.append(self._crew.post(self._payload, several))
                if not jobs:
                    return
                for tally, account in self._crew.wait(jobs[0], lambda pieces: [*chain(*pieces)]):
                    self._sampler.settle(account)
                    yield tally
                jobs.popleft()
        finally:
            for job in jobs:
                self._crew.give_up(job)

    def _own(self) -> float:
        """Returns the seconds that a point takes here, f apart."""
        if self._own_seconds is None:
            u = np.random.default_rng(0).random((_N_TRIED, self._proposal.latent_dim))
            for _ in range(2):  # the first time may compile
                begun = time.perf_counter()
                self._sampler.domain.forward_and_log_det(self._proposal.place(u)[0])
                self._own_seconds = (time.perf_counter() - begun) / _N_TRIED + _SENT_AND_SUMMED
        return self._own_seconds or 0.0
