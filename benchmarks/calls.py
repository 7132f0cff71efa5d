"""Calls until the target, on the 14 integrals of the i-flow paper.

    python -m benchmarks.calls                                     all rows, 5 seeds, iflow alone
    python -m benchmarks.calls --rows 1-6,9 --methods iflow,vegas,madnis --json calls.json

Every call counts, whatever it was for, until the reported relative error is 1e-4 (1e-5 for the
polynomials). A run ends without its target when it has made as many calls as the best published
number, times --max-neval-factor.
"""

from __future__ import annotations

import math
from pathlib import Path
from statistics import median

import click

from benchmarks import suite
from benchmarks.record import Task
from benchmarks.row_summary import RowSummary, verdicts
from benchmarks.selection import rows_option
from benchmarks.setup import Setup, figure_option, setup_options
from benchmarks.table import print_table

_COLUMNS = (
    *("row", "integral", "median calls", "range", "reached", "error", "worst pull", "unreliable"),
    *("proposal", "seconds", "MB", "best published", "goal", "ratio", "verdict"),
)


@click.command()
@rows_option(len(suite.ROWS))
@click.option("--seeds", default=5, show_default=True, type=click.IntRange(1), help="Runs of each row.")
@click.option("--max-neval-factor", default=1.0, show_default=True, help="Cap over best published.")
@click.option("--minimize", type=click.Choice(["calls", "time"]), default="calls", show_default=True)
@figure_option
@setup_options(default_methods="iflow")
def main(
    rows: list[int],
    seeds: int,
    max_neval_factor: float,
    minimize: str,
    figure: Path | None,
    setup: Setup,
) -> None:
    """Counts the calls that methods take on the i-flow suite."""
    chosen = [row for row in suite.ROWS if row.number in rows]
    tasks = {
        Task(
            method=method,
            problem=row.problem,
            seed=seed,
            rtol=row.rtol,
            max_neval=round(row.best * max_neval_factor),
            max_seconds=setup.max_seconds,
            minimize=minimize,
        ): row
        for method in setup.methods
        for row in chosen
        for seed in range(1, seeds + 1)
    }
    runs = setup.run(tasks)
    by_method: dict[str, list[RowSummary]] = {}
    for method in setup.methods:
        for row in chosen:
            same = tuple(run for run in runs if run.task.method == method and tasks[run.task] == row)
            if same:
                by_method.setdefault(method, []).append(RowSummary(row, same))
    for method, summaries in by_method.items():
        title = f"{method}: calls to the target, {seeds} seeds, sparing with {minimize} ({setup.versions})"
        print_table(title, _COLUMNS, map(_texts, summaries), n_left=2)
        click.echo("\n".join(f"{method}: {line}" for line in verdicts(summaries)) + "\n")
    click.echo(
        "best published: Gao, Isaacson, Krause, arXiv:2001.05486; in brackets, off by that many errors"
    )
    if figure is not None:
        from benchmarks.figures import draw_calls

        draw_calls(by_method, figure)
        click.echo(f"figure: {figure}")


def _texts(summary: RowSummary) -> list[str]:
    row, runs = summary.row, summary.runs
    fewest, most = summary.range_of_calls
    return [
        str(row.number),
        row.problem.label,
        "" if math.isinf(summary.median_calls) else f"{summary.median_calls:,.0f}",
        f"{fewest:,} - {most:,}",
        f"{summary.n_reached}/{len(runs)}",
        f"{summary.median_error:.1e}",
        f"{summary.worst_pull:+.1f}",
        str(summary.n_unreliable),
        summary.proposals,
        f"{median(run.seconds for run in runs):.1f}",
        f"{max(run.peak_mb for run in runs):.0f}",
        f"{row.best:,} {row.best_by}",
        f"{row.goal:,}",
        f"{summary.ratio:.2f}" if summary.ratio else "",
        summary.verdict,
    ]


if __name__ == "__main__":
    main()
