"""What it gains that the flow learns from the first part of a round while workers compute the second.

    python -m benchmarks.overlap            8-d camel, 8 threads that sleep, three turns each
    python -m benchmarks.overlap --quick

The same run is done with the rounds of the flow as they are, and with workers that have to be done with the
whole round before anything is learned from it. The numbers are the same bit for bit; the seconds are those
until the last round of training is over, by the clock.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from typing import Any

import click
import numpy as np

import iflow
import integrands
from benchmarks.table import print_table
from iflow.sampler import Sampler

_WORKERS = 8


class Sleeping:
    """An integrand whose calls take their time without a core.

    Args:
      name: of a listed integrand.
      dim: number of coordinates.
      seconds: that a call takes.
    """

    def __init__(self, name: str, dim: int, seconds: float):
        self._f, self._seconds = integrands.get(name, dim), seconds

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Returns the values at x [n, dim]."""
        time.sleep(self._seconds * len(x))
        values: np.ndarray = self._f(x)
        return values


@contextmanager
def one_after_the_other() -> Iterator[None]:
    """Has workers compute all slices of a round before the first one is learned from."""
    stream = Sampler.stream

    def waiting(self: Sampler, *args: Any, **kwargs: Any) -> Generator[Any, None, None]:
        batches = stream(self, *args, **kwargs)
        return (each for each in [*batches]) if kwargs.get("at_once") else batches

    Sampler.stream = waiting  # type: ignore[assignment]
    try:
        yield
    finally:
        Sampler.stream = stream  # type: ignore[method-assign]


def trained(f: Sleeping, dim: int, max_neval: int) -> tuple[float, list[float]]:
    """Returns the seconds from the first round of the flow to the last, and what each round has seen."""
    options: dict[str, Any] = {"rtol": 0.0, "max_neval": max_neval, "seed": 1, "flow": True}
    with (
        ThreadPoolExecutor(_WORKERS) as executor,
        iflow.Integrator(f, dim, **options, executor=executor) as run,
    ):
        run.train()
        rows = [row for row in run.result.history if row.proposal == "flow"]
        run.close()
    return rows[-2].seconds - rows[0].seconds, [row.mean for row in rows]  # the last one is not learned from


def row(dim: int, cost: float, max_neval: int, turns: int) -> tuple[str, ...]:
    """Returns a row of the table."""
    f = Sleeping("camel", dim, cost)
    seconds: dict[str, list[float]] = {"together": [], "apart": []}
    seen = []
    for _ in range(turns):
        for name, way in (("together", nullcontext), ("apart", one_after_the_other)):
            with way():
                after, means = trained(f, dim, max_neval)
            seconds[name].append(after)
            seen.append(means)
    together, apart = (statistics.median(seconds[name]) for name in ("together", "apart"))
    ratios = [one / other for one, other in zip(seconds["apart"], seconds["together"], strict=True)]
    spread = f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
    return (
        f"{1e3 * cost:g} ms",
        f"{apart:.1f}",
        f"{together:.1f}",
        spread,
        "yes" if all(each == seen[0] for each in seen) else "NO",
    )


@click.command()
@click.option("--quick", is_flag=True, help="One cheap turn.")
def main(quick: bool) -> None:
    """Trains with and without overlap."""
    dim, max_neval, turns = (2, 15_000, 1) if quick else (8, 100_000, 3)
    rows = [row(dim, cost, max_neval, turns) for cost in ((1e-4,) if quick else (1e-3, 3e-3))]
    columns = ("a call", "apart, s", "together, s", "apart / together", "same numbers")
    print_table(f"Training on the {dim}-d camel, {_WORKERS} workers that sleep", columns, rows)


if __name__ == "__main__":
    main()
