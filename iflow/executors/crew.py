"""The crew: hands batches to the workers of an executor, and gets them back whatever happens to workers."""

from __future__ import annotations

import math
import queue
import threading
import time
import weakref
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import BrokenExecutor, CancelledError, Future
from contextlib import suppress
from functools import partial
from typing import Any, Protocol

from iflow.executors import engines
from iflow.executors.engines import Engine
from iflow.executors.faults import gone
from iflow.executors.job import Job, PieceStore
from iflow.executors.leaving import before_leaving
from iflow.executors.payload import Kernel, Payload, pack
from iflow.executors.schedule import Chunk, Losses, Schedule
from iflow.executors.work import Reply, compute, compute_here

# An item takes so long at least, with what it takes to send it.
_LEAST_SECONDS = 1e-6
# A pool that breaks so often in a row without a chunk coming back does not get on its feet.
_MOST_BROKEN = 5
# Seconds that the thread gets to end when it is told to.
_PATIENCE = 5.0
# Workers that come and go are counted so often, in seconds.
_COUNTED_EVERY = 2.0


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
    """Computes jobs on the workers of an engine; a thread of its own feeds them.

    Args:
      make_engine: returns the engine; called when the first job is posted.
      retries: how often a chunk may fail, see `Schedule`.
      timeout: seconds after which a chunk is sent elsewhere; None for never.

    Attributes:
      store: keeps what came back of batches that are not complete; None for nobody.
    """

    store: PieceStore | None = None

    def __init__(self, make_engine: Callable[[], Engine], *, retries: int = 2, timeout: float | None = None):
        self._make_engine, self._retries, self._timeout = make_engine, retries, timeout
        self._foreman: _Foreman | None = None
        self._engine: Engine | None = None
        self._unfinished: dict[str, Job] = {}

    @property
    def engine(self) -> Engine:
        """The engine; made at the first use."""
        if self._engine is None:
            self._engine = self._make_engine()
        return self._engine

    @property
    def n_workers(self) -> int:
        """Workers, 1 at least."""
        return max(1, self.engine.n_workers)

    @property
    def losses(self) -> Losses:
        """What faults have cost so far."""
        return Losses() if self._foreman is None else self._foreman.schedule.losses

    def has_enough(self, jobs: Iterable[Job]) -> bool:
        """Returns whether so much of these jobs waits that workers stay busy while another batch is made."""
        if self._foreman is None:
            return False
        cost = self._foreman.schedule.cost
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
        if job is None:
            job = Job(items, payload, key=key, store=self.store)
            job.recall()
            if key:
                self._unfinished[key] = job
        if self._foreman is None or not self._foreman.is_alive:
            self._foreman = _Foreman(self.engine, self._retries, self._timeout)
            weakref.finalize(self, _Foreman.stop, self._foreman)
        self._foreman.post(job, seconds_each)
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
            job.wait()
        except BaseException:
            self.give_up(job)
            raise
        if job.failure is not None:
            raise job.failure
        self._unfinished.pop(job.key, None)
        return job.joined(join)

    def give_up(self, job: Job) -> None:
        """Sends no more of a job; what comes back of it is kept for when it is posted again."""
        if self._foreman is not None:
            self._foreman.give_up(job)

    def close(self) -> None:
        """Ends the thread, and the workers that are its own."""
        if self._foreman is not None:
            self._foreman.stop()
        elif self._engine is not None and self._engine.kill is not None:
            self._engine.kill()
        self._foreman = self._engine = None


def hire(execution: Terms) -> Crew | None:
    """Returns who computes the integrand elsewhere; None where it is computed here."""
    executor, n_workers = execution.executor, execution.workers
    if executor is None and n_workers is None:
        return None

    def make_engine() -> Engine:
        return engines.local(n_workers or 1) if executor is None else engines.of(executor, n_workers or 0)

    return Crew(make_engine, retries=execution.retries, timeout=execution.timeout)


