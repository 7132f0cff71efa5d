"""The crew: hands batches to the workers of an executor, and gets them back whatever happens to workers."""

from __future__ import annotations

import copy
import dataclasses
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from iflow.executors import engines
from iflow.executors.engines import Engine
from iflow.executors.faults import dismissed
from iflow.executors.job import Job, PieceStore
from iflow.executors.losses import Losses
from iflow.executors.payload import Kernel, Payload, pack
from iflow.executors.workshop import Workshop

if TYPE_CHECKING:
    from iflow.executors.foreman import Foreman

# An item takes so long at least, with what it takes to send it.
_LEAST_SECONDS = 1e-6
# Who waits looks up so often, in seconds, to tell what has happened to workers.
_LOOK = 0.5
# Batches that were given up and are kept for when they are posted again, at most: they are in memory.
_MOST_GIVEN_UP = 64
# Seconds for what workers are at when the run is asked to end; batch systems wait for 30 or more.
_GRACE = 5.0


class Terms(Protocol):
    """On which a crew works, see `ExecutionOptions`."""

    @property
    def executor(self) -> Any:
        """A `concurrent.futures.Executor`, or a function that makes one; None for a pool of processes."""

    @property
    def workers(self) -> int | None:
        """How many there are, or are to be."""

    @property
    def retries(self) -> int:
        """How often a chunk may fail."""

    @property
    def timeout(self) -> float | None:
        """Seconds that a chunk may take; None for any."""


