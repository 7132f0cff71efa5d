"""Runs that are stopped by signals at random times, and go on: is anything lost, is the answer the same?"""

from __future__ import annotations

import itertools
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import stopped_run
from benchmarks.checkpoint import ROOT, logged_points, stored_points
from iflow.checkpoint import Folder, open_run
from iflow.checkpoint.pieces import Pieces

KINDS = {"SIGKILL": signal.SIGKILL, "SIGTERM": signal.SIGTERM, "SIGINT": signal.SIGINT}
COLUMNS = (
    *("signal", "workers", "runs", "stopped", "computed", "lost", "at most", "again", "same answer"),
    "same count",
)
# Points that f is looked at as a run goes on, to see that it is the same: at most so many are computed again.
MOST_LOOKS = 20
_LONGEST = 120.0
# Seconds: longer than most calls of f take.
_LONGEST_DELAY = 0.1


@dataclass(frozen=True)
class Stop:
    """What became of a run that was stopped once and went on.

    Args:
      kind: of the signal.
      workers: that computed; 0 for none.
      was_stopped: whether the signal came before the end.
      n_computed: points at which f had been computed by then.
      n_stored: points that were on disk by then, pieces of batches included.
      n_lost: points that had been computed, and were not on disk.
      n_again: points that were on disk, and were computed again but for a few looks.
      is_same: whether the result is that of a run that was left alone, bit for bit.
      is_counted: whether it is that of as many evaluations, each point computed once but for those lost.
    """

    kind: str
    workers: int
    was_stopped: bool
    n_computed: int
    n_stored: int
    n_lost: int
    n_again: int
    is_same: bool
    is_counted: bool


@dataclass(frozen=True)
class Alone:
    """A run that is left alone.

    Args:
      result: of it.
      points: at which it computed f.
    """

    result: Any
    points: frozenset[bytes]


@dataclass(frozen=True)
class Moment:
    """When a signal is sent.

    Args:
      n: points that have been computed by then.
      delay: seconds after that.
    """

    n: int
    delay: float


def leave_alone(folder: Path) -> Alone:
    """Returns what a run comes to that nobody stops; its files go to a folder."""
    folder.mkdir()
    f = stopped_run.Logged(folder / "points", cost=0.0)
    return Alone(stopped_run.run(f, folder / "run"), frozenset(logged_points(folder / "points")))


def stop(kind: str, workers: int, folder: Path, alone: Alone, when: Moment) -> Stop:
    """Returns what becomes of a run that gets a signal and is taken up again.

    Args:
      kind: of the signal, see `KINDS`.
      workers: that compute; 0 for none.
      folder: for its files, not there yet.
      alone: the same run, left alone.
      when: it gets the signal.
    """
    folder.mkdir()
    kept, first, second = folder / "run", folder / "points", folder / "points after"
    was_stopped = _signal(KINDS[kind], kept, first, workers, when)
    _wait_for_silence(first)
    computed = {*logged_points(first)}
    stored = stored_points(kept) | pieces_stored(kept, [*computed]) | probed_points(kept)
    result = stopped_run.run(stopped_run.Logged(second, cost=0.0), kept, workers)
    after_it = logged_points(second)
    again = sum(point in stored for point in after_it)
    new = {*after_it} - stored
    return Stop(
        kind,
        workers,
        was_stopped,
        len(computed),
        len(stored & computed),
        len((computed & alone.points) - stored),
        max(0, again - MOST_LOOKS),
        result == alone.result,
        # What is on disk and what was computed after it are all points of the run, each of them once.
        result.neval == alone.result.neval and (stored | new) >= alone.points,
    )


def probed_points(folder: Path) -> set[bytes]:
    """Returns the points by which f is known again, where the run has come so far."""
    if not (folder / "run.json").exists():
        return set()
    return {point.tobytes() for point in open_run(folder).manifest.x}


def pieces_stored(folder: Path, computed: list[bytes]) -> set[bytes]:
    """Returns the points among those computed whose values are in a file of pieces.

    Pieces hold values only; a Gaussian at different points has different ones.
    """
    if not (folder / "run.json").exists():
        return set()
    pieces = Pieces(Folder(folder), run_key=open_run(folder).manifest.key)
    values: set[float] = set()
    for key in Folder(folder).piece_keys():
        with pieces.writing():
            for piece in pieces.find(key):
                values |= {*np.ravel(piece.values).tolist()}
    found = stopped_run.integrand(np.frombuffer(b"".join(computed)).reshape(-1, stopped_run.DIM))
    return {point for point, value in zip(computed, found.tolist(), strict=True) if value in values}


def _signal(number: signal.Signals, folder: Path, log: Path, workers: int, when: Moment) -> bool:
    """Starts a run, sends it a signal, and returns whether that came before the end."""
    command = [sys.executable, "-m", "benchmarks.stopped_run", str(folder), str(log), str(workers)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        if process.stdout.readline() != "begun\n":
            raise RuntimeError(process.communicate()[1])
        while process.poll() is None and _n_logged(log) < when.n:
            time.sleep(0.002)
        time.sleep(when.delay)
        was_running = process.poll() is None
        process.send_signal(number)
        _, error = process.communicate(timeout=_LONGEST)
    if process.returncode not in (0, -number) and "KeyboardInterrupt" not in error:
        raise RuntimeError(error)
    return was_running


def _n_logged(log: Path) -> int:
    return log.stat().st_size // (8 * stopped_run.DIM) if log.exists() else 0


def _wait_for_silence(log: Path) -> None:
    """Waits until nobody writes any more: workers end a second after the process that they work for."""
    before, end = -1, time.monotonic() + _LONGEST
    while time.monotonic() < end:
        size = _n_logged(log)
        if size == before:
            return
        before = size
        time.sleep(0.3)


def study(folder: Path, n: int, rng: random.Random, *, kinds: tuple[str, ...] = (*KINDS,)) -> Iterator[Stop]:
    """Yields what became of n runs: all kinds of signals in turn, without and with workers.

    Args:
      folder: for their files.
      n: runs.
      rng: draws the times, from the beginning of a run to its end.
      kinds: of signals.
    """
    alone = leave_alone(folder / "alone")
    cases = itertools.cycle(itertools.product((0, 2), kinds))
    for number, (workers, kind) in zip(range(n), cases, strict=False):
        when = Moment(rng.randint(0, len(alone.points)), rng.uniform(0.0, _LONGEST_DELAY))
        yield stop(kind, workers, folder / f"run {number}", alone, when)


def rows(stops: list[Stop]) -> list[tuple[str, ...]]:
    """Returns the rows of the table, one for each kind of signal without and with workers."""
    made = []
    for workers, kind in sorted({(each.workers, each.kind) for each in stops}):
        some = [each for each in stops if (each.workers, each.kind) == (workers, kind)]
        made.append(
            (
                kind,
                str(workers or "none"),
                str(len(some)),
                str(sum(each.was_stopped for each in some)),
                f"{sum(each.n_computed for each in some):,}",
                f"{sum(each.n_lost for each in some):,}",
                f"{max(each.n_lost for each in some):,}",
                f"{sum(each.n_again for each in some):,}",
                f"{sum(each.is_same for each in some)} of {len(some)}",
                f"{sum(each.is_counted for each in some)} of {len(some)}",
            )
        )
    return made
