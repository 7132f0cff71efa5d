"""What is to be computed, pickled once for all workers."""

from __future__ import annotations

import hashlib
import io
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

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
    """Returns a kernel as it is sent to workers.

    Functions of scripts and notebooks, lambdas and closures are sent by value (cloudpickle), those of
    modules by name.

    Args:
      kernel: picklable, called with a chunk's items.
      what: to call it in messages.
      shares_memory: whether the workers are threads, which need no copy.

    Raises:
      TypeError: if it cannot be pickled; with the part of it that cannot, and what to do.
    """
    if shares_memory:
        return Payload(f"{id(kernel):x}", None, kernel)
    import cloudpickle

    try:
        pickled = cloudpickle.dumps(kernel, protocol=pickle.HIGHEST_PROTOCOL)
    except RecursionError:
        raise TypeError(_unpicklable(what, "it refers to itself too deeply")) from None
    except Exception as error:
        raise TypeError(_unpicklable(what, f"{type(error).__name__}: {error}")) from error
    return Payload(hashlib.blake2b(pickled, digest_size=16).hexdigest(), pickled, kernel)


def unpack(pickled: bytes) -> Kernel:
    """Returns the kernel of a payload, on a worker."""
    kernel: Kernel = pickle.load(io.BytesIO(pickled))
    return kernel


def _unpicklable(what: str, why: str) -> str:
    return (
        f"{what} must be picklable to be sent to worker processes, but {why}. Locks, open files, "
        "connections, generators and C functions opened with ctypes cannot be sent: open them inside of "
        f"{what} at its first call on a worker, keep them in a module that {what} imports, or give the "
        "object a __getstate__ without them; executor=ThreadPoolExecutor(n) needs no copy"
    )
