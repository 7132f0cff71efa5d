"""What many runs say about one integral: the pulls of those that can be believed, and how many cannot."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from benchmarks.calibration.replicates import degrees_of_freedom, p_of_chi2, p_of_pull
from benchmarks.joint_problem import JointProblem
from benchmarks.record import Run


@dataclass(frozen=True)
class Sample:
    """Pulls of many runs, or the p values of the chi2 of several integrals.

    Args:
      method: that made the runs.
      mode: of the study.
      label: of the integral.
      calls: at most, of each run; 0 where runs of several budgets are together.
      pulls: of the runs that ended and do not call themselves unreliable; empty for a chi2.
      p_values: of each, the probability of a pull or chi2 at least as large.
      q_values: what the runs say of the agreement of their own rounds, where they compared any.
      dofs: degrees of freedom of the error of each run.
      pulls_of_doubted: of the runs that call themselves unreliable.
      is_chi2: whether it is of the chi2 of several integrals.
      n_doubted: how many these are.
      n_failed: runs that brought nothing back.
      n_met: runs that ended because they met their target.
      neval: calls of all runs together.
    """

    method: str
    mode: str
    label: str
    calls: int = 0
    pulls: tuple[float, ...] = ()
    p_values: tuple[float, ...] = ()
    q_values: tuple[float, ...] = ()
    dofs: tuple[float, ...] = ()
    pulls_of_doubted: tuple[float, ...] = ()
    is_chi2: bool = False
    n_doubted: int = 0
    n_failed: int = 0
    n_met: int = 0
    neval: int = 0

    @property
    def n_reliable(self) -> int:
        """Runs that are judged."""
        return len(self.p_values)

    @property
    def n(self) -> int:
        """All runs."""
        return self.n_reliable + self.n_doubted + self.n_failed


def is_reliable(run: Run) -> bool:
    """Whether a run ended and does not call itself unreliable."""
    return not run.failed and run.outcome.reliable is not False


def samples_of(method: str, mode: str, runs: Sequence[Run]) -> list[Sample]:
    """Returns the samples of the runs of one cell: one, or for several integrals one each and their chi2."""
    problem = runs[0].task.problem
    ended = [run for run in runs if not run.failed]
    good, doubted = [run for run in ended if is_reliable(run)], [run for run in ended if not is_reliable(run)]
    base = Sample(
        method=method,
        mode=mode,
        label=problem.label,
        calls=runs[0].task.max_neval,
        dofs=tuple(degrees_of_freedom(run.outcome.rounds) for run in good),
        n_doubted=len(doubted),
        n_failed=len(runs) - len(ended),
        n_met=sum(run.outcome.stop_reason == "target" for run in ended),
        neval=sum(run.outcome.neval for run in ended),
    )
    if not isinstance(problem, JointProblem):
        q_values = tuple(run.outcome.Q for run in good if run.outcome.dof)
        return [_with_pulls(base, _pulls(good), _pulls(doubted), q_values)]
    return _of_joint(base, problem, good, doubted)


def _pulls(runs: Sequence[Run]) -> tuple[float, ...]:
    return tuple(run.pull for run in runs)


def _with_pulls(
    base: Sample, pulls: tuple[float, ...], doubted: tuple[float, ...], q_values: tuple[float, ...]
) -> Sample:
    p_values = tuple(p_of_pull(pull, dof) for pull, dof in zip(pulls, base.dofs, strict=True))
    return replace(base, pulls=pulls, p_values=p_values, q_values=q_values, pulls_of_doubted=doubted)


def _of_joint(
    base: Sample, problem: JointProblem, good: Sequence[Run], doubted: Sequence[Run]
) -> list[Sample]:
    """Returns a sample for each integral, then that of their chi2."""
    exact, samples = problem.exact, []
    pulls, of_doubted = ([_joint_pulls(run, exact) for run in runs] for runs in (good, doubted))
    for number, label in enumerate(problem.labels):
        q_values = tuple(
            run.outcome.joint.Q[number]
            for run in good
            if run.outcome.joint is not None and run.outcome.joint.Q and run.outcome.dof
        )
        own = [tuple(each[number] for each in found) for found in (pulls, of_doubted)]
        samples.append(replace(_with_pulls(base, own[0], own[1], q_values), label=label))
    chi2 = [run.outcome.joint.chi2(exact) if run.outcome.joint else math.inf for run in good]
    p_values = tuple(p_of_chi2(each, len(exact), dof) for each, dof in zip(chi2, base.dofs, strict=True))
    label = f"{problem.labels[0]} and {len(exact) - 1} more: chi2"
    return [*samples, replace(base, label=label, p_values=p_values, is_chi2=True)]


def _joint_pulls(run: Run, exact: Sequence[float]) -> tuple[float, ...]:
    joint = run.outcome.joint
    return (math.inf,) * len(exact) if joint is None else joint.pulls(exact)


def pooled(samples: Sequence[Sample], label: str, calls: int = 0) -> Sample:
    """Returns the runs of several samples of one method and mode as one."""
    together = {
        name: sum((getattr(sample, name) for sample in samples), ())
        for name in ("pulls", "p_values", "q_values", "dofs", "pulls_of_doubted")
    }
    counts = {
        name: sum(getattr(sample, name) for sample in samples)
        for name in ("n_doubted", "n_failed", "n_met", "neval")
    }
    first = samples[0]
    return Sample(first.method, first.mode, label, calls, **together, **counts, is_chi2=first.is_chi2)
