"""Right, or doubted: integrals on which integrators return wrong values with small errors.

    python -m benchmarks.hard                                   20 seeds, iflow alone
    python -m benchmarks.hard --rows 1,5 --methods iflow,vegas --seeds 3

The target, 1e-4, is out of reach of most of these budgets, so that all calls are spent. A run is
honest when its value is within 4 of its own errors of the exact one, or when it calls itself
unreliable; a method that has no such word is never unreliable.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import click

from benchmarks.problem import Problem, problem
from benchmarks.record import Run, Task
from benchmarks.selection import rows_option
from benchmarks.setup import Setup, setup_options
from benchmarks.table import print_table

LARGEST_PULL = 4.0
SHARE_TO_FIND = 0.9
_RTOL = 1e-4
_COLUMNS = (
    *("row", "integral", "method", "right or doubted", "right and not doubted", "failed"),
    *("median error", "worst confident pull", "median calls", "seconds", "longest", "MB", "verdict"),
)


@dataclass(frozen=True)
class HardRow:
    """An integral that misleads.

    Args:
      problem: the integral.
      max_neval: calls of each run.
      seeded: whether each run has an integral of its own, drawn with the run's seed.
      to_find: whether it can be found within these calls: then 9 of 10 runs must.
      longest: seconds that no run may exceed.
    """

    problem: Problem
    max_neval: int = 500_000
    seeded: bool = False
    to_find: bool = True
    longest: float = 3600.0

    def problem_of(self, seed: int) -> Problem:
        """Returns the integral that this seed's run has."""
        return self.problem.with_seed(seed) if self.seeded else self.problem


ROWS = (
    HardRow(problem("peaks", 8, count=3, width=0.03), seeded=True),
    HardRow(problem("ridge", 4, width=0.01)),
    HardRow(problem("camel", 16, width=0.2)),
    HardRow(problem("camel", 8, width=0.05)),
    HardRow(problem("top_hat", 4, volume=1.6e-7), 100_000, seeded=True, to_find=False, longest=60.0),
)


def n_honest(runs: Sequence[Run]) -> int:
    """Returns how many runs are right or call themselves unreliable; a failed one is neither."""
    return sum(run.is_right(LARGEST_PULL) or run.outcome.reliable is False for run in runs)


def n_found(runs: Sequence[Run]) -> int:
    """Returns how many runs are right and do not call themselves unreliable."""
    return sum(run.is_right(LARGEST_PULL) and run.outcome.reliable is not False for run in runs)


def n_failed(runs: Sequence[Run]) -> int:
    """Returns how many runs brought nothing back."""
    return sum(run.failed for run in runs)


def verdict(row: HardRow, runs: Sequence[Run]) -> str:
    """Returns "ok", or what is wrong."""
    wanted = SHARE_TO_FIND * len(runs) if row.to_find else 0.0
    faults = {
        "confidently wrong": n_honest(runs) + n_failed(runs) < len(runs),
        "failed": n_failed(runs) > 0,
        "found too seldom": n_found(runs) < wanted,
        "too slow": max(run.seconds for run in runs) > row.longest,
    }
    return ", ".join(fault for fault, applies in faults.items() if applies) or "ok"


@click.command()
@rows_option(len(ROWS))
@click.option("--seeds", default=20, show_default=True, type=click.IntRange(1), help="Runs of each row.")
@click.option("--max-neval-factor", default=1.0, show_default=True, help="Calls over those of the row.")
@setup_options(default_methods="iflow")
def main(rows: list[int], seeds: int, max_neval_factor: float, setup: Setup) -> None:
    """Counts how often methods are right, doubted, or confidently wrong."""
    chosen = {number: ROWS[number - 1] for number in rows}
    tasks = {
        Task(
            method=method,
            problem=row.problem_of(seed),
            seed=seed,
            rtol=_RTOL,
            max_neval=round(row.max_neval * max_neval_factor),
            max_seconds=setup.max_seconds,
        ): number
        for number, row in chosen.items()
        for method in setup.methods
        for seed in range(1, seeds + 1)
    }
    runs = setup.run(tasks)
    lines = []
    for number, row in chosen.items():
        for method in setup.methods:
            same = [run for run in runs if run.task.method == method and tasks[run.task] == number]
            if same:
                lines.append([str(number), row.problem.label, method, *_texts(row, same)])
    title = f"right within {LARGEST_PULL:g} errors, or doubted: {seeds} seeds ({setup.versions})"
    print_table(title, _COLUMNS, lines, n_left=3)


def _texts(row: HardRow, runs: Sequence[Run]) -> list[str]:
    n = len(runs)
    pulls = [run.pull for run in runs if run.outcome.reliable is not False and not run.failed]
    return [
        f"{n_honest(runs)}/{n}",
        f"{n_found(runs)}/{n}",
        str(n_failed(runs)),
        f"{median(run.relative_error for run in runs):.1e}",
        f"{max(pulls, key=abs):+.3g}" if pulls else "",
        f"{median(run.outcome.neval for run in runs):,.0f}",
        f"{median(run.seconds for run in runs):.1f}",
        f"{max(run.seconds for run in runs):.1f}",
        f"{max(run.peak_mb for run in runs):.0f}",
        verdict(row, runs),
    ]


if __name__ == "__main__":
    main()
