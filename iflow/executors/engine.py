"""An executor, and how to deal with it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

from iflow.executors.chunking import Chunking

# Another machine is further away than another process, and that is further than another thread. What a chunk
# costs this process was measured by `python -m benchmarks.scaling`, up to 0.1 ms with threads and 0.4 ms with
# pools of processes; Dask's scheduler is known to take 1 ms.
THREADS = Chunking(handling=1e-4)
NEAR = Chunking()
FAR = Chunking(least_seconds=0.1, most_seconds=5.0, handling=1e-3)


@dataclass(frozen=True)
class Engine:
    """An executor, and how to deal with it.

    Args:
      executor: that chunks are submitted to.
      n_workers: that it has; 0 where that is not known.
      chunking: sizes of chunks that suit it.
      shares_memory: whether its workers are threads of this process.
      renew: makes another engine in place of this one when it is broken; None where that cannot be done.
      kill: ends its workers at once, also those that hang; None where they are not iflow's to end. What
        iflow has made itself is ended so when the crew is closed.
      count: returns how many workers there are now, where that changes.
      share: hands large bytes to all workers once; returns what is submitted in their place. None where
        they go along with chunks.
      is_lost: returns whether nothing will come back any more, where futures do not say so themselves;
        None where they do.
    """

    executor: Executor
    n_workers: int
    chunking: Chunking
    shares_memory: bool = False
    renew: Callable[[], Engine] | None = None
    kill: Callable[[], None] | None = None
    count: Callable[[], int] | None = None
    share: Callable[[bytes], Any] | None = None
    is_lost: Callable[[], bool] | None = None
