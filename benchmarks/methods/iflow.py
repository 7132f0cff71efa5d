"""iflow, as a user calls it."""

from __future__ import annotations

import iflow
from benchmarks.record import Outcome, Task
from integrands import Integrand

_FLOW: dict[str, bool | str] = {"auto": "auto", "always": True, "never": False}


def run(f: Integrand, task: Task) -> Outcome:
    """Returns what `iflow.integrate` makes of f."""
    result = iflow.integrate(
        f,
        f.dim,
        rtol=task.rtol,
        max_neval=task.max_neval,
        max_seconds=task.max_seconds,
        seed=task.seed,
        minimize=task.minimize,
        cost=task.cost,
        flow=_FLOW[task.flow],
    )
    return Outcome(
        mean=result.mean,
        sdev=result.sdev,
        neval=result.neval,
        neval_measured=result.neval_measured,
        reliable=result.reliable,
        proposal=result.proposal,
        stop_reason=result.stop_reason,
        warnings=result.warnings,
    )
