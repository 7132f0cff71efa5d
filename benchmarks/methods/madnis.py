"""MadNIS with its own defaults, started from VEGAS grids.

Reference:
  Heimel et al., arXiv:2212.06172 and arXiv:2311.01548.
"""

from __future__ import annotations

import numpy as np
import torch  # type: ignore[import-not-found, unused-ignore]
from madnis.integrator import (  # type: ignore[import-not-found, unused-ignore]
    Integrator,
    VegasPreTraining,
)

from benchmarks.methods.account import Account
from benchmarks.record import Outcome, Task
from integrands import Integrand

_N_GRID, _GRID = 7, 5_000  # iterations of the VEGAS grids, and calls of each
_FIRST_TRAINING = 50_000  # calls after which the error is looked at for the first time
_PILOT = 10_000
_LARGEST = 100_000  # calls of a round, after which the clock is looked at
# Training again on stored points saves calls and costs time.
_BUFFERED = {"buffer_capacity": 200_000, "buffered_steps": 3}


def run(f: Integrand, task: Task) -> Outcome:
    """Returns what MadNIS makes of f.

    Training goes on, and the error is looked at after each doubling, until the measurement would take
    no more calls than training has, or half of all calls, or of the time, is spent. On a function that
    is zero wherever it looks, MadNIS never comes back from training.
    """
    torch.manual_seed(task.seed)
    account = Account(f, task)

    def function(x: torch.Tensor) -> torch.Tensor:
        return torch.as_tensor(account.f(x.numpy().astype(np.float64)), dtype=x.dtype)

    buffer = _BUFFERED if task.minimize == "calls" else {}
    integrator = Integrator(function, f.dim, **buffer)
    grids = VegasPreTraining(integrator)
    grids.rng = np.random.default_rng(task.seed)
    grids.train([min(_GRID, task.max_neval // (4 * _N_GRID))] * _N_GRID)
    grids.initialize_integrator()

    end, half = min(_FIRST_TRAINING, task.max_neval // 2), task.max_neval // 2
    while True:
        while account.neval < end and account.time_spent < 0.5:
            integrator.train_step()
        if end >= half or account.time_spent >= 0.5:
            break
        account.forget()
        _measure(integrator, account, min(_PILOT, account.left))
        if account.needed <= account.neval:
            break
        end = min(2 * end, half)

    account.forget()  # a flow that was chosen for a pilot's number must not keep it
    _measure(integrator, account, min(_PILOT, task.max_neval - account.neval))  # whatever the time is
    while not account.is_reached and account.left:
        _measure(integrator, account, account.missing)
    return account.outcome("flow")


def _measure(integrator: Integrator, account: Account, n: int) -> None:
    before = account.neval
    mean, sdev = integrator.integrate(min(n, _LARGEST))
    account.add(mean, sdev, account.neval - before)
