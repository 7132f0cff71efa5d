"""Who gets which chunk next, and what becomes of those that fail. No executor, no clock, no thread."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import takewhile
from typing import Any

from iflow.executors.chunking import Chunking, round_size
from iflow.executors.faults import died, failed, timed_out
from iflow.executors.job import Job, Piece
from iflow.executors.losses import Losses

# Chunks that a worker has at once: the next one is there when it ends one.
_DEPTH = 2
# What a chunk counts in the average of times against the next one.
_KEPT = 0.99
# Items that a guess of their time counts for.
_GUESSED = 1e-6
# A chunk is expected to take this part of the timeout at most: some points take longer than others.
_PART_OF_TIMEOUT = 0.25


@dataclass(eq=False)
class Chunk:
    """Items of a job that one worker computes.

    Args:
      job: that they belong to.
      start: number of the first item.
      end: number after the last.
      n_failed: how often they failed, on whatever worker.
      n_deaths: how often the pool broke while some worker had them.
      n_unknown: how often a worker did not know what to compute.
      submitted: when they were sent last, in seconds of any clock.
    """

    job: Job
    start: int
    end: int
    n_failed: int = 0
    n_deaths: int = 0
    n_unknown: int = 0
    submitted: float = 0.0

    @property
    def n(self) -> int:
        """Number of items."""
        return self.end - self.start

    @property
    def items(self) -> Any:
        """What is to be computed."""
        return self.job.items[self.start : self.end]

    def halves(self) -> tuple[Chunk, Chunk]:
        """Returns two that it falls into; they are as suspect as it is."""
        middle = (self.start + self.end) // 2
        return (
            Chunk(self.job, self.start, middle, n_deaths=self.n_deaths),
            Chunk(self.job, middle, self.end, n_deaths=self.n_deaths),
        )


@dataclass
class Schedule:
    """The chunks under way, and what comes next.

    Jobs are worked at in the order in which they are posted. A chunk that failed goes first. When the
    pool breaks, nobody knows whose chunk did it: all that were under way are sent again, and those that
    were under way twice alone. Where the pool breaks then too, the chunk is cut in halves, down to the point
    that does it: workers may die for many reasons, but hardly ever on a single point again and again.

    Args:
      n_workers: that share the work.
      chunking: sizes of chunks.
      retries: how often a chunk may fail before its job does.
      timeout: seconds after which a chunk is sent elsewhere; None for never.
      seconds_each: what an item takes of a kernel of which nothing else is known; 0 where nothing is.
      losses: what faults have cost.
      ready_at: no chunk is late before this, in seconds of the same clock: workers are starting.
      under_way: chunks that workers have, in the order in which they were sent.
    """

    n_workers: int
    chunking: Chunking
    retries: int = 2
    timeout: float | None = None
    seconds_each: float = 0.0
    losses: Losses = field(default_factory=Losses)
    ready_at: float = -math.inf
    under_way: dict[Chunk, None] = field(default_factory=dict)
    _jobs: deque[Job] = field(default_factory=deque)
    _again: deque[Chunk] = field(default_factory=deque)
    _suspects: deque[Chunk] = field(default_factory=deque)
    _timed: dict[str, tuple[float, float]] = field(default_factory=dict)
    _is_suspicious: bool = False

    @property
    def n_waiting(self) -> int:
        """Items that no worker has yet."""
        back = sum(chunk.n for queue in (self._again, self._suspects) for chunk in queue)
        return sum(job.n_waiting for job in self._jobs) + back

    @property
    def headcount(self) -> tuple[int, int]:
        """How many workers have something to do, and of how many."""
        return min(len(self.under_way), self.n_workers), self.n_workers

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to do."""
        return not (self.under_way or self.n_waiting)

    def post(self, job: Job) -> None:
        """Adds a job, or one again that had failed: what came back of it before stays."""
        if job in self._jobs:
            return
        own = [chunk for chunk in self.under_way if chunk.job is job]
        job.revive([(chunk.start, chunk.end) for chunk in own])
        if not job.is_complete:
            self._jobs.append(job)

    def drop(self, job: Job) -> None:
        """Takes a job off; its chunks that are under way still come back to it."""
        if job in self._jobs:
            self._jobs.remove(job)
        self._again = deque(chunk for chunk in self._again if chunk.job is not job)
        self._suspects = deque(chunk for chunk in self._suspects if chunk.job is not job)

    def next_chunk(self, now: float) -> Chunk | None:
        """Returns what to send next; None where there is nothing, or where enough is under way."""
        chunk = self._choose()
        if chunk is not None:
            chunk.submitted = now
            self.under_way[chunk] = None
        return chunk

    def _choose(self) -> Chunk | None:
        if len(self.under_way) >= (1 if self._is_suspicious else _DEPTH * self.n_workers):
            return None
        self._is_suspicious = bool(self._suspects)
        if self._suspects:
            return None if self.under_way else self._suspects.popleft()
        if self._again:
            return self._again.popleft()
        for job in self._jobs:
            if job.n_waiting:
                return Chunk(job, *job.cut(round_size(self._size(job), job.n_in_a_row)))
        return None

    def _size(self, job: Job) -> int:
        """Returns the items of the next chunk: small ones at the end, but not where more is to come.

        They are few enough to take a part of the timeout only.
        """
        # What items of another kernel take is another matter.
        alike = [each for each in self._jobs if each.payload.token == job.payload.token]
        n_waiting, n_under_way = sum(each.n_waiting for each in alike), 0
        if self._jobs[-1].more_comes:
            n_under_way = sum(each.n - each.n_back for each in alike) - n_waiting
        cost = self.cost(job)
        size = self.chunking.size(n_waiting, self.n_workers, cost, n_under_way)
        if self.timeout is None or not cost:
            return size
        return round_size(size, max(1, min(size, int(_PART_OF_TIMEOUT * self.timeout / cost))))

    def expect(self, job: Job, seconds_each: float) -> None:
        """Takes a guess of what an item takes; what workers measure counts more."""
        if seconds_each > 0.0:
            self._timed.setdefault(job.payload.token, (_GUESSED * seconds_each, _GUESSED))

    def cost(self, job: Job) -> float:
        """Returns the seconds that an item of a job takes, as far as is known; 0 where nothing is."""
        seconds, n = self._timed.get(job.payload.token, (self.seconds_each, 1.0))
        return seconds / n

    def is_wanted(self, chunk: Chunk) -> bool:
        """Returns whether the values of a chunk are still missing, and nobody has cut it up since."""
        return chunk in self.under_way or chunk in self._again or chunk in self._suspects

    def came_back(self, chunk: Chunk, values: Any, seconds: float) -> None:
        """Takes the values of a chunk that is wanted.

        Args:
          chunk: that was under way; or had been, came too late, and is there before it was sent again.
          values: of its items.
          seconds: that they took on the worker.
        """
        self._take_off(chunk)
        if chunk.job.add(Piece(chunk.start, chunk.end, values, seconds)):
            self._learn(chunk, seconds)
        if chunk.job.is_complete and chunk.job in self._jobs:
            self._jobs.remove(chunk.job)

    def _take_off(self, chunk: Chunk) -> None:
        self.under_way.pop(chunk, None)
        for queue in (self._again, self._suspects):
            if chunk in queue:
                queue.remove(chunk)

    def _learn(self, chunk: Chunk, seconds: float) -> None:
        """Averages over the latest hundred chunks or so: integrands may cost more here than there."""
        before = self._timed.get(chunk.job.payload.token, (0.0, 0.0))
        self._timed[chunk.job.payload.token] = _KEPT * before[0] + seconds, _KEPT * before[1] + chunk.n

    def send_again(self, chunk: Chunk) -> None:
        """Takes back a chunk that was not computed, through no fault of its own."""
        self.under_way.pop(chunk, None)
        self._put_back(chunk)

    def send_all_again(self) -> None:
        """Takes back what is under way on workers that were ended because of another chunk."""
        for chunk in [*self.under_way]:
            self.losses.n_items += chunk.n
            self.send_again(chunk)

    def failed(self, chunk: Chunk, error: BaseException) -> None:
        """Takes back a chunk that raised, or whose values are no values."""
        self.under_way.pop(chunk, None)
        chunk.n_failed += 1
        self.losses.n_failed += 1
        self._judge(chunk, lambda: failed(error, chunk))

    def expired(self, now: float) -> list[Chunk]:
        """Takes back the chunks that have been under way too long, and returns them."""
        if self.timeout is None or now < self.ready_at:
            return []
        # They lie in the order in which they were sent.
        late = [*takewhile(lambda chunk: now - chunk.submitted > self._patience(), self.under_way)]
        for chunk in late:
            self.under_way.pop(chunk, None)
            chunk.n_failed += 1
            self.losses.n_timed_out += 1
            self._judge(chunk, partial(timed_out, chunk, self.timeout))
        return late

    def next_deadline(self) -> float | None:
        """Returns when the first chunk under way will be late; None for never."""
        if self.timeout is None or not self.under_way:
            return None
        return max(self.ready_at, next(iter(self.under_way)).submitted + self._patience())

    def _patience(self) -> float:
        # A chunk waits for the one before it on its worker.
        return _DEPTH * (self.timeout or 0.0)

    def broke(self, error: BaseException) -> None:
        """Takes back all that was under way when the pool broke, with this error."""
        self.losses.n_broken += 1
        is_alone = len(self.under_way) == 1
        for chunk in [*self.under_way]:
            self.under_way.pop(chunk)
            chunk.n_deaths += 1
            is_at_fault = is_alone and chunk.n_deaths > 1
            if is_at_fault and chunk.n > 1:
                self.losses.n_items += chunk.n
                for half in reversed(chunk.halves()):
                    self._put_back(half)
                continue
            chunk.n_failed += is_at_fault
            self._judge(chunk, partial(died, error, chunk))

    def lost(self, error: BaseException) -> None:
        """Ends every job: there are no workers any more."""
        jobs = [*self._jobs, *(chunk.job for chunk in self.under_way)]
        self.under_way.clear()
        for job in jobs:
            self.drop(job)
            job.fail(error)

    def _judge(self, chunk: Chunk, error: Callable[[], BaseException]) -> None:
        """Sends a chunk that was computed for nothing again, or gives its job up."""
        self.losses.n_items += chunk.n
        if chunk.n_failed <= self.retries:
            self._put_back(chunk)
        elif chunk.job in self._jobs:
            self.drop(chunk.job)
            chunk.job.fail(error())

    def _put_back(self, chunk: Chunk) -> None:
        """Has a chunk sent again, unless its job was given up meanwhile: it is cut anew when posted again."""
        if chunk.job not in self._jobs:
            return
        if chunk.n_deaths > 1:
            self._suspects.appendleft(chunk)  # its halves before the next one: few deaths lead to the point
        else:
            self._again.append(chunk)
