"""Hundreds of real threads that sleep, beside what the simulation says of them."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import iflow
from benchmarks.scaling.load import DIM, Load
from benchmarks.scaling.parent import rounds
from benchmarks.scaling.simulation import Farm, Outcome, Parent, simulate
from iflow.executors import engines


@dataclass(frozen=True)
class Crowd:
    """A run with many threads.

    Args:
      n_threads: that sleep.
      cost: seconds a call.
      neval: calls of the run.
      seconds: that it took.
      useful: share of the threads' time in which they slept.
      simulated: the same in virtual time.
    """

    n_threads: int
    cost: float
    neval: int
    seconds: float
    useful: float
    simulated: Outcome


def crowd(n_threads: int, cost: float, *, neval: int, parent: Parent) -> Crowd:
    """Returns how a real run with threads went, and how the same rounds go in virtual time.

    Args:
      n_threads: workers.
      cost: seconds a call.
      neval: calls of the run.
      parent: what the process takes for a chunk and for a point.
    """
    with ThreadPoolExecutor(n_threads) as executor:
        f = Load(cost, sleeps=True)
        integrator = iflow.Integrator(
            f,
            DIM,
            rtol=0,
            max_neval=neval,
            seed=1,
            flow=False,
            cost=cost,
            executor=executor,
            offload="integrand",
        )
        begun, before = time.perf_counter(), integrator.neval
        result = integrator.integrate()
        seconds, n = time.perf_counter() - begun, integrator.neval - before
        chunking = engines.of(executor).chunking
    assert isinstance(result, iflow.Result)
    prepared, measured = rounds(result)
    farm = Farm(n_threads, cost, spread=0.0, latency=0.0, chunking=chunking)
    simulated = simulate(farm, parent, [*prepared, *measured])
    return Crowd(n_threads, cost, n, seconds, n * cost / (n_threads * seconds), simulated)
