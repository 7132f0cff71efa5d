"""`iflow integrate`."""

from __future__ import annotations

import math
from typing import Any

import click

from iflow import report
from iflow.cli.chosen import Chosen, choose
from iflow.cli.commands.resume import note_command
from iflow.cli.options import integrand_options
from iflow.cli.status import MET, NOT_MET
from iflow.integration import integrate


@click.command("integrate")
@integrand_options
@click.option("--rtol", default=1e-3, show_default=True, help="Relative error to reach.")
@click.option("--atol", default=0.0, show_default=True, help="Absolute error to reach.")
@click.option("--max-neval", default=1_000_000, show_default=True, help="Integrand calls at most.")
@click.option("--max-seconds", default=math.inf, help="Wall-clock limit in seconds.")
@click.option(
    "--checkpoint",
    type=click.Path(file_okay=False),
    metavar="DIR",
    help="Folder to keep the run in, for `iflow resume` and `iflow report`.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def integrate_command(as_json: bool, plot: str | None, **given: Any) -> int:
    """Integrate INTEGRAND and print the table of iterations and the result."""
    chosen: Chosen = choose(**given)
    if given["checkpoint"] is not None:
        note_command(given["checkpoint"], given["integrand"], given["dim"], given["parameters"])
    result = integrate(chosen.f, chosen.region, **chosen.options)
    exact = getattr(chosen.f, "exact", None)
    click.echo(report.as_json(result, exact) if as_json else report.as_text(result, exact))
    if plot:
        result.plot(plot)
        click.echo(f"figure: {plot}", err=True)
    if given["checkpoint"] is not None and result.stop_reason in ("interrupted", "max_seconds", "max_neval"):
        click.echo(f"to go on: iflow resume {given['checkpoint']}", err=True)
    return MET if result.converged and result.reliable else NOT_MET
