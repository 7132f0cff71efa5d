"""VEGAS+ as its tutorial has it: some iterations adapt and are thrown away, as many are counted, frozen.

The average and Q are those that vegas itself returns.

Reference:
  Lepage, arXiv:2009.05112.
"""

from __future__ import annotations

from typing import Any

import gvar
import numpy as np
import vegas

from benchmarks.joint_outcome import JointOutcome
from benchmarks.joint_problem import JointIntegrand
from benchmarks.record import Outcome, Task
from integrands import Integrand

_N_ITERATIONS = 10  # that adapt, and as many that count


def run(f: Integrand | JointIntegrand, task: Task) -> Outcome:
    """Returns what VEGAS+ makes of f with half of the calls for the map; there is no target."""
    gvar.ranseed(task.seed)
    neval = 0

    @vegas.batchintegrand
    def batch(x: np.ndarray) -> np.ndarray:
        nonlocal neval
        neval += len(x)
        return f(np.clip(x, 0.0, 1.0))

    integrator = vegas.Integrator([[0.0, 1.0]] * f.dim)
    size = task.max_neval // (2 * _N_ITERATIONS)
    integrator(batch, nitn=_N_ITERATIONS, neval=size)
    adapting = neval
    found: Any = integrator(batch, nitn=_N_ITERATIONS, neval=size, adapt=False)
    means = np.atleast_1d(gvar.mean(found))
    joint = None
    if isinstance(f, JointIntegrand):
        covariance = tuple(map(tuple, np.asarray(gvar.evalcov(found)).tolist()))
        joint = JointOutcome(mean=tuple(means.tolist()), covariance=covariance)
    return Outcome(
        mean=float(means[0]),
        sdev=float(np.atleast_1d(gvar.sdev(found))[0]),
        neval=neval,
        neval_measured=neval - adapting,
        proposal="VEGAS map",
        stop_reason="max_neval",
        Q=float(found.Q),
        dof=int(found.dof),
        joint=joint,
    )
