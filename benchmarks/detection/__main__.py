"""How often is a wrong answer, beyond 5 of its own errors, called reliable?

    python -m benchmarks.detection --numbers 1-3                 a look
    python -m benchmarks.detection --slice 1/2 --json 1.json     one of two halves of the study, and
    python -m benchmarks.detection --slice 2/2 --json 2.json     the other; --resume goes on with them
    cat 1.json 2.json > all.json
    python -m benchmarks.detection --json all.json --report --figure docs/detection.png --markdown

Integrands have a structure that is hard to see, and a knob that makes it harder: `families.py` lists them.
Each run has a structure at a place of its own, the same one for all methods. Whether any evaluated point
showed it is counted: what no point showed nobody can know, but how much volume may hide it can be said.
iflow is asked for a relative error of 1e-3, its default, within the calls, and so is MadNIS; vegas spends
all of them. With --report nothing is run. The exit status is 1 where iflow is silently wrong, although all
structures were shown, in more than 1 of 1,000 runs, or where what it states of the unseen does not hold.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click
from threadpoolctl import threadpool_limits

from benchmarks.detection.confusion import confusion
from benchmarks.detection.families import FAMILIES
from benchmarks.detection.figure import draw_detection
from benchmarks.detection.methods import run
from benchmarks.detection.tables import COLUMNS, GOAL, markdown, rows, verdict
from benchmarks.detection.trial import Finding, Trial, finding_from
from benchmarks.detection.unseen import unseen
from benchmarks.journal import Journal
from benchmarks.selection import selected
from benchmarks.setup import Setup, figure_option, setup_options
from benchmarks.table import print_table

BUDGETS = (5_000, 50_000)
_MOST_NUMBERS = 10_000


def trials(
    methods: Iterable[str],
    families: Iterable[str],
    budgets: Iterable[int],
    numbers: Iterable[int],
    *,
    rtol: float,
) -> list[Trial]:
    """Returns the runs to make, first all that have the first number, in an order that mixes the rest."""
    made = [
        Trial(method, name, dim, value, max_neval, number, rtol)
        for number in numbers
        for name in families
        for dim in FAMILIES[name].dims
        for value in FAMILIES[name].values
        for max_neval in budgets
        for method in methods
    ]
    return sorted(made, key=lambda trial: (trial.number, trial.seed, trial.method))


def _families(_context: click.Context, _option: click.Parameter, text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(",")) if text else tuple(FAMILIES)
    for name in names:
        if name not in FAMILIES:
            raise click.BadParameter(f"{name!r} is none of {', '.join(FAMILIES)}")
    return names


def _numbers(_context: click.Context, _option: click.Parameter, text: str) -> list[int]:
    try:
        return selected(text, _MOST_NUMBERS)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


def _budgets(_context: click.Context, _option: click.Parameter, text: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError as error:
        raise click.BadParameter(f"numbers such as 5000,50000 are expected, got {text!r}") from error


def _slice(_context: click.Context, _option: click.Parameter, text: str) -> slice:
    first, _, step = text.partition("/")
    if not (first.isdigit() and step.isdigit() and 1 <= int(first) <= int(step)):
        raise click.BadParameter(f"a part and the number of parts such as 1/2 are expected, got {text!r}")
    return slice(int(first) - 1, None, int(step))


@click.command()
@click.option("--families", default="", callback=_families, help="Names, with commas.  [default: all]")
@click.option("--numbers", default="1-10", show_default=True, callback=_numbers, help="Runs of each case.")
@click.option("--budgets", default="5000,50000", show_default=True, callback=_budgets, help="Calls of a run.")
@click.option("--rtol", default=1e-3, show_default=True, help="Target; 0 spends all calls.")
@click.option("--slice", "part", default="1/1", show_default=True, callback=_slice, help="Part of the runs.")
@click.option("--report", is_flag=True, help="Runs nothing: reports on what the file has.")
@click.option("--markdown", "as_markdown", is_flag=True, help="The table as Markdown.")
@figure_option
@setup_options(default_methods="iflow,vegas", parallel=False, max_seconds=300.0)
def main(
    part: slice, report: bool, as_markdown: bool, figure: Path | None, setup: Setup, **chosen: Any
) -> None:
    """Counts right and wrong against reliable and doubted."""
    wanted = trials(
        setup.methods, chosen["families"], chosen["budgets"], chosen["numbers"], rtol=chosen["rtol"]
    )
    findings = _findings(wanted[part], setup, report)
    if not findings:
        raise click.ClickException("there is nothing to report: run something first, or name its file")
    lines = rows(findings)
    if as_markdown:
        click.echo(markdown(COLUMNS, lines))
    else:
        print_table(f"right or wrong, reliable or doubted ({setup.versions})", COLUMNS, lines, n_left=2)
    for method in setup.methods:
        click.echo(verdict(findings, method))
    if figure is not None:
        draw_detection([each for each in findings if not each.failed], figure)
        click.echo(f"figure: {figure}")
    sys.exit(is_missed(findings))


def is_missed(findings: Sequence[Finding]) -> bool:
    """Returns whether iflow misses a goal: silently wrong too often, or a bound too small."""
    own = [finding for finding in findings if finding.task.method == "iflow"]
    shown = confusion(finding for finding in own if finding.is_shown)
    return shown.wrong_reliable > GOAL * shown.n or not unseen(own).is_correct or shown.failed > 0


def _findings(wanted: Sequence[Trial], setup: Setup, report: bool) -> list[Finding]:
    """Runs what the file does not have; returns all that it has."""
    try:
        journal = Journal(setup.json, resume=setup.resume or report, read=finding_from)
    except FileExistsError as error:
        raise click.ClickException(str(error)) from error
    missing = [] if report else journal.missing(wanted)
    click.echo(f"{len(missing):,} runs of {len(wanted):,}", err=True)
    with threadpool_limits(setup.threads):
        for place, trial in enumerate(missing, 1):
            finding = run(trial, max_seconds=setup.max_seconds)
            journal.add(finding)
            click.echo(f"[{place}/{len(missing)}] {finding.report}", err=True)
    return journal.runs(wanted)


if __name__ == "__main__":
    main()
