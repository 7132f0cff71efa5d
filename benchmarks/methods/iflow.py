"""iflow, as a user calls it."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import iflow
from benchmarks.joint_outcome import JointOutcome
from benchmarks.joint_problem import JointIntegrand
from benchmarks.record import Outcome, Task
from integrands import Integrand

_FLOW: dict[str, bool | str] = {"auto": "auto", "always": True, "never": False}


def run(f: Integrand | JointIntegrand, task: Task) -> Outcome:
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
    measured = tuple(row.neval for row in result.history if row.phase == "measurement")
    if not isinstance(result, iflow.Results):
        return _outcome(result, rounds=measured)
    names = [result.component(name) for name in result.names]
    joint = JointOutcome(
        mean=tuple(each.mean for each in names),
        covariance=tuple(map(tuple, result.covariance.tolist())),
        Q=tuple(each.Q for each in names),
    )
    whole = {"reliable": result.reliable, "warnings": result.warnings}
    return replace(_outcome(names[0], rounds=measured), joint=joint, **whole)


def _outcome(result: iflow.Result, rounds: tuple[int, ...]) -> Outcome:
    """Returns the fields that a result has under the same names."""
    names = {field.name for field in fields(Outcome)} - {"rounds", "joint"}
    return Outcome(**{name: getattr(result, name) for name in names}, rounds=rounds)
