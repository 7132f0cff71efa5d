"""What is to be computed, pickled once for all workers."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from iflow.executors import pickling
from iflow.executors.blame import culprit

# What is larger is sent to each worker once instead of with every chunk.
_SMALL = 1 << 15

Kernel = Callable[[Any], Any]


@dataclass(frozen=True)
class Payload:
    """A kernel as workers get it.

    Args:
      token: by which workers know it again.
      pickled: the kernel; None where workers share this memory.
      kernel: the kernel itself.
    """

    token: str
    pickled: bytes | None
    kernel: Kernel

    @property
    def is_small(self) -> bool:
        """Whether it may be sent with every chunk."""
        return self.pickled is None or len(self.pickled) <= _SMALL


def pack(kernel: Kernel, *, what: str = "f", shares_memory: bool = False) -> Payload:
    """Returns a kernel as it is sent to workers, see `pickling.dumps`.

    Args:
      kernel: picklable, called with a chunk's items; where it only wraps what the user has handed over,
        its attribute `subject` is that.
      what: to call that in messages.
      shares_memory: whether the workers are threads, which need no copy.

    Raises:
      TypeError: if it cannot be pickled; with the part of it that cannot, and what to do.
    """
    if shares_memory:
        return Payload(f"{id(kernel):x}", None, kernel)
    try:
        pickled = pickling.dumps(kernel)
    except Exception as error:
        raise TypeError(_unpicklable(what, _reason(error, kernel, what))) from error
    return Payload(hashlib.blake2b(pickled, digest_size=16).hexdigest(), pickled, kernel)


def unpack(pickled: bytes) -> Kernel:
    """Returns the kernel of a payload, on a worker."""
    kernel: Kernel = pickling.loads(pickled)
    return kernel


def _reason(error: Exception, kernel: Kernel, what: str) -> str:
    """Returns why a kernel cannot be pickled: which part of it, where that can be told."""
    if isinstance(error, RecursionError) or "recursion" in str(error):
        return "it holds objects that hold objects, too deep to follow"
    problem = f"{type(error).__name__}: {error}"
    part = culprit(getattr(kernel, "subject", kernel), what)
    return f"{part} ({problem})" if part else problem


def _unpicklable(what: str, why: str) -> str:
    return (
        f"{what} must be picklable to be sent to worker processes, but {why}. Locks, open files, "
        f"connections, generators and C functions that {what} uses cannot be sent: open them inside of it at "
        f"its first call on a worker, keep them in a module that {what} imports, or give the object a "
        "__getstate__ without them; executor=ThreadPoolExecutor(n) needs no copy"
    )
