"""One and two workers in turns: how many points a second a run takes, and its measurement alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import Any

import iflow
from benchmarks.scaling.load import DIM, Load


@dataclass(frozen=True)
class Kind:
    """A kind of workers.

    Args:
      name: for tables.
      sleeps: whether its integrands sleep.
      options: makes the options of a run of so many workers, as a context.
    """

    name: str
    sleeps: bool
    options: Callable[[int], AbstractContextManager[Any]]


KINDS = (
    Kind("workers=N (loky)", False, lambda n: nullcontext(n)),
    Kind("ProcessPoolExecutor", False, ProcessPoolExecutor),
    Kind("ThreadPoolExecutor, sleeping", True, ThreadPoolExecutor),
)


@dataclass(frozen=True)
class Rates:
    """Points a second of one run.

    Args:
      whole: of the run, from its first draw to its result; workers were started before.
      measurement: of its measurement.
    """

    whole: float
    measurement: float


@dataclass
class Scaling:
    """What turns of one and two workers showed.

    Args:
      kind: of the workers.
      cost: seconds a call.
      neval: calls of a run.
      rates: of each turn, by the number of workers.
    """

    kind: Kind
    cost: float
    neval: int
    rates: dict[int, list[Rates]] = field(default_factory=lambda: {1: [], 2: []})

    def ratios(self, what: str) -> list[float]:
        """Returns two workers over one of neighbouring turns, of "whole" or "measurement"."""
        return [
            getattr(two, what) / getattr(one, what)
            for one, two in zip(self.rates[1], self.rates[2], strict=True)
        ]

    def quartiles(self, what: str) -> tuple[float, float, float]:
        """Returns the quartiles of the ratios, the median in the middle."""
        ratios = self.ratios(what)
        low, middle, high = quantiles(ratios, n=4, method="inclusive") if len(ratios) > 1 else ratios * 3
        return low, middle, high

    def text(self, what: str) -> str:
        """Returns the median of the ratios with their quartiles."""
        low, middle, high = self.quartiles(what)
        return f"{middle:.3f} ({low:.3f} - {high:.3f})"

    def of_ideal(self, workers: int) -> float:
        """Returns the median rate of the measurement over that of workers which do nothing but call f."""
        return median(rates.measurement for rates in self.rates[workers]) * self.cost / workers


def take_turns(
    kinds: Sequence[Kind], cost: float, *, neval: int, repeats: int, on_turn: Callable[[str], None]
) -> list[Scaling]:
    """Returns one entry for each kind; all of them, with one worker and with two, take turns.

    Args:
      kinds: of workers.
      cost: seconds a call.
      neval: calls of a run.
      repeats: turns of each.
      on_turn: is told of each turn.
    """
    scalings = [Scaling(kind, cost, neval) for kind in kinds]
    for _ in range(repeats):
        for scaling in scalings:
            for workers in (1, 2):
                on_turn(f"{scaling.kind.name}, {1e3 * cost:g} ms a call, {workers} of 2 workers")
                with scaling.kind.options(workers) as made:
                    options = {"executor": made} if isinstance(made, Executor) else {"workers": made}
                    rates = run(Load(cost, scaling.kind.sleeps), neval, options)
                scaling.rates[workers].append(rates)
    return scalings


def run(f: Load, neval: int, options: dict[str, Any]) -> Rates:
    """Returns the rates of one run that spends neval calls."""
    kept = dict(rtol=0, max_neval=neval, seed=1, flow=False, cost=f.cost, offload="integrand")
    with iflow.Integrator(f, DIM, **kept, **options) as integrator:
        _start_workers(integrator)
        n_before, begun = integrator.neval, time.perf_counter()
        integrator.train()
        n_trained, trained = integrator.neval, time.perf_counter()
        integrator.integrate()
        ended = time.perf_counter()
        whole, measured = integrator.neval - n_before, integrator.neval - n_trained
    return Rates(whole / (ended - begun), measured / (ended - trained))


def _start_workers(integrator: iflow.Integrator) -> None:
    """Has every worker compute something once: starting a process is no part of what is measured."""
    import numpy as np

    sampler, crew = integrator._sampler, integrator.crew
    n_points = 4 * (crew.n_workers if crew is not None else 1)
    sampler.draw(np.random.default_rng(0).random((n_points, DIM)), sampler.uniform)
