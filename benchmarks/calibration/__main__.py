"""Are the quoted errors what they claim to be? Pulls over many seeds, at small budgets.

    python -m benchmarks.calibration                         300 seeds, iflow alone: hours
    python -m benchmarks.calibration --quick                 3 functions, 20 seeds: a look, not a proof
    python -m benchmarks.calibration --seeds 150 --seeds-from 151 --json second.json     a slice
    python -m benchmarks.calibration --read first.json --read second.json --figure calibration.png
    python -m benchmarks.calibration --methods vegas_frozen,madnis --modes frozen --budgets 3 --seeds 30

The pull (mean - exact) / sdev of a calibrated method has mean 0 and width 1, lies within +-1 in 68.27% of
runs and within +-2 in 95.45%. The p value of the pull and Q, the p value of the agreement between rounds,
are uniform. iflow's error comes from 16 replicates or more and is widened for that: its pull is Student's t
over the widening, so p is taken from that and bands allow for what lies between it and a normal; those of
vegas and MadNIS come from thousands of points, and p from a normal. Runs that call themselves unreliable
are counted apart.

Bands are such that a calibrated method is outside of any of them with a probability of at most 1%
altogether. The exit status is 1 when something of iflow lies outside, or a run of it failed; without runs
of iflow it is that of all methods.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from benchmarks.calibration.plan import every_cell
from benchmarks.calibration.study import studies
from benchmarks.calibration.tables import page, print_study
from benchmarks.calibration.wanted import Wanted, wanted_options
from benchmarks.journal import runs_in
from benchmarks.record import Run
from benchmarks.setup import Setup, figure_option, setup_options

_FILE = click.Path(dir_okay=False, path_type=Path)
_WRITTEN = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@wanted_options
@click.option("--read", "journals", multiple=True, type=_WRITTEN, help="Run nothing; take what is there.")
@click.option("--table", type=_FILE, help="Page of short tables to write, in Markdown.")
@figure_option
@setup_options(default_methods="iflow", max_seconds=120.0)
def main(
    wanted: Wanted, journals: tuple[Path, ...], table: Path | None, figure: Path | None, setup: Setup
) -> None:
    """Tests whether quoted errors cover as they should."""
    if journals:
        cells, runs = every_cell(), [run for journal in journals for run in runs_in(journal)]
    else:
        cells = wanted.cells
        runs = setup.run(wanted.tasks(setup.methods, setup.max_seconds), fresh=False)
    try:
        results = studies(runs, cells)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    for study in results:
        print_study(study, f"pulls ({_versions(runs, study.method)})")
    if table is not None:
        table.write_text(page(results), encoding="utf-8")
        click.echo(f"table: {table}")
    if figure is not None:
        from benchmarks.calibration.figure import draw

        draw(results, figure)
        click.echo(f"figure: {figure}")
    judged = [study for study in results if study.method == "iflow"] or results
    sys.exit(any(study.n_faults or study.n_failed for study in judged))


def _versions(runs: list[Run], method: str) -> str:
    versions = sorted({run.version for run in runs if run.task.method == method and run.version})
    return f"{method} {', '.join(versions)}"


if __name__ == "__main__":
    main()
