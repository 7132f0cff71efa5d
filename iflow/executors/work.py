"""What runs on a worker: a kernel is unpacked once, computes chunks, and times itself."""

from __future__ import annotations

import os
import pickle
import socket
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from iflow.executors.payload import Kernel, unpack
from iflow.executors.trace import trace_of

# Kernels that a worker keeps: that of the run, that of its measurement, and those of a run or two beside it.
_MOST_KNOWN = 4
_known: OrderedDict[str, Kernel] = OrderedDict()


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


def compute(token: str, pickled: bytes | None, items: Any) -> Reply:
    """Returns what a kernel makes of items; on a worker.

    Args:
      token: of the kernel.
      pickled: the kernel; None where the worker has it already.
      items: of the chunk.
    """
    worker = f"{socket.gethostname()}:{os.getpid()}"
    try:
        if token not in _known:
            if pickled is None:
                return Reply(worker, is_unknown=True)
            _known[token] = unpack(pickled)
            while len(_known) > _MOST_KNOWN:
                _known.popitem(last=False)
        _known.move_to_end(token)
    except Exception as error:
        error.add_note(f"raised while worker {worker} unpacked the integrand: can it import its modules?")
        return Reply(worker, error=_sendable(error, worker))
    return compute_here(_known[token], items, worker)


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
