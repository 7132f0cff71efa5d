"""Which engine stands behind what the user hands over as executor."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from types import ModuleType
from typing import Any

from iflow.executors.dask import of_dask
from iflow.executors.engine import FAR, NEAR, THREADS, Engine
from iflow.executors.pools import kill, local, of_pool
from iflow.executors.ray import of_ray

__all__ = ["Engine", "local", "of", "require_executor"]

# The first that knows an executor has it.
_KINDS: tuple[Callable[[Any, int], Engine | None], ...] = (of_pool, of_dask, of_ray)

# What people hand over that is none, by a part of its type's name, and what to hand over instead.
_INSTEAD = {
    "multiprocessing.pool.ThreadPool": "executor=concurrent.futures.ThreadPoolExecutor(n)",
    "multiprocessing.pool": "workers=N, or executor=concurrent.futures.ProcessPoolExecutor(n)",
    "joblib": "workers=N: that is a pool of loky, which joblib uses too",
    "ipyparallel": "executor=client.load_balanced_view().executor",
    "mpi4py": "executor=mpi4py.futures.MPIPoolExecutor()",
    "dask_jobqueue": "executor=distributed.Client(cluster)",
    "distributed": "executor=distributed.Client(cluster)",
    "dask": "executor=distributed.Client(...)",
    "ray": "executor=iflow.RayExecutor()",
}


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
    try:
        made = executor()
    except Exception as error:
        error.add_note("raised by the function given as executor, which is called to make one")
        raise
    if not _has_interface(made):
        raise TypeError(f"the function given as executor must make one: {_what_is_wrong(made)}")
    return replace(_of_one(made, n_workers), renew=partial(of, executor, n_workers), kill=partial(kill, made))


def require_executor(executor: Any) -> None:
    """Refuses what is neither an executor nor a function that may make one.

    Raises:
      TypeError: with what it should be.
    """
    if not _has_interface(executor) and (not callable(executor) or _instead_of(executor)):
        raise TypeError(_what_is_wrong(executor))


def _has_interface(executor: Any) -> bool:
    return callable(getattr(executor, "submit", None)) and not isinstance(executor, type | ModuleType)


def _what_is_wrong(executor: Any) -> str:
    instead = _instead_of(executor)
    return f"executor must be a concurrent.futures.Executor, got {type(executor).__name__} {executor!r}; " + (
        f"give {instead}" if instead else "workers=N makes a pool of N processes"
    )


def _instead_of(executor: Any) -> str | None:
    """Returns what to hand over in place of a thing that is known not to be an executor."""
    if isinstance(executor, type) or (callable(executor) and hasattr(executor, "__code__")):
        return None  # it may make one
    kind = type(executor)
    name = executor.__name__ if isinstance(executor, ModuleType) else f"{kind.__module__}.{kind.__qualname__}"
    return next((fix for part, fix in _INSTEAD.items() if f"{name}.".startswith(f"{part}.")), None)


def _of_one(executor: Any, n_workers: int) -> Engine:
    for engine_of in _KINDS:
        engine = engine_of(executor, n_workers)
        if engine is not None:
            return engine
    if isinstance(executor, ThreadPoolExecutor):
        return Engine(executor, n_workers or executor._max_workers, THREADS, shares_memory=True)
    # mpi4py's number of workers is 1 at least where there is nobody but this process.
    for name in ("num_workers", "_max_workers"):
        known = getattr(executor, name, None)
        if isinstance(known, int) and known > 0:
            return Engine(executor, n_workers or known, FAR if name == "num_workers" else NEAR)
    return Engine(executor, n_workers, FAR)
