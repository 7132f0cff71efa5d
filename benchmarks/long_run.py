"""A thousand million evaluations in one run: do memory, files and counters stay sane, and the sums exact?

    python -m benchmarks.long_run                      1e9 evaluations of a smooth function in 4 dimensions
    python -m benchmarks.long_run --neval 1e8 --integrand peak

The run has a checkpoint, a TensorBoard log and a log of its own, so that all that could grow is there. While
it goes on, its memory and its files are looked at ten times. At the end the result is held against the sums
of all batches added without any rounding, and what was counted in different places is compared.
"""

from __future__ import annotations

import logging
import math
import resource
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any
from unittest.mock import patch

import click
import numpy as np

import iflow
from benchmarks.table import print_table
from iflow.engine.measurement import Measurement
from iflow.engine.tally import Tally

_PAGE = resource.getpagesize()


def smooth(x: np.ndarray) -> np.ndarray:
    """A sum of parabolas: no map is needed."""
    values: np.ndarray = (x - x * x).sum(axis=1)
    return values


def peak(x: np.ndarray) -> np.ndarray:
    """A product of Lorentz peaks, for which a map of each axis is all that is needed."""
    y = np.square(x - 0.4)
    y += 0.01
    values: np.ndarray = 1.0 / y.prod(axis=1)
    return values


INTEGRANDS: dict[str, tuple[Callable[[np.ndarray], np.ndarray], int]] = {
    "smooth": (smooth, 4),
    "peak": (peak, 2),
}


