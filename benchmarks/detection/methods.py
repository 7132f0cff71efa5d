"""The methods of the study, and what each says of its own result.

    iflow    `Result.reliable`, and bounds on what it has not seen
    vegas    Q > 0.05, as its manual advises: iterations agree
    madnis   has no such word, and counts as always reliable

None but iflow says anything about volume that it has not seen.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import time
from collections.abc import Callable

import numpy as np

from benchmarks.detection.structured import Structured
from benchmarks.detection.trial import Answer, Finding, Trial
from benchmarks.detection.witness import Witness
from benchmarks.problem import Problem
from benchmarks.record import Task

LEAST_Q = 0.05
_VEGAS_ITERATIONS = 10  # of adapting, and as many of measuring
_VEGAS_LEAST = 500  # calls of an iteration; smaller ones take more than they are given
_N_DRAWN = 100_000  # points by which the share of what was not seen is measured


def by_iflow(f: Witness, trial: Trial, structured: Structured) -> Answer:
    """Returns what iflow says, with its default options."""
    import iflow

    integrator = iflow.Integrator(f, f.dim, rtol=trial.rtol, max_neval=trial.max_neval, seed=trial.seed)
    result = integrator.integrate()
    f.counts, missed, hidden_share = False, f.n_shown == 0, 0.0
    if missed.any():
        with contextlib.suppress(OverflowError):  # all weights are as good as 0, which events cannot have
            drawn = integrator.sample(_N_DRAWN).points
            hidden_share = float(structured.shows(drawn)[:, missed].mean(axis=0).max())
    return Answer(
        mean=result.mean,
        sdev=result.sdev,
        reliable=result.reliable,
        unseen_volume=result.unseen_volume,
        unseen_share=result.unseen,
        hidden_share=hidden_share,
        q_value=result.Q,
        tail_index=result.tail_index,
        ess=result.ess,
        neval_measured=result.neval_measured,
        proposal=result.proposal,
        warnings=result.warnings,
    )


def by_vegas(f: Witness, trial: Trial, _structured: Structured) -> Answer:
    """Returns what VEGAS+ says: half of the calls adapt the map, half measure with it frozen."""
    import gvar
    import vegas

    gvar.ranseed(trial.seed)

    @vegas.batchintegrand
    def batch(x: np.ndarray) -> np.ndarray:
        return f(np.clip(x, 0.0, 1.0))

    n_iterations = max(2, min(_VEGAS_ITERATIONS, trial.max_neval // (2 * _VEGAS_LEAST)))
    each = trial.max_neval // (2 * n_iterations)
    integrator = vegas.Integrator([[0.0, 1.0]] * f.dim)
    integrator(batch, nitn=n_iterations, neval=each, adapt=True)
    result = integrator(batch, nitn=n_iterations, neval=each, adapt=False)
    return Answer(
        mean=float(result.mean),
        sdev=float(result.sdev),
        reliable=bool(result.Q > LEAST_Q),
        q_value=float(result.Q),
        neval_measured=int(result.sum_neval),
        proposal="VEGAS map",
    )


def by_madnis(f: Witness, trial: Trial, _structured: Structured) -> Answer:
    """Returns what MadNIS says, run as all benchmarks run it."""
    from benchmarks.methods import madnis

    task = Task("madnis", Problem(trial.family, trial.dim), trial.seed, trial.rtol, trial.max_neval)
    found = madnis.run(f, task)  # type: ignore[arg-type, unused-ignore]
    return Answer(
        mean=found.mean, sdev=found.sdev, neval_measured=found.neval_measured, proposal=found.proposal
    )


METHODS: dict[str, Callable[[Witness, Trial, Structured], Answer]] = {
    "iflow": by_iflow,
    "vegas": by_vegas,
    "madnis": by_madnis,
}


def run(trial: Trial, *, max_seconds: float) -> Finding:
    """Returns what became of a trial; an exception of the method is part of the answer.

    Args:
      trial: what to run.
      max_seconds: after which the integrand refuses to be called.
    """
    structured = trial.build()
    f, begun, failure, answer = Witness(structured, max_seconds), time.perf_counter(), "", Answer()
    try:
        with np.errstate(all="ignore"):  # what rounds to 0 or inf is the methods' to deal with
            answer = METHODS[trial.method](f, trial, structured)
    except Exception as error:
        failure = f"{type(error).__name__}: {error}"
    return Finding(
        task=trial,
        answer=answer,
        exact=structured.exact,
        volumes=structured.volumes,
        n_shown=tuple(int(n) for n in f.n_shown),
        neval=f.neval,
        seconds=time.perf_counter() - begun,
        version=importlib.metadata.version(trial.method),
        failure=failure,
    )
