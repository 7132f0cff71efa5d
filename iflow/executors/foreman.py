"""The thread that alone speaks to an executor."""

from __future__ import annotations

import contextlib
import dataclasses
import math
import os
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Future
from functools import partial
from typing import Any

from iflow.executors.engines import Engine
from iflow.executors.faults import LostWorkersError, dismissed, gone, never_up
from iflow.executors.job import Job
from iflow.executors.leaving import before_leaving
from iflow.executors.losses import Losses
from iflow.executors.schedule import Chunk, Schedule
from iflow.executors.shipping import Shipping
from iflow.executors.work import Reply, hello

# A pool whose workers die so often in a row before one of them is up does not get on its feet.
_MOST_FALSE_STARTS = 5
# Workers that are started import what f needs before they begin: so long they may take for it, in seconds.
_STARTUP = 30.0
# Seconds that the thread gets to end when it is told to.
_PATIENCE = 5.0
# Workers that come and go are counted so often, in seconds.
_COUNTED_EVERY = 2.0
# An executor whose futures do not tell that it is lost is asked so often, in seconds.
_ASKED_EVERY = 2.0
# Seconds between two looks whether all has come back.
_SETTLED_EVERY = 0.01


class Foreman:
    """Feeds the workers of an engine, and takes what becomes of chunks, in a thread of its own.

    Futures say through a queue that they are done, so that a thousand workers cost no more a chunk than
    one.

    Args:
      engine: whose workers they are.
      retries: how often a chunk may fail, see `Schedule`.
      timeout: seconds after which a chunk is sent elsewhere; None for never.

    Attributes:
      schedule: the chunks under way, and what comes next.
    """

    def __init__(self, engine: Engine, retries: int, timeout: float | None):
        self._engine, self._process = engine, os.getpid()
        n_workers = max(1, engine.n_workers)
        self.schedule = Schedule(n_workers, engine.chunking, retries=retries, timeout=timeout)
        self._inbox: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._futures: dict[Chunk, Future[Reply]] = {}
        self._shipping = Shipping()
        self._counted = -math.inf
        self._started: set[str] = set()
        self._started_at = -math.inf
        self._startup: float | None = None
        self._greeting: Future[Reply] | None = None
        self._n_false_starts = 0
        self._is_stopped = self._is_at_work = False
        self._ending = threading.Lock()
        self._restarted()
        self._thread = threading.Thread(target=self._run, name="iflow crew", daemon=True)
        self._thread.start()

    @property
    def is_alive(self) -> bool:
        """Whether it takes jobs."""
        return self._thread.is_alive() and not self._is_stopped

    def post(self, job: Job, seconds_each: float, losses: Losses) -> None:
        """Takes a job.

        Args:
          job: to be done.
          seconds_each: what an item is thought to take; 0 where that is not known.
          losses: take note of what faults cost from now on.
        """

        def begin() -> None:
            self.schedule.losses = losses
            self.schedule.expect(job, seconds_each)
            self.schedule.post(job)

        self._inbox.put(begin)

    def give_up(self, job: Job) -> None:
        """Drops a job."""
        self._inbox.put(lambda: self.schedule.drop(job))

    def settle(self, seconds: float) -> None:
        """Waits until all that workers have been sent has come back, but no longer than so many seconds."""
        end = time.monotonic() + seconds
        self._inbox.put(lambda: None)  # after what was posted before
        while self.is_alive and (self._futures or not self._inbox.empty()) and time.monotonic() < end:
            time.sleep(_SETTLED_EVERY)

    def stop(self) -> None:
        """Ends the thread, and the workers if iflow has made them; jobs under way are lost.

        Does nothing in a process that was forked from this one: its workers are not the other's to end.
        """
        if os.getpid() != self._process:
            return
        self._inbox.put(self._stop)
        if threading.current_thread() is not self._thread:  # the garbage collector runs in any
            self._thread.join(_PATIENCE)
        self._end_workers()

    def _stop(self) -> None:
        self._is_stopped = True

    def _run(self) -> None:
        while not self._is_stopped:
            try:
                self._handle_events()
                if not self._is_stopped:
                    self._look_for_loss()
                    self._look_for_late_ones()
                    self._feed()
            except BaseException as error:  # a mistake here must not leave anyone waiting
                self._lose(error)
        for future in self._futures.values():
            future.cancel()
        self._lose(dismissed())
        with contextlib.suppress(Exception):
            self._end_workers()

    def _handle_events(self) -> None:
        """Waits for something to happen, and deals with all that has."""
        deadline = self.schedule.next_deadline()
        timeout = None if deadline is None else max(0.0, deadline - time.monotonic())
        if self._engine.is_lost is not None and self._is_waiting:
            timeout = _ASKED_EVERY if timeout is None else min(timeout, _ASKED_EVERY)
        try:
            event = self._inbox.get(timeout=timeout)
        except queue.Empty:
            return
        while True:
            event()
            if self._is_stopped:  # nothing is started any more, above all no pool
                return
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
        with contextlib.suppress(Exception):  # one that cannot be asked will be found out when it gets work
            n_workers = count()
            self.schedule.n_workers = max(1, n_workers)
            if not n_workers:  # they still wait in a batch queue
                self._restarted()

    def _feed(self) -> None:
        self._recount()
        while not self._is_up and self._greeting is None and not self.schedule.is_idle:
            self._greet()
        if not self._is_up:
            return
        while (chunk := self.schedule.next_chunk(time.monotonic())) is not None:
            try:
                future = self._submit(chunk)
            except Exception as error:
                self.schedule.send_again(chunk)  # it is not its fault: the pool had broken before
                self._broke(error)
                continue
            self._futures[chunk] = future
            future.add_done_callback(partial(self._tell, chunk))

    def _greet(self) -> None:
        """Asks the workers whether they are up: where they die before, no chunk is to be blamed."""
        try:
            self._greeting = self._send(hello)
        except Exception as error:
            self._broke(error)
            return
        self._greeting.add_done_callback(lambda future: self._inbox.put(partial(self._take_greeting, future)))

    def _take_greeting(self, future: Future[Reply]) -> None:
        if future is not self._greeting:
            return
        try:
            worker = future.result().worker
        except BaseException as error:
            self._broke(error)
            return
        self._is_up, self._n_false_starts = True, 0
        self._hear(worker)

    def _tell(self, chunk: Chunk, future: Future[Reply]) -> None:
        self._inbox.put(partial(self._take, chunk, future))

    def _submit(self, chunk: Chunk) -> Future[Reply]:
        return self._send(*self._shipping.call(chunk, self._engine, self.schedule.n_workers))

    def _send(self, function: Callable[..., Reply], *args: Any) -> Future[Reply]:
        future = self._engine.executor.submit(function, *args)
        if not self._is_at_work:
            self._is_at_work = True
            before_leaving(self.stop)
        return future

    def _take(self, chunk: Chunk, future: Future[Reply]) -> None:
        """Takes what became of a chunk."""
        if self._futures.get(chunk) is not future:  # sent elsewhere meanwhile
            self._take_late(chunk, future)
            return
        try:
            reply = future.result()
        except BrokenExecutor as error:
            self._broke(error)
            return
        except BaseException as error:
            # What the executor itself raises, such as Dask's KilledWorker; or that it was cancelled: an
            # executor that is shut down says so when it is handed the chunk again.
            del self._futures[chunk]
            self.schedule.failed(chunk, error)
            return
        del self._futures[chunk]
        self._take_reply(chunk, reply)

    def _take_late(self, chunk: Chunk, future: Future[Reply]) -> None:
        """Takes the values of a chunk that was sent elsewhere, if they are the first to arrive."""
        if not self.schedule.is_wanted(chunk) or future.cancelled() or future.exception() is not None:
            return
        reply = future.result()
        if isinstance(reply, Reply) and reply.error is None and not reply.is_unknown:
            self._futures.pop(chunk, None)
            self._take_reply(chunk, reply)

    def _take_reply(self, chunk: Chunk, reply: Reply) -> None:
        if not isinstance(reply, Reply):
            error = TypeError(f"{type(self._engine.executor).__name__} returned {type(reply).__name__}")
            self.schedule.failed(chunk, error)
            return
        self._hear(reply.worker)
        self.schedule.losses.take_limit(reply.most_at_once)
        if reply.is_unknown:
            chunk.n_unknown += 1
            self.schedule.send_again(chunk)
            return
        if reply.raised is not None:
            self.schedule.failed(chunk, reply.raised)
            return
        if self._startup is None and not self._engine.shares_memory:
            # The next ones will not take much longer to begin: who hangs is found out sooner then.
            self._startup = min(_STARTUP, 2.0 * (time.monotonic() - self._started_at - reply.seconds) + 1.0)
        self.schedule.came_back(chunk, reply.values, reply.seconds)

    def _hear(self, worker: str) -> None:
        """Takes note that a worker has answered."""
        if self.schedule.ready_at > -math.inf:
            self._started.add(worker)
            if len(self._started) >= self.schedule.n_workers:
                self.schedule.ready_at = -math.inf

    @property
    def _is_waiting(self) -> bool:
        """Whether the executor has something that is to come back."""
        return bool(self._futures) or (self._greeting is not None and not self._is_up)

    def _look_for_loss(self) -> None:
        """Deals with an executor that has gone without a word to its futures."""
        if self._is_waiting and self._engine.is_lost is not None and self._engine.is_lost():
            self._broke(ConnectionError("it has been closed, or was cut off"))

    def _look_for_late_ones(self) -> None:
        late = self.schedule.expired(time.monotonic())
        for chunk in late:
            self._futures.pop(chunk).cancel()
        if late and self._engine.kill is not None and self._engine.renew is not None:
            # Those that hang hold a worker each: all start afresh.
            self._take_what_is_back()
            self.schedule.send_all_again()
            self._engine.kill()
            self._renew(self._engine.renew)

    def _broke(self, error: BaseException) -> None:
        """Starts the pool again, where that can be done."""
        self._take_what_is_back()
        self._n_false_starts += not self._is_up
        if self._engine.renew is None:
            self._lose(gone(error, self._engine.executor))
        elif self._n_false_starts > _MOST_FALSE_STARTS:
            self._lose(never_up(error, self._engine.executor, self._n_false_starts))
        else:
            self.schedule.broke(error)
            self._renew(self._engine.renew)

    def _take_what_is_back(self) -> None:
        """Takes chunks that came back before the pool broke, and of which it has not been told yet."""
        for chunk, future in [*self._futures.items()]:
            if future.done() and not future.cancelled() and future.exception() is None:
                self._take(chunk, future)

    def _lose(self, error: BaseException) -> None:
        """Ends all jobs; those that are posted from now on find out for themselves."""
        self._futures.clear()
        self._n_false_starts = 0
        self.schedule.lost(error)

    def _renew(self, renew: Callable[[], Engine]) -> None:
        self._futures.clear()
        self._shipping.forget()
        try:
            self._engine = renew()
        except LostWorkersError as error:
            self._lose(error)
        except Exception as error:
            self._lose(gone(error, self._engine.executor))
        else:
            self._restarted()

    def _restarted(self) -> None:
        """Takes note that workers are about to start."""
        self._started, self._greeting = set(), None
        # Who cannot be renewed is not blamed either.
        self._is_up = self._engine.renew is None
        if not self._engine.shares_memory:
            self._started_at = time.monotonic()
            self.schedule.ready_at = self._started_at + (self._startup or _STARTUP)

    def _end_workers(self) -> None:
        """Ends the workers once, where that is up to iflow; two threads may want it."""
        with self._ending:
            kill, self._engine = self._engine.kill, dataclasses.replace(self._engine, kill=None)
            if kill is not None:
                kill()
