"""What a benchmark asks of a method, and what came of it, in a form that a file can hold."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, field
from typing import Any

from benchmarks.joint_outcome import JointOutcome
from benchmarks.joint_problem import JointProblem
from benchmarks.problem import Problem


@dataclass(frozen=True)
class Task:
    """One run to make; equal tasks are the same run.

    Args:
      method: key of `benchmarks.methods.METHODS`.
      problem: what to integrate.
      seed: of the method.
      rtol: relative error to reach; 0 spends all calls.
      max_neval: calls at most.
      max_seconds: time after which the method is to stop, looked at between its rounds.
      minimize: "calls" or "time": what the method should be sparing with, where it can choose.
      cost: seconds that a call is said to take; None says nothing.
      flow: "auto", "always" or "never"; for iflow alone.
      options: further keywords of `iflow.integrate` with their values; for iflow alone.
    """

    method: str
    problem: Problem | JointProblem
    seed: int
    rtol: float
    max_neval: int
    max_seconds: float = math.inf
    minimize: str = "calls"
    cost: float | None = None
    flow: str = "auto"
    options: tuple[tuple[str, str | int], ...] = ()

    @property
    def label(self) -> str:
        """One line for people."""
        cost = "" if self.cost is None else f", {self.cost:g} s a call"
        options = "".join(f", {name} {value}" for name, value in self.options)
        return f"{self.method} on {self.problem.label}, seed {self.seed}, rtol {self.rtol:g}{cost}{options}"


@dataclass(frozen=True)
class Outcome:
    """What a method returned.

    Args:
      mean: estimate of the integral.
      sdev: its standard error.
      neval: calls of the integrand in all, whatever they were for.
      neval_measured: those that the estimate is made of.
      reliable: what the method says of its own result; None where it says nothing.
      proposal: what the measured points were drawn from.
      stop_reason: why it ended; starts with "failed" where nothing came back.
      warnings: what it had to say.
      ess: effective sample size of the measured points; 0 where it is not told.
      Q: probability of a chi2 between the measured rounds at least as large; 1 where
        nothing was compared.
      dof: degrees of freedom of that chi2; 0 where nothing was compared.
      rounds: points of each measured round; empty where they are not told.
      joint: what it says of several integrals; the numbers above are then those of the first.
    """

    mean: float = math.nan
    sdev: float = math.nan
    neval: int = 0
    neval_measured: int = 0
    reliable: bool | None = None
    proposal: str = ""
    stop_reason: str = ""
    warnings: tuple[str, ...] = ()
    ess: float = 0.0
    Q: float = 1.0
    dof: int = 0
    rounds: tuple[int, ...] = ()
    joint: JointOutcome | None = None


@dataclass(frozen=True)
class Run:
    """A task, its outcome, and what it took.

    Args:
      task: what was asked.
      outcome: what came back.
      exact: the integral's exact value; of several integrals all of them.
      seconds: wall-clock time, the import of the method's package included.
      import_seconds: of which the import.
      peak_mb: largest resident memory of the process up to the end of the run, 1e6 bytes.
      tensorflow: whether TensorFlow was loaded by the end.
      version: of the method's package.
    """

    task: Task
    outcome: Outcome
    exact: float | tuple[float, ...]
    seconds: float
    import_seconds: float = 0.0
    peak_mb: float = 0.0
    tensorflow: bool = False
    version: str = field(default="", compare=False)

    @property
    def failed(self) -> bool:
        """Whether nothing came back."""
        return self.outcome.stop_reason.startswith("failed")

    @property
    def relative_error(self) -> float:
        """The reported error over the reported value; inf where there is none."""
        ratio = self.outcome.sdev / abs(self.outcome.mean) if self.outcome.mean else math.inf
        return math.inf if math.isnan(ratio) else ratio

    @property
    def reached(self) -> bool:
        """Whether the reported error met the target."""
        return self.relative_error <= self.task.rtol

    @property
    def pull(self) -> float:
        """(mean - exact) / sdev; inf for a wrong value without an error, and for no value at all."""
        exact = self.exact[0] if isinstance(self.exact, tuple) else self.exact
        off = self.outcome.mean - exact
        pull = off / self.outcome.sdev if self.outcome.sdev else math.copysign(math.inf, off) if off else 0.0
        return math.inf if math.isnan(pull) else pull

    def is_right(self, limit: float) -> bool:
        """Whether the value is within `limit` of its own, finite, errors from the exact one."""
        return math.isfinite(self.outcome.sdev) and abs(self.pull) <= limit

    def seconds_at(self, cost: float) -> float:
        """What the run would have taken had each call taken `cost` seconds more."""
        return self.seconds + self.outcome.neval * cost

    @property
    def report(self) -> str:
        """One line for people."""
        if self.failed:
            return f"{self.task.label}: {self.outcome.stop_reason}, {self.seconds:.1f} s"
        return (
            f"{self.task.label}: {self.outcome.neval:,} calls, error {self.relative_error:.1e}, "
            f"pull {self.pull:+.1f}, {self.seconds:.1f} s"
            + " [unreliable]"
            * (self.outcome.reliable is False)
        )


# Of runs written down before there was such a field.
_UNTOLD = {"mean": 0.0, "sdev": 0.0, "ess": 0.0, "Q": 1.0}


def dumps(record: Any) -> str:
    """Returns a record as one line of JSON; numbers that JSON lacks become the words inf and nan."""
    return json.dumps(_plain(asdict(record)), allow_nan=False)


def task_from(line: str) -> Task:
    """Returns the task that `dumps` wrote."""
    return _task(json.loads(line))


def run_from(line: str) -> Run:
    """Returns the run that `dumps` wrote."""
    data = json.loads(line)
    outcome = data["outcome"]
    for name in ("mean", "sdev", "ess", "Q"):
        outcome[name] = float(outcome.get(name, _UNTOLD[name]))  # they may be words
    outcome["warnings"] = tuple(outcome["warnings"])
    outcome["rounds"] = tuple(outcome.get("rounds", ()))
    if outcome.get("joint"):
        outcome["joint"] = JointOutcome(**{name: _numbers(item) for name, item in outcome["joint"].items()})
    data["exact"] = _numbers(data["exact"])
    return Run(**data | {"task": _task(data["task"]), "outcome": Outcome(**outcome)})


def _task(data: dict[str, Any]) -> Task:
    problem = _problem(data.pop("problem"))
    data["max_seconds"] = float(data["max_seconds"])
    data["options"] = tuple((name, value) for name, value in data.get("options", ()))
    return Task(problem=problem, **data)


def _problem(data: dict[str, Any]) -> Any:
    if "members" in data:
        return JointProblem(tuple(map(_problem, data["members"])), data["moments"])
    return Problem(**data | {"parameters": tuple((name, value) for name, value in data["parameters"])})


def _numbers(data: Any) -> Any:
    """Returns numbers, some of which may be words, in tuples for lists."""
    return tuple(map(_numbers, data)) if isinstance(data, list) else float(data)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value
