"""Seconds until the target, for integrands of several costs, side by side with other tools.

    python -m benchmarks.time                   7 integrals, targets 1e-3 and 1e-4, costs 0, 10 us, 1 ms
    python -m benchmarks.time --quick           2 of them, one target, a minute at most for a run

Each run has a process of its own, one after the other, with the same number of threads; importing the
package counts, and is shown apart. The cost is added by accounting, seconds + calls x cost, and told
to iflow; the others have no use for it, so that one run of theirs serves all costs. Only right values
count: met the target, and no more than 5 errors from the exact value.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from statistics import median

import click

from benchmarks.problem import Problem, problem
from benchmarks.race import CLOSE_SECONDS, HOME, Race
from benchmarks.record import Run, Task
from benchmarks.setup import Setup, setup_options
from benchmarks.table import print_table

PROBLEMS = (
    problem("gaussian", 4),
    problem("gaussian", 8),
    problem("camel", 4),
    problem("camel", 8),
    problem("entangled_circles", 2),
    problem("box", 3),
    problem("polynomial", 18),
)
TARGETS = (1e-3, 1e-4)
COSTS = (0.0, 1e-5, 1e-3)
_QUICK = (problem("gaussian", 4), problem("box", 3))
_QUICK_SECONDS = 60.0


def task(setup: Setup, method: str, each: Problem, rtol: float, cost: float, **options: int) -> Task:
    """Returns the run that a method makes at a cost; only iflow's depends on it."""
    told = cost if method == HOME else None
    return Task(
        method=method,
        problem=each,
        rtol=rtol,
        cost=told,
        minimize="time",
        max_seconds=setup.max_seconds,
        **options,  # type: ignore[arg-type]
    )


@click.command()
@click.option("--seeds", default=3, show_default=True, type=click.IntRange(1), help="Runs of each.")
@click.option("--max-neval", default=50_000_000, show_default=True, help="Calls at most.")
@click.option("--quick", is_flag=True, help="2 integrals, the first target, one seed, short runs.")
@setup_options(default_methods="iflow,vegas,madnis", parallel=False, max_seconds=300.0)
def main(seeds: int, max_neval: int, quick: bool, setup: Setup) -> None:
    """Times methods until they meet a target."""
    problems, targets = (_QUICK, TARGETS[:1]) if quick else (PROBLEMS, TARGETS)
    if quick:
        seeds, setup = 1, replace(setup, max_seconds=min(setup.max_seconds, _QUICK_SECONDS))
    heats = {
        (each, rtol, cost): {
            method: [
                task(setup, method, each, rtol, cost, seed=seed, max_neval=max_neval)
                for seed in range(1, seeds + 1)
            ]
            for method in setup.methods
        }
        for each in problems
        for rtol in targets
        for cost in COSTS
    }
    tasks = dict.fromkeys(t for heat in heats.values() for same in heat.values() for t in same)
    by_task = {run.task: run for run in setup.run(tasks)}
    races = [
        Race(each, rtol, cost, {method: [by_task[t] for t in same] for method, same in heat.items()})
        for (each, rtol, cost), heat in heats.items()
        if all(t in by_task for same in heat.values() for t in same)
    ]
    columns = ["integral", "target", "a call", *setup.methods, "first", "others / iflow", "won"]
    threads = setup.threads or "any number of"
    title = f"seconds to the target, median of {seeds}, {threads} threads ({setup.versions})"
    print_table(title, columns, (_texts(race) for race in races), n_left=1)
    for line in _closing(races, by_task.values()):
        click.echo(line)


def _texts(race: Race) -> list[str]:
    cost = {0.0: "0", 1e-5: "10 us", 1e-3: "1 ms"}[race.cost]
    times = [race.text(method) for method in race.runs]
    ratio = "" if math.isnan(race.ratio) else f"{race.ratio:.2f}"
    won = "yes" if race.is_won else "no"
    return [race.problem.label, f"{race.rtol:g}", cost, *times, race.first, ratio, won]


def _closing(races: list[Race], runs: Iterable[Run]) -> list[str]:
    won = sum(race.is_won for race in races)
    lines = [
        f"{HOME} is first, or within {CLOSE_SECONDS:g} s where calls cost nothing: {won} of {len(races)} rows"
    ]
    imports: dict[str, list[float]] = {}
    for run in runs:
        imports.setdefault(run.task.method, []).append(run.import_seconds)
    lines += [f"{method}: importing took {median(seconds):.2f} s" for method, seconds in imports.items()]
    return lines


if __name__ == "__main__":
    main()
