"""Flows of one kind beside those of another: calls to a target, each run drawn from a flow.

    python -m benchmarks.flows                                      the three couplings, target 1e-3
    python -m benchmarks.flows --vary dtype=float32,float64         training in the two floating types
    python -m benchmarks.flows --vary masks=log2,antichain,random   patterns of masks
    python -m benchmarks.flows --budget 500000                      no target: what so many calls bring

The deviation is that of the weights over their mean, from the effective sample size.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import click

from benchmarks.figures import draw_flows
from benchmarks.problem import problem
from benchmarks.record import Run, Task
from benchmarks.selection import rows_option
from benchmarks.setup import Setup, setup_options
from benchmarks.table import print_table

PROBLEMS = (
    problem("camel", 4),
    problem("camel", 8),
    problem("entangled_circles", 2),
    problem("ridge", 4, width=0.05),
)
LARGEST_PULL = 4.5
_MOST_CALLS = 2_000_000
_COLUMNS = (
    *("row", "integral", "option", "median calls", "range", "deviation", "error", "worst pull"),
    *("seconds", "reached", "unreliable"),
)


def parse_vary(
    context: click.Context | None, parameter: click.Parameter | None, text: str
) -> tuple[str, list[str | int]]:
    """Returns the option and its values of "option=value,value"."""
    name, equals, values = text.partition("=")
    if not equals or not all(values.split(",")):
        raise click.BadParameter(f"{text!r} is not of the form option=value,value")
    return name, [int(value) if value.isdecimal() else value for value in values.split(",")]


def deviation(run: Run) -> float:
    """Returns the standard deviation of the weights over their mean; nan where it is not known."""
    share = run.outcome.ess / run.outcome.neval_measured if run.outcome.neval_measured else math.nan
    return math.sqrt(max(1.0 / share - 1.0, 0.0)) if share > 0.0 else math.nan


@click.command()
@rows_option(len(PROBLEMS))
@click.option(
    "--vary",
    default="coupling=linear,quadratic,rational-quadratic",
    show_default=True,
    callback=parse_vary,
    help="Option of the flow and its values.",
)
@click.option("--seeds", default=3, show_default=True, type=click.IntRange(1), help="Runs of each.")
@click.option("--rtol", default=1e-3, show_default=True, help="Target.")
@click.option("--budget", type=click.IntRange(10_000), help="Calls to spend, whatever the error is.")
@click.option("--plot", type=click.Path(dir_okay=False, path_type=Path), help="Picture to write.")
@setup_options(default_methods="iflow")
def main(
    rows: list[int],
    vary: tuple[str, list[str | int]],
    seeds: int,
    rtol: float,
    budget: int | None,
    plot: Path | None,
    setup: Setup,
) -> None:
    """Compares flows that differ in one option."""
    name, values = vary
    tasks = [
        Task(
            method="iflow",
            problem=PROBLEMS[row - 1],
            seed=seed,
            rtol=0.0 if budget else rtol,
            max_neval=budget or _MOST_CALLS,
            max_seconds=setup.max_seconds,
            flow="always",
            options=((name, value),),
        )
        for row in rows
        for value in values
        for seed in range(1, seeds + 1)
    ]
    runs = setup.run(tasks)
    groups = {
        (row, value): [
            run
            for run in runs
            if run.task.problem == PROBLEMS[row - 1] and run.task.options == ((name, value),)
        ]
        for row in rows
        for value in values
    }
    groups = {key: same for key, same in groups.items() if same}
    lines = [
        [str(row), PROBLEMS[row - 1].label, str(value), *_texts(same)]
        for (row, value), same in groups.items()
    ]
    aim = f"{budget:,} calls" if budget else f"to {rtol:g}"
    print_table(f"flows by {name}, {aim}, {seeds} seeds ({setup.versions})", _COLUMNS, lines, n_left=3)
    if plot is not None:
        by_label = {(PROBLEMS[row - 1].label, str(value)): same for (row, value), same in groups.items()}
        draw_flows(by_label, f"calls {aim}, everything included", plot)
        click.echo(f"figure: {plot}")


def _texts(runs: Sequence[Run]) -> list[str]:
    calls = [run.outcome.neval for run in runs]
    return [
        f"{median(calls):,.0f}",
        f"{min(calls):,} - {max(calls):,}",
        f"{median(map(deviation, runs)):.3g}",
        f"{median(run.relative_error for run in runs):.1e}",
        f"{max((run.pull for run in runs), key=abs):+.1f}",
        f"{median(run.seconds for run in runs):.0f}",
        f"{sum(run.reached for run in runs)}/{len(runs)}" if runs[0].task.rtol else "",
        str(sum(run.outcome.reliable is False for run in runs)),
    ]


if __name__ == "__main__":
    main()
