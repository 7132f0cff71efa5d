"""Throughput with one worker and with two, and what to expect of up to 10,000.

    python -m benchmarks.scaling                               everything; about 20 minutes on two free cores
    python -m benchmarks.scaling --quick                       a minute or two
    python -m benchmarks.scaling --costs 1e-3,1e-1 --repeats 7 --only turns
    python -m benchmarks.scaling --only simulation --figure docs/scaling.png

Turns: whole runs that spend a fixed budget, with one worker and with two, one after the other; ratios are
those of neighbours. Integrands keep a core busy until a call has taken its time by the clock, those of
threads sleep. Workers are started before the clock is.

Simulation: the real schedule in virtual time, with what this process takes for a chunk, for a point and for
training, as measured here. A run is ten minutes long if all workers always compute, or has 60 million
calls where that is shorter; calls scatter by 20%; a chunk is 1 ms on its way, there and back each.

The exit status is 1 where a goal is missed: two processes 1.85 times as fast as one at 1 ms a call and 1.97
times at 100 ms; with 1,000 workers and 10 ms a call less than 1% lost to scheduling.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any

import click

from benchmarks.scaling.crowd import crowd
from benchmarks.scaling.load import Load
from benchmarks.scaling.parent import Instant, Recorded, handling, record
from benchmarks.scaling.simulation import Farm, Outcome, rounds_of, simulate
from benchmarks.scaling.turns import KINDS, Scaling, take_turns
from benchmarks.table import print_table
from iflow.executors import engines

GOALS = {1e-3: 1.85, 1e-1: 1.97}
GOAL_COST, GOAL_WORKERS, GOAL_LOST = 1e-2, 1_000, 0.01
_RUN_SECONDS, _MOST_CALLS = 600.0, 60_000_000
_COSTS, _FARMS = (1e-3, 1e-2, 1e-1, 1.0), (1, 10, 100, 1_000, 10_000)
_PARTS = ("turns", "simulation", "threads")
_FILE = click.Path(dir_okay=False, path_type=Path)

Simulated = dict[tuple[str, float, int], Outcome]


@click.command()
@click.option("--quick", is_flag=True, help="Few costs, one short turn, few workers.")
@click.option("--only", type=click.Choice(_PARTS), multiple=True, help="Part to do.  [default: all]")
@click.option(
    "--costs", default="1e-5,1e-4,1e-3,1e-2,1e-1", show_default=True, help="Seconds a call, of turns."
)
@click.option("--seconds", default=10.0, show_default=True, help="Computing in a turn, on one worker.")
@click.option("--repeats", default=5, show_default=True, type=click.IntRange(1), help="Turns of each.")
@click.option("--flow", is_flag=True, help="Simulates a run that trains a flow, too.")
@click.option("--figure", type=_FILE, help="Picture to write; its ending sets the format.")
def main(
    quick: bool,
    only: tuple[str, ...],
    costs: str,
    seconds: float,
    repeats: int,
    flow: bool,
    figure: Path | None,
) -> None:
    """Measures how throughput grows with workers."""
    parts = only or _PARTS
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    scalings: list[Scaling] = []
    simulated: Simulated = {}
    if "turns" in parts:
        if load > 0.5:
            click.echo(f"others keep {load:.1f} cores busy: ratios look worse than they are", err=True)
        if quick:
            costs, seconds, repeats = "1e-3", min(seconds, 1.0), 1
        scalings = _turns(_numbers(costs), seconds, repeats)
    if {"simulation", "threads"} & {*parts}:
        handlings = _handlings(200 if quick else 2_000)
        recorded = [record(20_000 if quick else 2_000_000)]
        if flow:
            recorded.append(record(300_000, flow=True, cost=1e-4))
        if "simulation" in parts:
            simulated = _simulation(recorded, handlings, quick)
        if "threads" in parts:
            _threads(recorded[0], handlings["threads"], quick)
    if figure is not None:
        from benchmarks.scaling.figure import draw_scaling

        draw_scaling(scalings, simulated, figure)
        click.echo(f"figure: {figure}")
    failures = [*([] if quick else _slow(scalings)), *_lossy(simulated)]
    click.echo("\n".join(failures))
    sys.exit(1 if failures else 0)


def _numbers(text: str) -> list[float]:
    try:
        costs = [float(part) for part in text.split(",")]
    except ValueError:
        costs = []
    if not costs or min(costs) <= 0.0:
        raise click.BadParameter(f"costs must be seconds > 0, such as 1e-3,1e-1; got {text!r}")
    return costs


def _turns(costs: Sequence[float], seconds: float, repeats: int) -> list[Scaling]:
    found: list[Scaling] = []
    for cost in costs:
        neval = max(200, int(seconds / cost))
        found += take_turns(KINDS, cost, neval=neval, repeats=repeats, on_turn=_say)
    rows = [
        (
            scaling.kind.name,
            _duration(scaling.cost),
            f"{scaling.neval:,}",
            scaling.text("whole"),
            scaling.text("measurement"),
            f"{scaling.of_ideal(1):.3f}",
            f"{scaling.of_ideal(2):.3f}",
        )
        for scaling in found
    ]
    columns = ("workers", "a call", "calls", "2 over 1: whole run", "measurement", "1 of ideal", "2 of ideal")
    print_table(f"two workers and one, median of {repeats} turns (quartiles)", columns, rows)
    return found


def _handlings(n_chunks: int) -> dict[str, float]:
    """Returns the seconds that this process takes for a chunk, by the kind of engine."""
    import loky

    made: dict[str, Callable[[], Executor]] = {
        "the crew alone": Instant,
        "threads": lambda: ThreadPoolExecutor(100),
        "processes": lambda: ProcessPoolExecutor(2),
        "loky": lambda: loky.ProcessPoolExecutor(2),
    }
    found = {}
    for name, make in made.items():
        with ExitStack() as stack:
            f = Load(1e-2, sleeps=True) if name == "threads" else Load(0.0)  # who sleeps has to be woken
            found[name] = handling(stack.enter_context(make()), f, n_chunks=n_chunks)
    print_table("handing out a chunk and taking it back", ("engine", "us"), _microseconds(found))
    return found


def _microseconds(seconds: dict[str, float]) -> list[tuple[str, str]]:
    return [(name, f"{1e6 * each:.1f}") for name, each in seconds.items()]


def _simulation(recorded: Sequence[Recorded], handlings: dict[str, float], quick: bool) -> Simulated:
    found: Simulated = {}
    farms, costs = ((10, 100), (1e-2,)) if quick else (_FARMS, _COSTS)
    with ThreadPoolExecutor(1) as threads, ProcessPoolExecutor(1) as processes:
        chunkings = {"threads": engines.of(threads).chunking, "processes": engines.of(processes).chunking}
    for run in recorded:
        print_table(
            f"a real run that measured with the {run.name}",
            ("what", "us"),
            _microseconds({"making a point and sending it": run.place, "summing one up": run.add}),
        )
        click.echo(
            f"survey and training: {len(run.rounds)} rounds, {sum(each.n for each in run.rounds):,} points, "
            f"{sum(each.training for each in run.rounds):.2f} s of training\n"
        )
        for engine, chunking in chunkings.items():
            for cost in costs:
                for n in farms:
                    neval = min(_MOST_CALLS, int(_RUN_SECONDS * n / cost))
                    plan = rounds_of(run.rounds, neval)
                    parent = run.parent(handlings[engine])
                    name = f"{run.name}, {engine}"
                    _say(f"simulating {n} workers, {cost:g} s a call, {name}")
                    found[name, cost, n] = simulate(Farm(n, cost, chunking=chunking), parent, plan)
    columns = ("run, engine", "a call", "workers", "calls", "seconds", "chunks")
    columns += ("computing", "training", "sampling", "scheduling")
    print_table("simulated: where workers' time goes", columns, map(_texts, found, found.values()))
    return found


def _texts(key: tuple[str, float, int], outcome: Outcome) -> tuple[str, ...]:
    name, cost, n = key
    shares = (outcome.useful, outcome.training, outcome.sampling, outcome.scheduling)
    return (
        name,
        _duration(cost),
        f"{n:,}",
        f"{outcome.neval:,}",
        f"{outcome.seconds:,.0f}",
        f"{outcome.chunks:,}",
        *(f"{share:.2%}" for share in shares),
    )


def _threads(recorded: Recorded, seconds: float, quick: bool) -> None:
    farms, neval = ((50,), 5_000) if quick else ((100, 300, 500), 300_000)
    rows = []
    for n in farms:
        _say(f"{n} threads")
        found = crowd(n, 1e-2, neval=neval, parent=recorded.parent(seconds))
        rows.append(
            (
                f"{n}",
                f"{found.neval:,}",
                f"{found.seconds:.2f}",
                f"{found.simulated.seconds:.2f}",
                f"{found.useful:.1%}",
                f"{found.simulated.useful:.1%}",
            )
        )
    columns = ("threads", "calls", "seconds", "simulated", "computing", "simulated")
    print_table("threads that sleep 10 ms a call, and the same run in virtual time", columns, rows)


def _slow(scalings: Sequence[Scaling]) -> list[str]:
    """Returns a line for each goal of two processes that was missed."""
    missed = []
    for scaling in scalings:
        goal = GOALS.get(scaling.cost)
        if goal is None or scaling.kind.sleeps:
            continue
        for what in ("whole", "measurement"):
            ratio = median(scaling.ratios(what))
            if ratio < goal:
                where = f"{scaling.kind.name}, {_duration(scaling.cost)} a call, {what}"
                missed.append(f"missed: {where}: {ratio:.3f} < {goal}")
    return missed


def _lossy(simulated: Simulated) -> list[str]:
    return [
        f"missed: {name}: {outcome.scheduling:.2%} lost to scheduling"
        for (name, cost, n), outcome in simulated.items()
        if (cost, n) == (GOAL_COST, GOAL_WORKERS) and outcome.scheduling >= GOAL_LOST
    ]


def _duration(seconds: float) -> str:
    for unit, name in ((1.0, "s"), (1e-3, "ms"), (1e-6, "us")):
        if seconds >= unit:
            return f"{seconds / unit:g} {name}"
    return f"{seconds:g} s"


def _say(text: Any) -> None:
    click.echo(text, err=True)


if __name__ == "__main__":
    main()
