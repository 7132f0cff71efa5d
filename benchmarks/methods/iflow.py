"""iflow, as a user calls it."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import iflow
from benchmarks.record import Outcome, Task
from integrands import Integrand

_FLOW: dict[str, bool | str] = {"auto": "auto", "always": True, "never": False}


def run(f: Integrand, task: Task) -> Outcome:
    """Returns what `iflow.integrate` makes of f."""
    options: dict[str, Any] = dict(task.options)
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
        **options,
    )
    # A result knows all that is asked for, under the same names.
    return Outcome(**{field.name: getattr(result, field.name) for field in fields(Outcome)})
