"""Pools of processes of this machine: those that iflow makes, and those that users hand over."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

from iflow.executors.engine import NEAR, Engine
from iflow.executors.faults import LostWorkersError

# A worker that has had nothing to do for so long, in seconds, ends; the next chunk starts another.
_IDLE = 120
# Seconds that a pool gets to put away what it holds, once its workers are killed.
_PATIENCE = 2.0


def local(n: int) -> Engine:
    """Returns an engine of n processes of this machine, which start when the first chunk is sent.

    They are loky's: it needs no `if __name__ == "__main__"`, forks nothing that holds locks or
    TensorFlow, and ends workers that are idle. Together their numeric libraries run as many threads as
    there are cores.
    """
    import loky

    n_threads = max(1, loky.cpu_count() // n)
    executor = loky.ProcessPoolExecutor(
        n, timeout=_IDLE, initializer=_start, initargs=(n_threads, os.getpid())
    )
    return Engine(executor, n, NEAR, renew=partial(local, n), kill=partial(kill, executor))


def _start(n_threads: int, parent: int) -> None:
    """Makes a process a worker, see `start`; on a worker."""
    from loky import process_executor

    from iflow.executors.work import start

    start(n_threads, parent)
    # loky ends a worker that has grown by 0.3 GB, for a leak: TensorFlow and JAX take more to compile.
    process_executor._USE_PSUTIL = False


def of_pool(executor: Any, n_workers: int = 0) -> Engine | None:
    """Returns an engine of a user's pool of processes; None for any other executor.

    A pool that breaks is replaced by one of the same make, which iflow ends itself.

    Args:
      executor: of `concurrent.futures` or loky, or loky's reusable one.
      n_workers: that it has, where the user says so.
    """
    successor = _successor(executor)
    if successor is None:
        return None
    n = n_workers or executor._max_workers

    def renew() -> Engine:
        if _was_shut_down(executor):
            raise LostWorkersError(
                f"the {type(executor).__name__} has been shut down: integrate while it is open, inside of "
                "its with block; workers=N needs none"
            )
        _kill_processes(executor)
        made = successor()
        again = of_pool(made, n_workers)
        assert again is not None
        return again if _is_reusable(made) else replace(again, kill=partial(kill, made))

    count = (lambda: executor._max_workers) if _is_reusable(executor) else None
    return Engine(executor, n, NEAR, renew=renew, count=count)


def kill(executor: Any) -> None:
    """Ends an executor at once; where it is a pool of processes, with those that hang.

    What waits is cancelled.
    """
    if _loky_of(executor) is not None:
        manager = executor._executor_manager_thread
        # Those that have nothing to do may leave by themselves: what is cut off leaves semaphores behind,
        # which loky then complains about. So does its thread, where the interpreter ends before.
        executor.shutdown(wait=False, kill_workers=bool(executor._pending_work_items))
        if manager is not None:
            manager.join(_PATIENCE)
            if manager.is_alive():
                executor.shutdown(wait=False, kill_workers=True)
        return
    _kill_processes(executor)
    try:
        executor.shutdown(wait=False, cancel_futures=True)
    except TypeError:  # older interfaces do not know the second one
        with suppress(Exception):
            executor.shutdown(wait=False)


def _kill_processes(executor: Any) -> None:
    """Ends what is left of the standard library's pool, which otherwise waits for it where it has broken.

    One that was started just as another died is not told that the pool has broken.
    """
    if _is_standard(executor):
        for process in [*(executor._processes or {}).values()]:
            process.kill()


def _successor(executor: Any) -> Callable[[], Executor] | None:
    """Returns a function that makes a pool like this one; None for what is no pool."""
    if _is_standard(executor):
        from concurrent.futures import ProcessPoolExecutor

        names = {"mp_context": "_mp_context", "max_tasks_per_child": "_max_tasks_per_child"}
        make: Callable[..., Executor] = ProcessPoolExecutor
    elif (loky := _loky_of(executor)) is not None:
        names = {"context": "_context", "timeout": "_timeout", "env": "_env"}
        # There is one reusable pool, and whoever asks for it when it is broken gets a new one.
        make = loky.get_reusable_executor if _is_reusable(executor) else loky.ProcessPoolExecutor
    else:
        return None
    names |= {"initializer": "_initializer", "initargs": "_initargs"}
    options = {name: getattr(executor, own) for name, own in names.items() if hasattr(executor, own)}
    return partial(make, executor._max_workers, **options)


def _was_shut_down(executor: Any) -> bool:
    """Returns whether the user has ended a pool; one that broke looks ended, too."""
    flags = getattr(executor, "_flags", None)
    if flags is not None:
        return bool(flags.shutdown) and flags.broken is None
    return bool(executor._shutdown_thread) and not executor._broken


def _is_standard(executor: Any) -> bool:
    """Returns whether this is the standard library's pool, whose module brings in multiprocessing."""
    module = sys.modules.get("concurrent.futures.process")  # where it is not loaded, it has made no pool
    return module is not None and isinstance(executor, module.ProcessPoolExecutor)


def _loky_of(executor: Any) -> Any:
    """Returns the package loky that a pool is of, joblib's copy included; None for none of it."""
    for name in ("loky", "joblib.externals.loky"):  # one that is not loaded has made no pool
        loky = sys.modules.get(name)
        if loky is not None and isinstance(executor, loky.ProcessPoolExecutor):
            return loky
    return None


def _is_reusable(executor: Any) -> bool:
    return hasattr(executor, "get_reusable_executor")
