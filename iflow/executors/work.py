"""What runs on a worker: a kernel is unpacked once, computes chunks, and times itself."""

from __future__ import annotations

import os
import pickle
import signal
import socket
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from iflow.executors.payload import Kernel, unpack
from iflow.executors.trace import trace_of

# Kernels that a worker keeps: that of the run, that of its measurement, and those of a run or two beside it.
_MOST_KNOWN = 4
_known: OrderedDict[str, Kernel] = OrderedDict()
_lock = threading.Lock()
# Threads that numeric libraries may run here; None for as many as they like.
_n_threads: int | None = None


@dataclass(frozen=True)
class Reply:
    """What a worker says about a chunk.

    Args:
      worker: host and process.
      values: of the items; None where there are none.
      seconds: that they took.
      error: what the kernel raised; None where it did not.
      is_unknown: whether the worker has not got the kernel yet.
    """

    worker: str
    values: Any = None
    seconds: float = 0.0
    error: BaseException | None = None
    is_unknown: bool = False


def start(n_threads: int) -> None:
    """Makes a process a worker of this machine.

    Ctrl-C is left to the process that the user talks to, and the cores are left to the other workers.

    Args:
      n_threads: that numeric libraries may run here at most.
    """
    global _n_threads
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _n_threads = n_threads
    _limit_threads()


def _limit_threads() -> None:
    """Has the libraries that are loaded by now run no more threads than this worker may."""
    if _n_threads is None:
        return
    from threadpoolctl import threadpool_info, threadpool_limits

    few = {pool["prefix"]: min(pool["num_threads"], _n_threads) for pool in threadpool_info()}
    threadpool_limits(few)


def compute(token: str, pickled: bytes | None, items: Any) -> Reply:
    """Returns what a kernel makes of items; on a worker.

    Args:
      token: of the kernel.
      pickled: the kernel; None where the worker has it already.
      items: of the chunk.
    """
    worker = f"{socket.gethostname()}:{os.getpid()}"
    try:
        kernel = _recall(token, pickled)
    except Exception as error:
        error.add_note(f"raised while worker {worker} unpacked the integrand: can it import its modules?")
        return Reply(worker, error=_sendable(error, worker))
    if kernel is None:
        return Reply(worker, is_unknown=True)
    return compute_here(kernel, items, worker)


def _recall(token: str, pickled: bytes | None) -> Kernel | None:
    """Returns a kernel, unpacked at its first use; None where it has not been sent.

    A worker of Dask's may run several threads: each works on the kernel that it has got.
    """
    with _lock:
        kernel = _known.pop(token, None)
        if kernel is None and pickled is not None:
            kernel = unpack(pickled)
            _limit_threads()  # of libraries that came with it
        if kernel is not None:
            _known[token] = kernel
        while len(_known) > _MOST_KNOWN:
            _known.popitem(last=False)
        return kernel


def compute_here(kernel: Kernel, items: Any, worker: str = "a thread of this process") -> Reply:
    """Returns what a kernel makes of items."""
    begun = time.perf_counter()
    try:
        values = kernel(items)
    except Exception as error:
        return Reply(worker, seconds=time.perf_counter() - begun, error=_sendable(error, worker))
    return Reply(worker, values, time.perf_counter() - begun)


class WorkerError(RuntimeError):
    """Stands for an exception on a worker that cannot be sent itself."""


def _sendable(error: Exception, worker: str) -> BaseException:
    """Returns an exception that survives being pickled, with where it was raised as a note."""
    lines = trace_of(error)
    if lines:
        error.add_note(f"on a worker ({worker}), at\n{lines}")
    error.__traceback__ = error.__cause__ = error.__context__ = None
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        stand_in = WorkerError(f"{type(error).__name__}: {error}")
        for note in getattr(error, "__notes__", ()):
            stand_in.add_note(note)
        return stand_in
    return error
