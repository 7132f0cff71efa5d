"""What the process that hands out work takes for it, measured on this machine."""

from __future__ import annotations

import pickle
import time
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

import numpy as np

import iflow
import integrands
from benchmarks.scaling.load import DIM, Load
from benchmarks.scaling.simulation import Parent, Round
from iflow.executors import Crew, engines
from iflow.executors.chunking import Chunking
from iflow.fingerprint import key_of

# One point a chunk, whatever that costs.
_SINGLE = Chunking(least_seconds=0.0, most_seconds=1e-9, shares=1e9, handling=1e-12)
_BATCH = 65_536


class Instant(Executor):
    """Computes at once, in the thread that submits: what is left is the crew's own work."""

    _max_workers = 1_000

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Returns a future that is done."""
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


def handling(executor: Executor, f: Load, *, n_chunks: int, repeats: int = 3) -> float:
    """Returns the processor time that this process takes for a chunk, in seconds; median of repeats.

    Args:
      executor: that chunks go to.
      f: what is computed, a point a chunk.
      n_chunks: how many, each time.
      repeats: how often.
    """
    engine = replace(engines.of(executor), chunking=_SINGLE)
    crew, found = Crew(lambda: engine), []
    payload, x = crew.pack(f), np.full((n_chunks, DIM), 0.5)
    try:
        crew.wait(crew.post(payload, x[:16], seconds_each=1.0), np.concatenate)
        for _ in range(repeats):
            begun = time.process_time()
            crew.wait(crew.post(payload, x, seconds_each=1.0), np.concatenate)
            found.append((time.process_time() - begun) / n_chunks)
    finally:
        crew.close()
    return median(found)


@dataclass(frozen=True)
class Recorded:
    """A real run, computed here, by what its parts took.

    Args:
      name: of the proposal that it measured with.
      place: seconds to make a point and to send it.
      add: seconds to sum up a point.
      rounds: of survey and training.
      measured: rounds of the measurement.
    """

    name: str
    place: float
    add: float
    rounds: tuple[Round, ...]
    measured: tuple[Round, ...]

    def parent(self, handling: float) -> Parent:
        """Returns it as the process that hands out work with some engine."""
        return Parent(handling, self.place, self.add)


def record(neval: int, **options: Any) -> Recorded:
    """Returns how a run on the camel of 4 dimensions went, told that a call costs 10 ms.

    Args:
      neval: calls, all of which are spent.
      **options: further ones of the run.
    """
    f = integrands.get("camel", DIM)
    chosen = {"rtol": 0, "max_neval": neval, "seed": 1, "cost": 1e-2, "flow": False}
    integrator = iflow.Integrator(f, DIM, **chosen | options)
    result = integrator.integrate()
    assert isinstance(result, iflow.Result)
    add = _seconds_to_add(integrator)
    measured = [row for row in result.history if row.phase == "measurement"]
    n, seconds = sum(row.neval for row in measured), sum(row.draw_seconds for row in measured)
    place = seconds / n - _seconds_of(f) - add + _seconds_to_send()
    return Recorded(result.proposal, max(place, 0.0), add, *rounds(result))


def rounds(result: iflow.Result) -> tuple[tuple[Round, ...], tuple[Round, ...]]:
    """Returns the rounds of a run before its measurement, and those of that; with the time between them."""
    before, found = 0.0, []
    for row in result.history:
        found.append((row.phase, Round(row.neval, max(0.0, row.seconds - row.draw_seconds - before))))
        before = row.seconds
    return (
        tuple(each for phase, each in found if phase != "measurement"),
        tuple(each for phase, each in found if phase == "measurement"),
    )


def _seconds_to_add(integrator: iflow.Integrator) -> float:
    """Returns what it takes to make weights of values and to add them to a measurement, a point."""
    proposal = integrator._preparation.proposal
    measurement = integrator._empty_measurement(proposal.latent_dim, "sobol")
    from iflow.engine.growth import Part

    measurement.grow([Part(number, _BATCH // 16) for number in range(16)])
    latents = measurement.next_latents(_BATCH)
    y, log_q = proposal.place(latents)
    values, begun = np.ones(len(y)), time.perf_counter()
    measurement.add(integrator._sampler._batch(y, y, values, np.zeros(len(y)), log_q))
    return (time.perf_counter() - begun) / len(y)


def _seconds_of(f: Any) -> float:
    x = np.random.default_rng(1).random((_BATCH, DIM))
    begun = time.perf_counter()
    f(x)
    return (time.perf_counter() - begun) / len(x)


def _seconds_to_send() -> float:
    """Returns what it takes to know a batch again, to pickle it and to put its values together, a point."""
    x = np.random.default_rng(1).random((_BATCH, DIM))
    begun = time.perf_counter()
    key_of(x)
    pickle.dumps(x, protocol=pickle.HIGHEST_PROTOCOL)
    np.concatenate([x[:, 0], x[:, 1]])
    return (time.perf_counter() - begun) / len(x)
