"""Workers that are killed again and again: are the numbers the same, and what does it cost?

    python -m benchmarks.faults                        60 s, a worker killed by SIGKILL every 5 s
    python -m benchmarks.faults --seconds 20 --every 4
    python -m benchmarks.faults --runs 100             instead: 100 runs that a signal stops, and that go on,
                                                       and runs with a full disk, little memory, a wild clock

The same integral is computed four times by two processes: left alone; by `workers=2`; by a function that
makes pools of `concurrent.futures`; and by one such pool that is handed over as it is. The integrand writes
down the points of each chunk that it has computed; what comes back is counted where it arrives. A worker dies
as it computes, so that points are lost; none of those that had come back may be computed again. (Nobody is
killed before workers are up again: on a busy machine that may take longer than 5 s.)
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import random
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import click
import numpy as np

import iflow
from benchmarks import shock, stops
from benchmarks.table import print_table
from iflow.executors import Piece, PieceStore

_DIM, _COST, _WORKERS = 3, 1e-3, 2


class Noted:
    """A Gaussian that takes a millisecond a point, and writes down what workers have computed.

    Args:
      log: file that its points are added to.
    """

    def __init__(self, log: Path):
        self.log, self._parent = log, os.getpid()

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Returns the values at x [n, 3]."""
        time.sleep(_COST * len(x))
        if os.getpid() != self._parent:
            with open(self.log, "ab") as file:
                file.write(x.tobytes())
        values: np.ndarray = np.exp(-50.0 * np.square(x - 0.5).sum(axis=1))
        return values

    @property
    def points(self) -> np.ndarray:
        """Every point that workers have computed, [n, 3]."""
        return np.fromfile(self.log).reshape(-1, _DIM)


class Arrivals:
    """Counts what comes back, and hands it on.

    Attributes:
      n: points that came back, but for the last piece of each batch.
      n_again: how many of them had come back before.
      store: that pieces are handed on to; None for nobody.
    """

    def __init__(self) -> None:
        self.n, self.n_again = 0, 0
        self.store: PieceStore | None = None
        self._seen: dict[str, set[int]] = {}

    def find(self, key: str) -> Sequence[Piece]:
        """Returns what is stored of a batch."""
        return [] if self.store is None else self.store.find(key)

    def keep(self, key: str, piece: Piece) -> None:
        """Takes a piece that has come back."""
        seen, new = self._seen.setdefault(key, set()), set(range(piece.start, piece.end))
        self.n += len(new)
        self.n_again += len(new & seen)
        seen |= new
        if self.store is not None:
            self.store.keep(key, piece)


