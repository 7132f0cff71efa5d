"""A run with any number of workers in virtual time: the real schedule, no executor, no thread, no clock.

The process that hands out work does one thing at a time: what comes back and goes out first, points and
sums when there is nothing of that. So it is as if Python let only one thread compute, which is more
cautious than the truth. Workers take chunks off one queue.

A worker's time is what it computes, and what it waits. It waits for training while that is what the
process does, or for sampling while points are made or summed up, as long as no point is left to be
handed out. All other waiting is called scheduling: handing out, collecting and the way there and back,
ramping up, and waiting for the last chunks of a batch.
"""

from __future__ import annotations

import heapq
import math
from bisect import bisect_right
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from iflow.engine.growth import first_round, next_round
from iflow.executors.chunking import Chunking
from iflow.executors.job import Job
from iflow.executors.payload import Payload
from iflow.executors.schedule import Chunk, Schedule
from iflow.sampler import LARGEST_BATCH

_CAUTIOUS = 4  # of a run that spends its budget, the first round of the measurement is this part
_MOST_AHEAD = 32
_NOTHING = Payload("", None, len)


@dataclass(frozen=True)
class Round:
    """Points that are drawn together.

    Args:
      n: points.
      training: seconds that the process takes before it draws them.
    """

    n: int
    training: float = 0.0


@dataclass(frozen=True)
class Parent:
    """What the process that hands out work takes for it, in seconds.

    Args:
      handling: to hand out a chunk and to take it back.
      place: to make a point.
      add: to sum up a point.
    """

    handling: float
    place: float
    add: float


def rounds_of(prepared: Sequence[Round], neval: int) -> list[Round]:
    """Returns the rounds of a run of so many calls.

    Args:
      prepared: rounds of survey and training; those for which there are too few calls are left out.
      neval: calls in all; the measurement takes what is left, as it does where it cannot meet its target.
    """
    left, sizes, rounds = neval, list[int](), list[Round]()
    for each in prepared:
        if each.n > left // 2:
            break
        rounds.append(each)
        left -= each.n
    while left > 0:
        parts = next_round(sizes, math.inf, left) if sizes else first_round(left / _CAUTIOUS, left)
        sizes += [0] * (1 + max(part.replicate for part in parts) - len(sizes))
        for part in parts:
            sizes[part.replicate] += part.n
        rounds.append(Round(sum(part.n for part in parts)))
        left -= rounds[-1].n
    return rounds


@dataclass(frozen=True)
class Farm:
    """Workers.

    Args:
      n: how many.
      cost: seconds a call, on average.
      spread: of the cost of single calls, as the deviation of its logarithm.
      latency: seconds that a chunk is on its way, there and back each.
      chunking: of the schedule.
    """

    n: int
    cost: float
    spread: float = 0.2
    latency: float = 1e-3
    chunking: Chunking = field(default_factory=Chunking)


@dataclass(frozen=True)
class Outcome:
    """What became of the workers' time.

    Args:
      seconds: of the run.
      neval: its calls.
      chunks: that they were cut into.
      useful: share of the time in which workers compute.
      training: in which they wait for that.
      sampling: in which they wait for points or for sums.
      scheduling: in which they wait for anything else.
    """

    seconds: float
    neval: int
    chunks: int
    useful: float
    training: float
    sampling: float
    scheduling: float


def simulate(farm: Farm, parent: Parent, rounds: Sequence[Round], *, seed: int = 1) -> Outcome:
    """Returns what becomes of a run.

    Args:
      farm: of workers.
      parent: that hands out work.
      rounds: of the run.
      seed: of what single calls take.
    """
    return _Run(farm, parent, rounds, seed).finish()


# What the process does next: work of a kind and seconds, or wait for a job (kind "wait").
_Step = tuple[str, float, Job | None]


