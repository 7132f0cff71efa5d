"""What iflow is measured against: plain Monte Carlo and VEGAS, every call counted."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from iflow.method_run import MethodRun, TracePoint
from iflow.reasons import NONE, Reason
from iflow.sampler import LARGEST_BATCH, Sampler
from iflow.statistics.weight_histogram import WeightHistogrammer
from iflow.weight_statistics import WeightStatistics

if TYPE_CHECKING:
    from iflow.executors import Crew

LEAST_FOR_VEGAS = 1_000
_N_ROUNDS = 10


def plain_monte_carlo(
    f: Callable[..., Any],
    region: Any,
    *,
    max_neval: int,
    seed: int,
    crew: Crew | None = None,
    omits: frozenset[Reason] = NONE,
) -> MethodRun:
    """Returns the mean of f over uniform points: no map, nothing learned.

    Args:
      f: as for `iflow.integrate`.
      region: as for `iflow.integrate`; infinite limits go through the same maps, where they are at
        first.
      max_neval: evaluations in all.
      seed: of the points.
      crew: computes f on workers; None computes it here.
      omits: for what reasons points count as 0.
    """
    begun = time.monotonic()
    sampler = Sampler(f, region, seed=seed, max_neval=max_neval, crew=crew, omits=omits)
    weights, trace = WeightStatistics(), []
    rng = np.random.default_rng(np.random.SeedSequence(seed).spawn(1)[0])
    step = -(-(max_neval - sampler.neval) // _N_ROUNDS)
    while sampler.neval < max_neval:
        n = min(step, max_neval - sampler.neval)
        for batch in sampler.stream(_uniform(rng, n, sampler.dim), sampler.uniform):
            weights.add(batch)
        estimate = weights.estimate()
        trace.append(TracePoint(sampler.neval, estimate.mean, estimate.sdev))
    return MethodRun(
        method="plain Monte Carlo",
        mean=estimate.mean,
        sdev=estimate.sdev,
        neval=sampler.neval,
        seconds=time.monotonic() - begun,
        reliable=None,
        trace=tuple(trace),
        weights=weights.histogram(),
    )


def require_vegas_budget(max_neval: int) -> None:
    """Raises a ValueError for a budget that VEGAS would exceed."""
    if max_neval < LEAST_FOR_VEGAS:
        raise ValueError(
            f"max_neval must be at least {LEAST_FOR_VEGAS} for VEGAS to keep within it, got {max_neval}"
        )


def vegas(
    f: Callable[..., Any],
    region: Any,
    *,
    max_neval: int,
    seed: int,
    crew: Crew | None = None,
    omits: frozenset[Reason] = NONE,
) -> MethodRun:
    """Returns what VEGAS+ makes of f: ten iterations that adapt, then ten that count.

    The adapting ones take half of the budget; they are counted as calls but do not enter the average.
    The `vegas` package runs with its defaults and a random generator of its own. The weights are those
    of its map; its stratification is not in them.

    Args:
      f: as for `iflow.integrate`.
      region: as for `iflow.integrate`; infinite limits go through the same maps, where they are at
        first.
      max_neval: evaluations in all, at least 1,000; VEGAS uses a little less.
      seed: of its random generator.
      crew: computes f on workers, for one of its batches at a time; None computes it here.
      omits: for what reasons points count as 0.

    Raises:
      ValueError: if max_neval is less than that: VEGAS would take more than it is given.

    Reference:
      Lepage, arXiv:2009.05112.
    """
    from vegas import Integrator, lbatchintegrand

    begun = time.monotonic()
    require_vegas_budget(max_neval)
    sampler = Sampler(f, region, seed=seed, max_neval=max_neval, crew=crew, omits=omits)
    rng = np.random.default_rng(np.random.SeedSequence(seed).spawn(1)[0])
    weights: WeightHistogrammer | None = None

    def on_cube(z: np.ndarray, jac: np.ndarray) -> np.ndarray:
        _, values, log_slope = sampler.evaluate(_inside(z))
        values = values * np.exp(log_slope)
        if weights is not None:
            with np.errstate(divide="ignore"):
                weights.add(np.log(np.abs(values)) + np.log(jac).sum(axis=1))
        return values

    cube = [[0.0, 1.0]] * sampler.dim
    integrator = Integrator(cube, ran_array_generator=rng.random, uses_jac=True)
    batched = lbatchintegrand(on_cube)
    neval = (max_neval - sampler.neval) // (2 * _N_ROUNDS)
    integrator(batched, nitn=_N_ROUNDS, neval=neval)
    n_adapting, weights = sampler.neval, WeightHistogrammer()
    average = integrator(batched, nitn=_N_ROUNDS, neval=neval, adapt=False)
    return MethodRun(
        method="VEGAS",
        mean=float(average.mean),
        sdev=float(average.sdev),
        neval=sampler.neval,
        seconds=time.monotonic() - begun,
        reliable=None,
        trace=_trace(average.itn_results, n_adapting, sampler.neval),
        weights=weights.histogram(float(average.mean)),
    )


def _uniform(rng: np.random.Generator, n: int, dim: int) -> Iterator[np.ndarray]:
    """Yields n points of the unit cube, batch by batch."""
    for start in range(0, n, LARGEST_BATCH):
        yield _inside(rng.random((min(LARGEST_BATCH, n - start), dim)))


def _inside(z: np.ndarray) -> np.ndarray:
    return np.clip(z, np.finfo(float).tiny, 1.0 - 2.0**-53)


def _trace(rounds: list[Any], n_before: int, n_after: int) -> tuple[TracePoint, ...]:
    """Returns the running average of rounds of equal size, as VEGAS takes it once it stops adapting."""
    n = np.arange(1, len(rounds) + 1)
    means = np.cumsum([float(r.mean) for r in rounds]) / n
    sdevs = np.sqrt(np.cumsum([float(r.sdev) ** 2 for r in rounds])) / n
    calls = n_before + (n_after - n_before) * n // len(rounds)
    return tuple(map(TracePoint, calls.tolist(), means.tolist(), sdevs.tolist()))
