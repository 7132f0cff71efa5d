"""What a machine does to a run: the disk fills up, memory runs out, the clock jumps."""

from __future__ import annotations

import errno
import random
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

import iflow
from benchmarks.killed_run import DIM, OPTIONS, integrand
from iflow import archive

COLUMNS = ("what happens", "runs", "times", "computed again", "same answer", "said so")
_HOURS = 3_600.0


class _Run:
    """A run to which something happens at random.

    Args:
      rng: draws what.

    Attributes:
      n: how often it has happened.
      n_points: points at which f was computed.
    """

    def __init__(self, rng: random.Random):
        self.rng, self.n, self.n_points = rng, 0, 0

    def f(self, x: np.ndarray) -> np.ndarray:
        """Returns f at x [n, 3]."""
        self.n_points += len(x)
        return integrand(x)

    def surroundings(self) -> AbstractContextManager[Any]:
        """Returns what is to be around the run."""
        return nullcontext()


class FullDisk(_Run):
    """The disk has no room for some files, half of which are written by then."""

    @contextmanager
    def surroundings(self) -> Iterator[None]:
        """Is what is to be around the run."""
        save = archive.save_arrays

        def full(path: Path, arrays: Mapping[str, np.ndarray]) -> str:
            if self.rng.random() < 0.5:
                return save(path, arrays)
            self.n += 1
            path.write_bytes(b"half")
            raise OSError(errno.ENOSPC, "No space left on device")

        with patch.object(archive, "save_arrays", full), patch.object(archive.files, "save_arrays", full):
            yield


class LittleMemory(_Run):
    """There is memory for some points at once only."""

    def __init__(self, rng: random.Random):
        super().__init__(rng)
        self._room = rng.randint(20, 2_000)

    def f(self, x: np.ndarray) -> np.ndarray:
        """Returns f at x [n, 3]."""
        if len(x) > self._room:
            self.n += 1
            raise MemoryError(f"Unable to allocate for {len(x)} points")
        return super().f(x)


class WildClock(_Run):
    """The clock jumps by hours whenever it is looked at, back and forth."""

    def surroundings(self) -> AbstractContextManager[Any]:
        """Returns what is to be around the run."""
        now = time.time

        def jump() -> float:
            self.n += 1
            return now() + self.rng.uniform(-5.0, 5.0) * _HOURS

        return patch.object(time, "time", jump)


KINDS: dict[str, type[_Run]] = {
    "the disk fills up": FullDisk,
    "memory runs out": LittleMemory,
    "the clock jumps": WildClock,
}


def run(kind: str, folder: Path, rng: random.Random) -> tuple[_Run, Any]:
    """Returns what happened to a run, and its result.

    Args:
      kind: of `KINDS`.
      folder: for its files, not there yet.
      rng: draws what happens when.
    """
    folder.mkdir(parents=True)
    happening = KINDS[kind](rng)
    options = OPTIONS | {"max_seconds": 600.0, "tensorboard": folder / "events"}
    integrator = iflow.Integrator(happening.f, DIM, checkpoint=folder / "run", **options)
    with happening.surroundings():
        return happening, integrator.integrate()


def row(kind: str, folder: Path, n: int, rng: random.Random) -> tuple[str, ...]:
    """Returns what became of n runs, as a row of the table."""
    expected = iflow.integrate(integrand, DIM, **OPTIONS)
    found = [run(kind, folder / str(number), rng) for number in range(n)]
    return (
        kind,
        str(n),
        f"{sum(happening.n for happening, _ in found):,}",
        f"{sum(happening.n_points - result.neval for happening, result in found):,}",
        f"{sum(result == expected for _, result in found)} of {n}",
        f"{sum(bool(result.circumstances or result.warnings) for _, result in found)} of {n}",
    )
