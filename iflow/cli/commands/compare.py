"""`iflow compare`."""

from __future__ import annotations

from typing import Any

import click

from iflow.cli.chosen import Chosen, choose
from iflow.cli.options import integrand_options
from iflow.cli.status import MET, NOT_MET
from iflow.comparison import compare


@click.command("compare")
@integrand_options
@click.option("--max-neval", default=200_000, show_default=True, help="Calls of each method.")
def compare_command(plot: str | None, **given: Any) -> int:
    """Compare plain Monte Carlo, VEGAS and iflow on INTEGRAND at equal budgets."""
    chosen: Chosen = choose(**given)
    comparison = compare(chosen.f, chosen.region, **chosen.options)
    click.echo(comparison.table())
    if plot:
        comparison.plot(plot)
        click.echo(f"figure: {plot}", err=True)
    return NOT_MET if any(run.reliable is False for run in comparison.runs) else MET
