"""Runs tasks in processes of their own, at most so long, whatever the methods do."""

from __future__ import annotations

import contextlib
import queue
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed

from benchmarks.environment import environment
from benchmarks.record import Run, Task
from benchmarks.worker_process import WorkerProcess


class Crew:
    """Worker processes, as a context manager; all are gone when it ends.

    Args:
      jobs: processes at a time.
      threads: threads that numerical packages may use in each; None leaves that to them.
      fresh: a new process for each task, so that imports and memory are those of one run.
    """

    def __init__(self, *, jobs: int = 1, threads: int | None = None, fresh: bool = True):
        self._fresh = fresh
        self._environment = environment(threads)
        self._pool = ThreadPoolExecutor(jobs)
        self._idle: queue.SimpleQueue[WorkerProcess] = queue.SimpleQueue()
        self._all: set[WorkerProcess] = set()
        self._over = False

    def __enter__(self) -> Crew:
        """Starts nothing yet: a process starts with its first task."""
        return self

    def __exit__(self, *exception: object) -> None:
        """Ends all processes at once."""
        self._over = True
        self._pool.shutdown(wait=False, cancel_futures=True)
        for worker in list(self._all):
            worker.kill()
        self._pool.shutdown(wait=True)
        for worker in self._all:
            worker.close()

    def runs(self, tasks: Sequence[Task]) -> Iterator[Run]:
        """Yields a run a task, as they end."""
        for future in as_completed([self._pool.submit(self._run, task) for task in tasks]):
            yield future.result()

    def _run(self, task: Task) -> Run:
        worker = self._worker()
        run = worker.run(task)
        if self._fresh or run.failed:
            worker.close()
            self._all.discard(worker)
        else:
            self._idle.put(worker)
        return run

    def _worker(self) -> WorkerProcess:
        with contextlib.suppress(queue.Empty):
            return self._idle.get_nowait()
        worker = WorkerProcess(self._environment)
        self._all.add(worker)
        if self._over:  # __exit__ may have looked before this one was there
            worker.kill()
        return worker
