"""What runs on a worker: a kernel is unpacked once, computes chunks, and times itself."""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, replace
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
      notes: of the error, which not every exception takes along.
      is_unknown: whether the worker has not got the kernel yet.
      most_at_once: items that its memory sufficed for so far, where it ran out; None where it did not.
    """

    worker: str
    values: Any = None
    seconds: float = 0.0
    error: Exception | None = None
    notes: tuple[str, ...] = ()
    is_unknown: bool = False
    most_at_once: int | None = None

    @property
    def raised(self) -> Exception | None:
        """What the kernel raised, with all its notes."""
        if self.error is not None:
            for note in self.notes:
                if note not in getattr(self.error, "__notes__", ()):
                    self.error.add_note(note)
        return self.error


def hello() -> Reply:
    """Says that a worker is up."""
    return Reply(_name())


def start(n_threads: int, parent: int) -> None:
    """Makes a process a worker of this machine.

    Ctrl-C is left to the process that the user talks to, and the cores are left to the other workers. It
    ends with its parent.

    Args:
      n_threads: that numeric libraries may run here at most.
      parent: number of the process that the user talks to.
    """
    global _n_threads
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    _n_threads = n_threads
    _limit_threads()


def _end_with(parent: int) -> None:
    """Ends this process within a second after its parent: one that was killed tells nobody."""
    while os.getppid() == parent:
        time.sleep(1.0)
    os._exit(1)


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
    worker = _name()
    with _uninterrupted():
        try:
            kernel = _recall(token, pickled)
        except Exception as error:
            error.add_note(f"raised while worker {worker} unpacked the integrand: can it import its modules?")
            return _refusal(error, worker, 0.0)
        if kernel is None:
            return Reply(worker, is_unknown=True)
        reply = compute_here(kernel, items, worker)
        return replace(reply, most_at_once=getattr(kernel, "most_at_once", None))


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
    except BaseException as error:  # also what would end a worker, such as sys.exit()
        return _refusal(error, worker, time.perf_counter() - begun)
    return Reply(worker, values, time.perf_counter() - begun)


def _name() -> str:
    import socket  # on workers alone: `import iflow` does without

    return f"{socket.gethostname()}:{os.getpid()}"


@contextlib.contextmanager
def _uninterrupted() -> Iterator[None]:
    """Leaves Ctrl-C, which every process of a terminal is told of, to the one that the user talks to."""
    try:
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    except ValueError:  # a thread that is told of no signal
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_DFL if before is None else before)


class WorkerError(RuntimeError):
    """Stands for an exception on a worker that cannot be sent itself."""


def _refusal(error: BaseException, worker: str, seconds: float) -> Reply:
    """Returns a reply with an exception that survives being pickled, and where it was raised as a note."""
    lines = trace_of(error)
    if lines:
        error.add_note(f"on a worker ({worker}), at\n{lines}")
    notes = tuple(map(str, getattr(error, "__notes__", ())))
    error.__traceback__ = error.__cause__ = error.__context__ = None
    if not isinstance(error, Exception) or not _is_sendable(error):
        error = WorkerError(f"the integrand raised {_told(error)}")
    return Reply(worker, seconds=seconds, error=error, notes=notes)


def _is_sendable(error: Exception) -> bool:
    try:
        return type(pickle.loads(pickle.dumps(error))) is type(error)
    except Exception:
        return False


def _told(error: BaseException) -> str:
    try:
        return f"{type(error).__name__}: {error}"
    except Exception:  # one that cannot even be printed
        return type(error).__name__
