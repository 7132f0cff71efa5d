"""Which workers have which kernel, as far as an executor lets that be known."""

from __future__ import annotations

from collections import Counter
from typing import Any

from iflow.executors.engine import Engine
from iflow.executors.schedule import Chunk
from iflow.executors.work import compute, compute_here


class Shipping:
    """Sends a small kernel with every chunk, and a large one once to each worker."""

    def __init__(self) -> None:
        self._n_sent: Counter[str] = Counter()
        self._shared: dict[str, Any] = {}

    def forget(self) -> None:
        """Takes note that all workers are new."""
        self._n_sent.clear()
        self._shared.clear()

    def call(self, chunk: Chunk, engine: Engine, n_workers: int) -> tuple[Any, ...]:
        """Returns the function that computes a chunk on a worker, and what it is called with.

        Args:
          chunk: to be computed.
          engine: that it is submitted to.
          n_workers: that there are now.
        """
        payload = chunk.job.payload
        if payload.pickled is None:
            return compute_here, payload.kernel, chunk.items
        return compute, payload.token, self._kernel_for(chunk, engine, n_workers), chunk.items

    def _kernel_for(self, chunk: Chunk, engine: Engine, n_workers: int) -> Any:
        """Returns the pickled kernel for the worker that a chunk goes to, or None for one that has it.

        Which worker takes a chunk is up to the executor, and one that has not got the kernel says so.
        """
        payload = chunk.job.payload
        if payload.is_small or payload.pickled is None:
            return payload.pickled
        if engine.share is not None:
            if payload.token not in self._shared:
                self._shared[payload.token] = engine.share(payload.pickled)
            return self._shared[payload.token]
        if not chunk.n_unknown and self._n_sent[payload.token] >= n_workers:
            return None
        self._n_sent[payload.token] += 1
        return payload.pickled
