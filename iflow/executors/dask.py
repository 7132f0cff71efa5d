"""Workers of a Dask cluster."""

from __future__ import annotations

import sys
from typing import Any

from iflow.executors.engine import FAR, Engine
from iflow.executors.faults import KEPT, LostWorkersError

# Seconds that a scheduler gets to answer when it is first spoken to.
_PATIENCE = 10


def of_dask(executor: Any, n_workers: int = 0) -> Engine | None:
    """Returns an engine of a Dask client, or of an executor that one has made; None for anything else.

    How many workers there are may change while they work, and there may be none at first. A chunk whose
    worker dies is given to another by Dask itself, three times (distributed.scheduler.allowed-failures)
    before that raises `KilledWorker`.

    Args:
      executor: `distributed.Client`, or what its `get_executor` returns.
      n_workers: that there are, where the user says so.

    Raises:
      TypeError: for a client of a program that runs in an event loop.
      LostWorkersError: for one whose scheduler is gone.
    """
    distributed = sys.modules.get("distributed")
    if distributed is None:  # nobody has made a client
        return None
    options: dict[str, Any] = {}
    if isinstance(executor, distributed.cfexecutor.ClientExecutor):
        executor, options = executor._client, executor._kwargs
    if not isinstance(executor, distributed.Client):
        return None
    client = executor
    if client.status != "running":
        raise LostWorkersError(f"the scheduler of {client!r} does not answer: {KEPT}")
    if client.asynchronous:
        raise TypeError("executor must be a Dask client that waits: make it by Client(asynchronous=False)")

    def count() -> int:
        return n_workers or sum(client.nthreads().values())

    def share(data: bytes) -> Any:
        # To all, so that the death of one does not end them all; there must be one to begin with.
        return client.scatter(data, hash=False, broadcast=True) if count() else data

    def renew() -> Engine:
        again = of_dask(client.get_executor(**options), n_workers)
        assert again is not None
        return again

    # Dask would take a chunk that is sent again for the one that failed.
    own = client.get_executor(**{**options, "pure": False})
    # Futures of a client that has given its scheduler up stay pending for ever.
    return Engine(
        own,
        count(),
        FAR,
        renew=renew,
        count=count,
        share=share,
        is_lost=lambda: client.status == "closed",
    )


def connect(address: str) -> Any:
    """Returns a client of the scheduler at an address, such as "tcp://10.0.0.1:8786".

    Raises:
      ImportError: if Dask is not installed.
      ConnectionError: if nothing answers there within ten seconds.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise ImportError(
            "a Dask cluster needs the package distributed: pip install 'iflow[dask]'", name="distributed"
        ) from error
    try:
        return Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ConnectionError(
            f"no Dask scheduler answers at {address!r} within {_PATIENCE} s ({error}): `dask scheduler` "
            "prints its address when it starts, such as tcp://10.0.0.1:8786; can it be reached from here?"
        ) from error
