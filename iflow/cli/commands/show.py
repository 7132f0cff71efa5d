"""`iflow show`."""

from __future__ import annotations

import click

import integrands
from iflow.cli.chosen import parse_parameters
from iflow.cli.options import dim_option, param_option, plot_option
from iflow.cli.status import MET
from integrands import listing


@click.command("show")
@click.argument("name")
@dim_option
@param_option
@plot_option
def show_command(name: str, dim: int | None, parameters: tuple[str, ...], plot: str | None) -> int:
    """Show one example integral: formula, value and how it is known, parameters, source."""
    if ":" in name:
        raise click.UsageError(f"show is for example integrals, which `iflow list` names, got {name!r}")
    f = integrands.get(name, dim, **parse_parameters(parameters))
    click.echo(listing.description(f, integrands.family(name)))
    if plot:
        integrands.plot(name, dim, plot, **parse_parameters(parameters))
        click.echo(f"figure: {plot}", err=True)
    return MET