class Crew:
    """Computes jobs on the workers of an engine, which it may share with its colleagues.

    Args:
      make_engine: returns the engine; called when the first job is posted.
      retries: how often a chunk may fail, see `Schedule`.
      timeout: seconds after which a chunk is sent elsewhere; None for never.

    Attributes:
      store: keeps what came back of batches that are not complete; None for nobody.
      tell: is told in a sentence what faults have cost, by whoever waits; None for nobody.
      report: is told how many points of a batch have come back, by whoever waits; None for nobody.
      losses: what they have cost so far; where colleagues compute at the same time, their faults are put
        down to whoever has posted last.
      workshop: has the workers.
      terms: executor, workers, retries and timeout that it was hired with; None where it was not hired.
    """

    store: PieceStore | None = None
    tell: Callable[[str], None] | None = None
    report: Callable[[int], None] | None = None
    terms: tuple[Any, ...] | None = None

    def __init__(self, make_engine: Callable[[], Engine], *, retries: int = 2, timeout: float | None = None):
        self.workshop = Workshop(make_engine, retries=retries, timeout=timeout)
        self.workshop.join(self)
        self._unfinished: dict[str, Job] = {}
        self._given_up: dict[str, Job] = {}
        self.losses, self._told = Losses(), Losses()

    def colleague(self) -> Crew:
        """Returns another crew for the same workers, which last until both are closed or forgotten."""
        other = copy.copy(self)
        vars(other).update(
            store=None, tell=None, losses=Losses(), _told=Losses(), _unfinished={}, _given_up={}
        )
        self.workshop.join(other)
        return other

    @property
    def engine(self) -> Engine:
        """The engine; made at the first use.

        Raises:
          LostWorkersError: in a process that was forked from the one that made it.
        """
        return self.workshop.engine

    @property
    def _foreman(self) -> Foreman | None:
        """The thread that takes jobs; None before the first one, and after this crew was closed."""
        return self.workshop.foreman if self.workshop.has(self) else None

    @property
    def n_workers(self) -> int:
        """Workers, 1 at least."""
        return max(1, self.engine.n_workers)

    def has_enough(self, jobs: Iterable[Job]) -> bool:
        """Returns whether so much of these jobs waits that workers stay busy while another batch is made."""
        foreman = self._foreman
        if foreman is None:
            return False
        cost = foreman.schedule.cost
        seconds = sum(job.n_waiting * max(cost(job), _LEAST_SECONDS) for job in jobs)
        return seconds > self.engine.chunking.ahead(self.n_workers)

    def pack(self, kernel: Kernel, *, what: str = "f") -> Payload:
        """Returns a kernel as it is sent to the workers.

        Raises:
          TypeError: if it cannot be pickled and they share no memory.
        """
        return pack(kernel, what=what, shares_memory=self.engine.shares_memory)

    def post(self, payload: Payload, items: Any, *, key: str = "", seconds_each: float = 0.0) -> Job:
        """Begins to compute a kernel for items; returns at once.

        A batch whose key was posted before and that failed, or was given up, goes on with what is
        missing.

        Args:
          payload: the kernel.
          items: one a row, or a list.
          key: of the batch; "" for one that is not known again.
          seconds_each: what an item is thought to take; 0 where that is not known.
        """
        job = self._unfinished.get(key)
        if job is None or job.payload.token != payload.token:
            job = Job(items, payload, key=key, store=self.store)
            job.recall()
            if key:
                self._unfinished[key] = job
        self._given_up.pop(key, None)
        job.reopen()
        self.workshop.join(self)
        self.workshop.open().post(job, seconds_each, self.losses)
        return job

    def wait(self, job: Job, join: Callable[[list[Any]], Any]) -> Any:
        """Returns the values of all items of a job.

        Args:
          job: that was posted.
          join: makes one of the values of several chunks, in the order of their items.

        Raises:
          Exception: what the kernel raised too often.
          LostWorkersError: where workers die or fall silent too often, or are gone.
        """
        try:
            while not job.is_complete:
                has_ended = job.wait(_LOOK)
                self._tell_news()
                if not has_ended and self.report is not None and isinstance(job.items, np.ndarray):
                    self.report(job.n_back)
                if job.failure is not None:
                    raise job.failure
                foreman = self._foreman
                if not has_ended and (foreman is None or not foreman.is_alive):
                    raise dismissed()
        except BaseException:
            self.give_up(job)
            raise
        self._unfinished.pop(job.key, None)
        return job.joined(join)

    def _tell_news(self) -> None:
        """Tells what faults have cost since this was asked last."""
        now = dataclasses.replace(self.losses)
        news, self._told = now.since(self._told), now
        if self.tell is not None and news.told():
            self.tell(news.told())

    def give_up(self, job: Job) -> None:
        """Sends no more of a job; what comes back of it is kept for when it is posted again."""
        if self.workshop.foreman is not None:
            self.workshop.foreman.give_up(job)
        if self._unfinished.get(job.key) is job:
            self._given_up[job.key] = job
        if len(self._given_up) > _MOST_GIVEN_UP:
            least = min(self._given_up, key=lambda key: self._given_up[key].n_back)
            del self._given_up[least]
            self._unfinished.pop(least, None)

    def wind_up(self, *, leave: bool) -> None:
        """Gives all jobs up, and waits for what workers are at, which is kept like all that comes back.

        What takes longer than a few seconds is lost. Ctrl-C ends the waiting.

        Args:
          leave: close, too.
        """
        foreman = self._foreman
        self._give_all_up()
        if foreman is not None:
            with suppress(KeyboardInterrupt):
                foreman.settle(_GRACE)
        if leave:
            self.close()

    def close(self) -> None:
        """Leaves the workers; where no colleague needs them, their thread ends, and those that are its own.

        Whoever waits for a job is told; what workers are at is lost.
        """
        self._give_all_up()
        self.workshop.leave(self)

    def _give_all_up(self) -> None:
        for job in [*self._unfinished.values()]:
            self.give_up(job)


def hire(execution: Terms, *, beside: Crew | None = None) -> Crew | None:
    """Returns who computes the integrand elsewhere; None where it is computed here.

    It is, too, on a thread of the very pool that is handed over, as where f integrates by itself: if all of
    the pool's threads waited for others of the pool, they would wait for ever.

    Args:
      execution: on which terms.
      beside: a crew whose workers it shares if the terms are the same; None for workers of its own.
    """
    executor, n_workers = execution.executor, execution.workers
    if executor is None and n_workers is None:
        return None
    if isinstance(executor, ThreadPoolExecutor) and _is_its_own(executor):
        return None
    terms = (executor, n_workers, execution.retries, execution.timeout)
    if beside is not None and beside.terms == terms:
        return beside.colleague()

    def make_engine() -> Engine:
        return engines.local(n_workers or 1) if executor is None else engines.of(executor, n_workers or 0)

    crew = Crew(make_engine, retries=execution.retries, timeout=execution.timeout)
    crew.terms = terms
    return crew


def _is_its_own(pool: ThreadPoolExecutor) -> bool:
    """Returns whether this thread is one of a pool's."""
    # Its set of threads has a new one only after that has begun to work.
    return threading.current_thread().name.startswith(f"{pool._thread_name_prefix}_")