class ExactSums:
    """Adds the sums of all batches of a measurement without rounding.

    Attributes:
      n: points.
      total: sum of their weights, in units of exp(log_unit).
      log_unit: of the first weight that is not 0.
    """

    def __init__(self) -> None:
        self.n, self.total, self.log_unit = 0, Fraction(0), -math.inf

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Takes all that is measured during the block."""
        add = Measurement.add_tally

        def add_here(measurement: Measurement, tally: Tally) -> None:
            add(measurement, tally)
            self.take(tally)

        with patch.object(Measurement, "add_tally", add_here):
            yield

    def take(self, tally: Tally) -> None:
        """Adds a batch."""
        for part in tally.parts:
            self.n += part.n
            if part.log_scale == -math.inf:
                continue
            if self.log_unit == -math.inf:
                self.log_unit = part.log_scale
            mean = part.estimate(self.log_unit).mean
            self.total += Fraction(mean) * part.n

    @property
    def mean(self) -> float:
        """The mean weight."""
        return float(self.total / self.n) * math.exp(self.log_unit)


@dataclass(frozen=True)
class Look:
    """What a run takes up at a moment.

    Args:
      neval: evaluations so far.
      seconds: since it began.
      resident: memory, in bytes.
      n_files: of checkpoint and logs.
      n_bytes: in them.
    """

    neval: int
    seconds: float
    resident: int
    n_files: int
    n_bytes: int

    @property
    def row(self) -> tuple[str, ...]:
        """The same for a table."""
        numbers = f"{1e-6 * self.resident:.0f}", str(self.n_files), f"{1e-6 * self.n_bytes:.1f}"
        return f"{self.neval:,}", f"{self.seconds:.1f}", *numbers


class Watcher:
    """Looks at a run while it goes on, from a thread of its own.

    Args:
      integrator: of the run.
      folder: with all of its files.
      neval: evaluations at which the run is over.
      n_looks: how often it is looked at on the way, at equal distances.

    Attributes:
      looks: so far.
    """

    def __init__(self, integrator: iflow.Integrator, folder: Path, neval: int, *, n_looks: int = 10):
        self._integrator, self._folder = integrator, folder
        self._step = max(1, neval // n_looks)
        self._begun, self._over = time.monotonic(), threading.Event()
        self.looks: list[Look] = []

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Looks during the block, and at its end."""
        thread = threading.Thread(target=self._run, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join()
            self._look()

    def _run(self) -> None:
        due = self._step
        while not self._over.wait(0.05):
            if self._integrator.neval >= due:
                self._look()
                due += self._step

    def _look(self) -> None:
        sizes = []
        for path in self._folder.rglob("*"):
            try:
                sizes.append(path.stat().st_size if path.is_file() else 0)
            except FileNotFoundError:  # it has been replaced
                continue
        seconds = time.monotonic() - self._begun
        look = Look(self._integrator.neval, seconds, resident(), len(sizes), sum(sizes))
        self.looks.append(look)


def resident() -> int:
    """Returns the memory of this process, in bytes."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE
    except OSError:  # not Linux: the largest so far
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


@dataclass(frozen=True)
class Outcome:
    """What a long run came to.

    Args:
      result: of it.
      looks: on the way, and at its end.
      exact: mean of the measured weights, added without rounding.
      n_exact: how many these are.
    """

    result: Any
    looks: list[Look]
    exact: float
    n_exact: int

    @property
    def rounding(self) -> float:
        """How far the mean is from its exact sum, relative to that."""
        return abs(self.result.mean - self.exact) / abs(self.exact)

    def mistakes(self) -> list[str]:
        """Returns what was counted in two places and is not the same."""
        result = self.result
        measured = sum(row.neval for row in result.history if row.phase == "measurement")
        histogram = result.weight_histogram
        pairs = {
            "points that were summed": (self.n_exact, result.neval_measured),
            "points of the rows": (measured, result.neval_measured),
            "weights of the histogram": (
                int(histogram.counts.sum()) + histogram.n_zero,
                result.neval_measured,
            ),
            "evaluations up to the last row": (result.history[-1].total_neval, result.neval),
        }
        return [f"{what}: {one:,} and {other:,}" for what, (one, other) in pairs.items() if one != other]


def run(integrand: str, neval: int, folder: Path, **options: Any) -> Outcome:
    """Returns what a run of so many evaluations comes to.

    Args:
      integrand: name in `INTEGRANDS`.
      neval: evaluations.
      folder: for its files, not there yet.
      **options: of the run.
    """
    f, dim = INTEGRANDS[integrand]
    folder.mkdir()
    chosen = {"seed": 1, "flow": False, "checkpoint": folder / "run", "tensorboard": folder / "events"}
    integrator = iflow.Integrator(f, dim, rtol=0.0, max_neval=neval, **chosen | options)
    exact, watcher = ExactSums(), Watcher(integrator, folder, neval)
    with _logging_to(folder / "log.txt"), exact.listening(), watcher.at_work():
        result = integrator.integrate()
    return Outcome(result, watcher.looks, exact.mean, exact.n)


@contextmanager
def _logging_to(path: Path) -> Iterator[None]:
    """Writes all that is told to the logger "iflow" into a file."""
    logger, handler = logging.getLogger("iflow"), logging.FileHandler(path)
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        logger.setLevel(level)
        logger.removeHandler(handler)
        handler.close()


@click.command()
@click.option("--neval", default=1e9, show_default=True, help="Evaluations.")
@click.option("--integrand", default="smooth", show_default=True, type=click.Choice([*INTEGRANDS]))
@click.option("--workers", type=int, help="Processes that compute; none for this one.")
def main(neval: float, integrand: str, workers: int | None) -> None:
    """Runs for long."""
    with tempfile.TemporaryDirectory() as folder:
        outcome = run(integrand, int(neval), Path(folder, "run"), workers=workers)
    result = outcome.result
    columns = ("evaluations", "s", "memory MB", "files", "MB in files")
    print_table(f"{integrand}, {neval:,.0f} evaluations", columns, [look.row for look in outcome.looks])
    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    click.echo(f"\n{result}, {result.neval_measured:,} measured from {result.proposal}, {result.stop_reason}")
    click.echo(f"{1e-6 * result.neval / outcome.looks[-1].seconds:.2f} million evaluations a second")
    click.echo(f"largest memory {1e-6 * largest:.0f} MB, {len(result.history)} rows")
    click.echo(
        f"mean - exact sum of all batches, relative: {outcome.rounding:.1e}; "
        f"error bar, relative: {result.sdev / abs(result.mean):.1e}"
    )
    click.echo("counts: " + ("; ".join(outcome.mistakes()) or "agree"))


if __name__ == "__main__":
    main()