class _Run:
    def __init__(self, farm: Farm, parent: Parent, rounds: Sequence[Round], seed: int):
        self._farm, self._parent, self._rounds = farm, parent, rounds
        self._normal = np.random.default_rng(seed).standard_normal
        self._schedule = Schedule(farm.n, farm.chunking, seconds_each=farm.cost)
        self._now, self._useful, self._n_chunks = 0.0, 0.0, 0
        self._free = [0.0] * farm.n
        self._arriving: list[tuple[float, int, Chunk, float]] = []
        self._causes = {"training": _Clock(), "sampling": _Clock()}
        self._lost = dict.fromkeys(self._causes, 0.0)

    def finish(self) -> Outcome:
        for kind, seconds, job in self._steps():
            if job is None:
                self._work(kind, seconds)
            else:
                while not job.has_ended:
                    self._now = max(self._now, self._arriving[0][0])
                    self._take_and_feed()
        end = self._now
        for since in self._free:
            self._blame(since, end)
        whole = end * self._farm.n
        lost = {kind: seconds / whole for kind, seconds in self._lost.items()}
        useful = self._useful / whole
        scheduling = 1.0 - useful - sum(lost.values())
        return Outcome(
            end, sum(each.n for each in self._rounds), self._n_chunks, useful, **lost, scheduling=scheduling
        )

    def _steps(self) -> Iterator[_Step]:
        """Yields what the process does: what `Sampler.stream` does with each round."""
        for each in self._rounds:
            if each.training:
                yield "training", each.training, None
            waiting: deque[Job] = deque()
            for start in range(0, each.n, LARGEST_BATCH):
                n = min(LARGEST_BATCH, each.n - start)
                yield "sampling", n * self._parent.place, None
                waiting.append(Job(range(n), _NOTHING))
                waiting[-1].more_comes = start + n < each.n
                self._schedule.post(waiting[-1])
                self._feed()
                while len(waiting) > 1 and self._has_enough(waiting):
                    yield from self._end(waiting.popleft())
            while waiting:
                yield from self._end(waiting.popleft())

    def _end(self, job: Job) -> Iterator[_Step]:
        yield "wait", 0.0, job
        yield "sampling", job.n * self._parent.add, None

    def _has_enough(self, waiting: deque[Job]) -> bool:
        behind = sum(job.n_waiting for job in waiting) - waiting[0].n_waiting
        return len(waiting) > _MOST_AHEAD or behind * self._farm.cost > self._farm.chunking.ahead(
            self._farm.n
        )

    def _work(self, kind: str, seconds: float) -> None:
        """Works for so long, in between what workers want."""
        while seconds > 0.0:
            until = self._arriving[0][0] if self._arriving else math.inf
            done = min(seconds, max(0.0, until - self._now))
            if not self._schedule.n_waiting:
                self._causes[kind].add(self._now, self._now + done)
            self._now, seconds = self._now + done, seconds - done
            if seconds > 0.0:
                self._take_and_feed()

    def _take_and_feed(self) -> None:
        """Takes all that has arrived, then hands out."""
        while self._arriving and self._arriving[0][0] <= self._now:
            _, _, chunk, seconds = heapq.heappop(self._arriving)
            self._now += 0.5 * self._parent.handling
            self._schedule.came_back(chunk, None, seconds)
        self._feed()

    def _feed(self) -> None:
        while (chunk := self._schedule.next_chunk(self._now)) is not None:
            self._now += 0.5 * self._parent.handling
            self._send(chunk)

    def _send(self, chunk: Chunk) -> None:
        since = heapq.heappop(self._free)
        begin = max(since, self._now + self._farm.latency)
        self._blame(since, begin)
        width = self._farm.spread / math.sqrt(chunk.n)
        seconds = chunk.n * self._farm.cost * math.exp(width * self._normal() - 0.5 * width * width)
        self._useful += seconds
        self._n_chunks += 1
        heapq.heappush(self._free, begin + seconds)
        arrival = begin + seconds + self._farm.latency
        heapq.heappush(self._arriving, (arrival, self._n_chunks, chunk, seconds))

    def _blame(self, since: float, until: float) -> None:
        """Notes what a worker waited for."""
        for kind, clock in self._causes.items():
            self._lost[kind] += clock.up_to(until) - clock.up_to(since)


class _Clock:
    """How long something has been going on, as a function of time."""

    def __init__(self) -> None:
        self._times, self._totals = [0.0], [0.0]

    def add(self, begin: float, end: float) -> None:
        """Notes that it went on from one time to another, both later than all before."""
        if end > begin:
            self._times += [begin, end]
            self._totals += [self._totals[-1], self._totals[-1] + end - begin]

    def up_to(self, time: float) -> float:
        """Returns how long it had gone on at a time."""
        place = bisect_right(self._times, time) - 1
        total = self._totals[place]
        if place + 1 < len(self._times) and self._totals[place + 1] > total:
            total += time - self._times[place]
        return total
