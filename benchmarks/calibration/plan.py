"""Which runs the study makes: integrands, budgets, targets, and a seed of its own for each run."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.joint_problem import JointProblem
from benchmarks.problem import Problem, problem
from benchmarks.record import Run, Task

BUDGETS = (4_000, 10_000, 24_000)
JOINT_BUDGET, FLOW_BUDGET = 10_000, 20_000
MODES = ("frozen", "stopped", "joint", "flow")
# Targets are so many times the median error of runs that spend all calls, which most runs meet after a third
# to all of them.
TARGET_OVER_ERROR = 1.5


@dataclass(frozen=True)
class Row:
    """An integrand of the study.

    Args:
      problem: the integral.
      rtols: targets of the stopped runs at each of `BUDGETS`.
    """

    problem: Problem
    rtols: tuple[float, float, float]


ROWS = (
    Row(problem("gaussian", 4), (1.9e-3, 4.5e-4, 1.4e-4)),
    Row(problem("camel", 2), (1.1e-3, 3e-4, 8e-5)),
    Row(problem("camel", 4), (2.3e-3, 1.5e-3, 9.3e-4)),
    Row(problem("annulus", 2), (1.5e-2, 5.8e-3, 2.7e-3)),
    Row(problem("box", 3), (2.5e-4, 3.7e-5, 2e-5)),
    Row(problem("polynomial", 18), (5.2e-5, 1.5e-5, 1.2e-6)),
    Row(problem("ridge", 3, width=0.05), (2.5e-3, 1.2e-3, 9.1e-4)),
    Row(problem("peaks", 3, count=3, width=0.1, seed=1), (6.5e-3, 1.7e-3, 6.7e-4)),
    Row(problem("triangle", 2), (1.1e-4, 3.6e-5, 4.5e-6)),
    Row(problem("muon_decay", 5), (6.5e-3, 3.8e-3, 2.4e-3)),
    Row(problem("z_resonance", 2), (1.4e-3, 3.1e-4, 5.5e-5)),
    Row(problem("genz_oscillatory", 3), (2e-2, 4.3e-3, 7.3e-4)),
    Row(problem("genz_discontinuous", 2), (4.4e-3, 1.8e-3, 6.4e-4)),
    Row(problem("genz_corner_peak", 6), (5.5e-4, 1.3e-4, 4e-5)),
    Row(problem("genz_gaussian", 10), (4.7e-5, 1.2e-5, 3.8e-6)),
)
JOINT = (
    JointProblem((problem("camel", 4),), moments=2),
    JointProblem(tuple(problem("gaussian", 3, width=width) for width in (0.15, 0.2, 0.3))),
    JointProblem((problem("annulus", 2), problem("gaussian", 2)), moments=1),
    JointProblem((problem("z_resonance", 2), problem("triangle", 2), problem("camel", 2))),
    JointProblem((problem("polynomial", 10), problem("genz_oscillatory", 10, difficulty=4.0))),
)
FLOW = (problem("camel", 4), problem("ridge", 4, width=0.05), problem("gaussian", 8))


@dataclass(frozen=True)
class Cell:
    """Runs that differ by their seeds alone.

    Args:
      mode: one of `MODES`: "frozen" spends all calls, "stopped" has a target, "joint" measures several
        integrals at once, "flow" trains a flow whether or not it pays.
      problem: what is integrated.
      max_neval: calls at most.
      rtol: target, 0 for none.
      seed: from which theirs are counted.
    """

    mode: str
    problem: Problem | JointProblem
    max_neval: int
    rtol: float
    seed: int

    def task(self, method: str, number: int, max_seconds: float = math.inf) -> Task:
        """Returns the run with this number, counted from 1; no two runs of a method share a seed."""
        return Task(
            method=method,
            problem=self.problem,
            seed=self.seed + number,
            rtol=self.rtol,
            max_neval=self.max_neval,
            max_seconds=max_seconds,
            minimize="time",
            flow="always" if self.mode == "flow" else "auto",
        )


# Runs of one cell at most, so that no two cells share a seed.
MOST_SEEDS = 100_000


def cells(modes: Sequence[str], rows: Sequence[int], budgets: Sequence[int]) -> list[Cell]:
    """Returns the cells of the study.

    Args:
      modes: some of `MODES`.
      rows: numbers of `ROWS`, counted from 1; "joint" and "flow" have the first few of their own.
      budgets: numbers of `BUDGETS`, counted from 1; "joint" and "flow" have one each.
    """
    return [
        Cell(mode, each, max_neval, rtol, MOST_SEEDS * number)
        for number, (mode, row, budget, each, max_neval, rtol) in enumerate(_all(), 1)
        if mode in modes and row in rows and budget in budgets
    ]


def every_cell() -> list[Cell]:
    """Returns all cells of the study."""
    return cells(MODES, range(1, len(ROWS) + 1), range(1, len(BUDGETS) + 1))


def _all() -> Iterator[tuple[str, int, int, Problem | JointProblem, int, float]]:
    """Yields mode, numbers of row and budget, problem, calls and target of all cells, always in one order."""
    for number, row in enumerate(ROWS, 1):
        for budget, (max_neval, rtol) in enumerate(zip(BUDGETS, row.rtols, strict=True), 1):
            yield "frozen", number, budget, row.problem, max_neval, 0.0
            yield "stopped", number, budget, row.problem, max_neval, rtol
    for number, joint in enumerate(JOINT, 1):
        yield "joint", number, 1, joint, JOINT_BUDGET, 0.0
    for number, each in enumerate(FLOW, 1):
        yield "flow", number, 1, each, FLOW_BUDGET, 0.0


def tasks(
    found: Sequence[Cell], methods: Sequence[str], numbers: Sequence[int], max_seconds: float
) -> list[Task]:
    """Returns the runs of some cells; all cells have their n-th run before any has its next.

    A study that is ended early so has as many runs of each. Peers have no targets and no flow to insist on.
    """
    return [
        cell.task(method, number, max_seconds)
        for method in methods
        for number in numbers
        for cell in found
        if suits(cell, method)
    ]


def suits(cell: Cell, method: str) -> bool:
    """Returns whether a method can have such runs in this study."""
    return method == "iflow" or cell.mode == "frozen" or (cell.mode == "joint" and method == "vegas_frozen")


def by_cell(runs: Sequence[Run], found: Sequence[Cell]) -> dict[tuple[str, Cell], list[Run]]:
    """Returns the runs of each method and cell that has any; of equal tasks the last run that did not fail.

    Raises:
      ValueError: if a run is of none of the cells.
    """
    place = {cell.seed // MOST_SEEDS: cell for cell in found}
    groups: dict[tuple[str, Cell], dict[int, Run]] = {}
    for run in runs:
        cell = place.get(run.task.seed // MOST_SEEDS)
        if cell is None or (cell.problem, cell.max_neval, cell.rtol) != (
            run.task.problem,
            run.task.max_neval,
            run.task.rtol,
        ):
            raise ValueError(
                f"every run must be one of this study, got {run.task.label} with {run.task.max_neval:,} "
                "calls: leave out journals of other benchmarks and of earlier versions of the study"
            )
        same = groups.setdefault((run.task.method, cell), {})
        if run.task.seed not in same or not run.failed:
            same[run.task.seed] = run
    ordered = sorted(groups.items(), key=lambda item: (item[0][0], item[0][1].seed))
    return {key: list(same.values()) for key, same in ordered}