class _Foreman:
    """The thread that alone speaks to the executor.

    Futures say through a queue that they are done, so that a thousand workers cost no more a chunk than
    one.
    """

    def __init__(self, engine: Engine, retries: int, timeout: float | None):
        self._engine = engine
        self.schedule = Schedule(max(1, engine.n_workers), engine.chunking, retries=retries, timeout=timeout)
        self._inbox: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._futures: dict[Chunk, Future[Reply]] = {}
        self._n_sent: Counter[str] = Counter()
        self._shared: dict[str, Any] = {}
        self._counted = -math.inf
        self._n_broken_in_row = 0
        self._is_stopped = self._is_at_work = False
        self._thread = threading.Thread(target=self._run, name="iflow crew", daemon=True)
        self._thread.start()

    @property
    def is_alive(self) -> bool:
        """Whether it takes jobs."""
        return self._thread.is_alive() and not self._is_stopped

    def post(self, job: Job, seconds_each: float) -> None:
        """Takes a job."""

        def begin() -> None:
            self.schedule.expect(job, seconds_each)
            self.schedule.post(job)

        self._inbox.put(begin)

    def give_up(self, job: Job) -> None:
        """Drops a job."""
        self._inbox.put(lambda: self.schedule.drop(job))

    def stop(self) -> None:
        """Ends the thread, and the workers if iflow has made them; jobs under way are lost."""
        self._inbox.put(self._stop)
        if threading.current_thread() is not self._thread:  # the garbage collector runs in any
            self._thread.join(_PATIENCE)
        self._dismiss()

    def _stop(self) -> None:
        self._is_stopped = True

    def _dismiss(self) -> None:
        if self._engine.kill is not None:
            self._engine.kill()

    def _run(self) -> None:
        while not self._is_stopped:
            try:
                self._handle_events()
                if self._is_stopped:
                    break
                self._look_for_late_ones()
                self._feed()
            except Exception as error:  # a mistake here must not leave anyone waiting
                self.schedule.lost(error)

    def _handle_events(self) -> None:
        """Waits for something to happen, and deals with all that has."""
        deadline = self.schedule.next_deadline()
        timeout = None if deadline is None else max(0.0, deadline - time.monotonic())
        try:
            event = self._inbox.get(timeout=timeout)
        except queue.Empty:
            return
        while True:
            event()
            try:
                event = self._inbox.get_nowait()
            except queue.Empty:
                return

    def _recount(self) -> None:
        """Asks how many workers there are, where that changes; no more often than it is worth."""
        count, now = self._engine.count, time.monotonic()
        if count is None or now - self._counted < _COUNTED_EVERY:
            return
        self._counted = now
        with suppress(Exception):  # one that cannot be asked will be found out when it gets work
            self.schedule.n_workers = max(1, count())

    def _feed(self) -> None:
        self._recount()
        while (chunk := self.schedule.next_chunk(time.monotonic())) is not None:
            try:
                future = self._submit(chunk)
            except Exception as error:
                self._broke(error)
                continue
            if not self._is_at_work:
                self._is_at_work = True
                before_leaving(self.stop)
            self._futures[chunk] = future
            future.add_done_callback(partial(self._tell, chunk))

    def _tell(self, chunk: Chunk, future: Future[Reply]) -> None:
        self._inbox.put(partial(self._take, chunk, future))

    def _submit(self, chunk: Chunk) -> Future[Reply]:
        payload = chunk.job.payload
        if payload.pickled is None:
            return self._engine.executor.submit(compute_here, payload.kernel, chunk.items)
        return self._engine.executor.submit(compute, payload.token, self._kernel_for(chunk), chunk.items)

    def _kernel_for(self, chunk: Chunk) -> Any:
        """Returns the pickled kernel for the worker that a chunk goes to, or None for one that has it.

        A large one goes once to each worker, as far as the executor lets that be known: which of them
        takes a chunk is up to it, and one that has not got the kernel says so.
        """
        payload = chunk.job.payload
        if payload.is_small or payload.pickled is None:
            return payload.pickled
        if self._engine.share is not None:
            if payload.token not in self._shared:
                self._shared[payload.token] = self._engine.share(payload.pickled)
            return self._shared[payload.token]
        if not chunk.n_unknown and self._n_sent[payload.token] >= self.schedule.n_workers:
            return None
        self._n_sent[payload.token] += 1
        return payload.pickled

    def _take(self, chunk: Chunk, future: Future[Reply]) -> None:
        """Takes what became of a chunk."""
        if self._futures.get(chunk) is not future:  # sent elsewhere meanwhile
            return
        try:
            reply = future.result()
        except (BrokenExecutor, CancelledError) as error:
            self._broke(error)
            return
        except BaseException as error:  # what the executor itself raises, such as Dask's KilledWorker
            del self._futures[chunk]
            self.schedule.failed(chunk, error)
            return
        del self._futures[chunk]
        self._take_reply(chunk, reply)

    def _take_reply(self, chunk: Chunk, reply: Reply) -> None:
        if reply.is_unknown:
            chunk.n_unknown += 1
            self.schedule.send_again(chunk)
            return
        if reply.error is not None:
            self.schedule.failed(chunk, reply.error)
            return
        self._n_broken_in_row = 0
        self.schedule.came_back(chunk, reply.values, reply.seconds)

    def _look_for_late_ones(self) -> None:
        late = self.schedule.expired(time.monotonic())
        for chunk in late:
            self._futures.pop(chunk).cancel()
        if late and self._engine.kill is not None and self._engine.renew is not None:
            # Those that hang hold a worker each: all start afresh.
            for chunk in [*self.schedule.under_way]:
                self.schedule.send_again(chunk)
            self._engine.kill()
            self._renew()

    def _broke(self, error: BaseException) -> None:
        """Starts the pool again, where that can be done."""
        self._take_what_is_back()
        self._n_broken_in_row += 1
        if self._engine.renew is None or self._n_broken_in_row > _MOST_BROKEN:
            self._futures.clear()
            self.schedule.lost(gone(error, self._engine.executor))
            return
        self.schedule.broke(error)
        self._renew()

    def _take_what_is_back(self) -> None:
        """Takes chunks that came back before the pool broke, and of which it has not been told yet."""
        for chunk, future in [*self._futures.items()]:
            if future.done() and not future.cancelled() and future.exception() is None:
                self._take(chunk, future)

    def _renew(self) -> None:
        self._futures.clear()
        self._n_sent.clear()
        self._shared.clear()
        assert self._engine.renew is not None
        self._engine = self._engine.renew()
