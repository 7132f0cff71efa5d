"""What is raised when workers fail, with what the user needs to know to go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from iflow.notation import times

if TYPE_CHECKING:
    from iflow.executors.schedule import Chunk

KEPT = (
    "everything else that came back is kept by an Integrator, and in a checkpoint: its integrate(), or "
    "iflow.resume, computes only what is missing"
)


class LostWorkersError(RuntimeError):
    """Workers died, fell silent or cannot be reached, and the work cannot be done without them."""


def failed(error: BaseException, chunk: Chunk) -> BaseException:
    """Returns what the kernel raised, with a note on the chunk."""
    error.add_note(f"{_where(chunk)} failed {times(chunk.n_failed)}; {KEPT}")
    return error


def died(error: BaseException, chunk: Chunk) -> LostWorkersError:
    """Returns what is raised for a chunk whose worker dies each time."""
    lost = LostWorkersError(
        f"the worker died each time it had {_where(chunk)}, {times(chunk.n_deaths)}, "
        f"{times(chunk.n_failed)} with nothing else under way: does the integrand crash there (a "
        f"segmentation fault, too much memory)? {KEPT}"
    )
    lost.__cause__ = error
    return lost


def timed_out(chunk: Chunk, timeout: float) -> LostWorkersError:
    """Returns what is raised for a chunk that does not come back."""
    return LostWorkersError(
        f"{_where(chunk)} did not come back within timeout = {timeout:g} s, {times(chunk.n_failed)}: does "
        f"the integrand hang there, or is the timeout too short for it? {KEPT}"
    )


def gone(error: BaseException, executor: object) -> LostWorkersError:
    """Returns what is raised when the executor is broken and cannot be made again."""
    lost = LostWorkersError(
        f"the {type(executor).__name__} is broken and cannot be started again ({type(error).__name__}: "
        f"{error}). What came back is kept, and only what is missing will be computed: go on with other "
        "workers by iflow.resume(checkpoint, f, executor=...), or without a checkpoint by save(path) and "
        "Integrator.load(path, f, executor=...). workers=N, or executor=a function that makes executors, "
        "starts new workers by itself"
    )
    lost.__cause__ = error
    return lost


def never_up(error: BaseException, executor: object, n: int) -> LostWorkersError:
    """Returns what is raised when the workers of an executor have died n times as they started."""
    lost = LostWorkersError(
        f"the workers of the {type(executor).__name__} died {times(n)} before they were up "
        f"({type(error).__name__}: {error}): an initializer that raises, too little memory, or a script "
        'that starts processes without `if __name__ == "__main__":` (workers=N needs none)? '
        f"{KEPT}"
    )
    lost.__cause__ = error
    return lost


def dismissed() -> LostWorkersError:
    """Returns what is raised for whoever waits when workers are sent away."""
    return LostWorkersError("the workers were dismissed while this was computed")


def forked(process: int) -> LostWorkersError:
    """Returns what is raised where a process was forked from this one, and wants its workers."""
    return LostWorkersError(
        f"the workers belong to process {process}, which this one was forked from: make a new Integrator or "
        "executor here, or go on by iflow.resume where there is a checkpoint"
    )


def _where(chunk: Chunk) -> str:
    first = chunk.items[0] if chunk.n else None
    what = f"x = {first.tolist()}" if isinstance(first, np.ndarray) else repr(first)
    return f"the chunk of {chunk.n:,} {'point' if chunk.n == 1 else 'points'} that starts at {what}"
