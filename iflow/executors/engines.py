"""Whatever offers the interface of `concurrent.futures.Executor`, and what iflow has to know about each."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

from iflow.executors.chunking import Chunking

# A worker that has had nothing to do for so long, in seconds, ends; the next chunk starts another.
_IDLE = 120


@dataclass(frozen=True)
class Engine:
    """An executor, and how to deal with it.

    Args:
      executor: that chunks are submitted to.
      n_workers: that it has; 0 where that is not known.
      chunking: sizes of chunks that suit it.
      shares_memory: whether its workers are threads of this process.
      renew: makes another engine in place of this one when it is broken; None where that cannot be done.
      kill: ends its workers at once, also those that hang; None where that cannot be done, or is not
        up to iflow.
      count: returns how many workers there are now, where that changes.
    """

    executor: Executor
    n_workers: int
    chunking: Chunking
    shares_memory: bool = False
    renew: Callable[[], Engine] | None = None
    kill: Callable[[], None] | None = None
    count: Callable[[], int] | None = None


# Another machine is further away than another process.
_NEAR, _FAR = Chunking(), Chunking(least_seconds=0.1, most_seconds=5.0)


def local(n: int) -> Engine:
    """Returns an engine of n processes of this machine, which start when the first chunk is sent.

    They are loky's: it needs no `if __name__ == "__main__"`, forks nothing that holds locks or
    TensorFlow, and ends workers that are idle.
    """
    import loky

    executor = loky.ProcessPoolExecutor(n, timeout=_IDLE, initializer=_ignore_interrupts)
    return Engine(
        executor,
        n,
        _NEAR,
        renew=lambda: local(n),
        kill=lambda: executor.shutdown(wait=False, kill_workers=True),
    )


def of(executor: Any, n_workers: int = 0) -> Engine:
    """Returns an engine of the user's executor, or of what a function of his makes.

    Args:
      executor: a `concurrent.futures.Executor`, or a function of no argument that makes one.
      n_workers: that it has, where it does not tell.

    Raises:
      TypeError: if it is neither.
    """
    require_executor(executor)
    if _has_interface(executor):
        return _of_one(executor, n_workers)
    made = executor()
    if not _has_interface(made):
        raise TypeError(f"the function given as executor must make one: {_what_is_wrong(made)}")
    return replace(
        _of_one(made, n_workers),
        renew=lambda: of(executor, n_workers),
        kill=lambda: made.shutdown(wait=False, cancel_futures=True),
    )


def require_executor(executor: Any) -> None:
    """Refuses what is neither an executor nor a function that may make one.

    Raises:
      TypeError: with what it should be.
    """
    if not _has_interface(executor) and not callable(executor):
        raise TypeError(_what_is_wrong(executor))


def _has_interface(executor: Any) -> bool:
    return callable(getattr(executor, "submit", None)) and not isinstance(executor, type)


def _what_is_wrong(executor: Any) -> str:
    found = f"executor must be a concurrent.futures.Executor, got {type(executor).__name__} {executor!r}"
    return f"{found}; workers=N makes a pool of N processes"


def _of_one(executor: Any, n_workers: int) -> Engine:
    if isinstance(executor, ThreadPoolExecutor):
        return Engine(executor, n_workers or executor._max_workers, _NEAR, shares_memory=True)
    if isinstance(executor, ProcessPoolExecutor):
        return Engine(executor, n_workers or executor._max_workers, _NEAR)  # type: ignore[attr-defined]
    for name in ("_max_workers", "num_workers"):
        known = getattr(executor, name, None)
        if isinstance(known, int) and known > 0:
            return Engine(executor, n_workers or known, _NEAR)
    return Engine(executor, n_workers, _FAR)


def _ignore_interrupts() -> None:
    """Leaves Ctrl-C to the process that the user talks to; on a worker."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