class Killer:
    """Kills a worker of this process at a time.

    Args:
      every: seconds between two of them, and until something has been computed again; None kills nobody.
      log: file that grows as something is computed.

    Attributes:
      n: kills so far.
    """

    def __init__(self, every: float | None, log: Path):
        self._every, self._log, self.n = every, log, 0
        self._over = threading.Event()

    @contextlib.contextmanager
    def at_work(self) -> Iterator[None]:
        """Kills during the block, from a thread of its own."""
        thread = threading.Thread(target=self._run, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join()

    def _run(self) -> None:
        if self._every is None:
            return
        before = 0
        while not self._over.wait(self._every):
            while self._log.stat().st_size == before and not self._over.wait(0.1):
                pass
            before = self._log.stat().st_size
            workers = multiprocessing.active_children()
            if workers:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(workers[self.n % len(workers)].pid or 0, signal.SIGKILL)
                    self.n += 1


@dataclass(frozen=True)
class Outcome:
    """What a run came to.

    Args:
      result: of it.
      seconds: wall-clock time.
      n_kills: workers that were killed.
      n_computed: points that were computed to the end of their chunk.
      n_arrived_again: points that came back although they had come back before.
    """

    result: Any
    seconds: float
    n_kills: int
    n_computed: int
    n_arrived_again: int


def make_pool() -> ProcessPoolExecutor:
    """Returns a pool of Python's own."""
    return ProcessPoolExecutor(_WORKERS, mp_context=multiprocessing.get_context("spawn"))


def by_itself(f: Noted, arrivals: Arrivals, options: dict[str, Any]) -> Any:
    """Returns the result of a run whose workers' deaths are the integrator's business."""
    integrator = iflow.Integrator(f, _DIM, **options)
    _watch(integrator, arrivals)
    return integrator.integrate()


def by_a_pool(f: Noted, arrivals: Arrivals, options: dict[str, Any]) -> Any:
    """Returns the result of a run that is handed a pool, which breaks as its first worker dies."""
    with make_pool() as pool:
        return by_itself(f, arrivals, options | {"executor": pool})


def _watch(integrator: iflow.Integrator, arrivals: Arrivals) -> None:
    crew = integrator.crew
    assert crew is not None
    arrivals.store, crew.store = crew.store, arrivals


def run(
    how: Callable[[Noted, Arrivals, dict[str, Any]], Any],
    *,
    n: int,
    every: float | None = None,
    **options: Any,
) -> Outcome:
    """Returns what a run of n evaluations comes to.

    Args:
      how: runs it.
      n: evaluations.
      every: seconds between two kills; None for none.
      **options: who computes.
    """
    arrivals = Arrivals()
    options = {"rtol": 0.0, "max_neval": n, "seed": 1, "flow": False, "cost": _COST, **options}
    with tempfile.TemporaryDirectory() as folder:
        f = Noted(Path(folder, "points"))
        f.log.touch()
        killer = Killer(every, f.log)
        begun = time.monotonic()
        with killer.at_work():
            result = how(f, arrivals, options)
        seconds = time.monotonic() - begun
        return Outcome(result, seconds, killer.n, len(f.points), arrivals.n_again)


def is_same(result: Any, expected: Any) -> bool:
    """Returns whether all numbers are the same, bit for bit; what is said of faults is not compared."""
    return bool(result == expected)


@click.command()
@click.option("--seconds", default=60.0, show_default=True, help="Of the run that is left alone, about.")
@click.option("--every", default=5.0, show_default=True, help="Seconds between two kills.")
@click.option("--runs", default=0, help="Runs to stop by signals; 0 kills workers instead.")
@click.option("--seed", default=1, show_default=True, help="Of the moments at which runs are stopped.")
def main(seconds: float, every: float, runs: int, seed: int) -> None:
    """Kills workers, or whole runs."""
    if runs:
        _stop_runs(runs, random.Random(seed))
    else:
        _kill_workers(seconds, every)


def _stop_runs(n: int, rng: random.Random) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shocks = [shock.row(kind, Path(folder, kind), 10, rng) for kind in shock.KINDS]
        print_table("10 runs each, with a checkpoint", shock.COLUMNS, shocks)
        found = []
        for one in stops.study(Path(folder), n, rng):
            found.append(one)
            click.echo(f"{len(found)}: {one}", err=True)
    print_table(f"{n} runs that were stopped once and went on", stops.COLUMNS, stops.rows(found))


def _kill_workers(seconds: float, every: float) -> None:
    n = int(seconds * _WORKERS / _COST)
    ways: dict[str, Callable[[], Outcome]] = {
        "left alone": partial(run, by_itself, n=n, workers=_WORKERS),
        "workers=2": partial(run, by_itself, n=n, every=every, workers=_WORKERS),
        "a function that makes pools": partial(run, by_itself, n=n, every=every, executor=make_pool),
        "a pool that is handed over": partial(run, by_a_pool, n=n, every=every),
    }
    outcomes: dict[str, Outcome] = {}
    for name, way in ways.items():
        outcomes[name] = way()
        click.echo("  ".join(row(name, outcomes[name], outcomes["left alone"])), err=True)
    columns = ("who computes", "same", "s", "kills", "neval", "computed", "came back again")
    print_table(
        f"{n:,} evaluations of {1e3 * _COST:g} ms, a worker killed every {every:g} s",
        columns,
        [row(name, outcome, outcomes["left alone"]) for name, outcome in outcomes.items()],
    )


def row(name: str, outcome: Outcome, alone: Outcome) -> tuple[str, ...]:
    """Returns a run as a row of the table."""
    return (
        name,
        "yes" if is_same(outcome.result, alone.result) else "NO",
        f"{outcome.seconds:.0f}",
        str(outcome.n_kills),
        f"{outcome.result.neval:,}",
        f"{outcome.n_computed:,}",
        str(outcome.n_arrived_again),
    )


if __name__ == "__main__":
    main()
