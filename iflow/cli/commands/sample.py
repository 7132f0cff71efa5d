"""`iflow sample`."""

from __future__ import annotations

from functools import partial
from typing import Any

import click

from iflow.cli.chosen import choose
from iflow.cli.options import integrand_options, more_option, require_folder
from iflow.cli.status import MET
from iflow.event_file import EventFile


@click.command("sample")
@partial(integrand_options, own=(more_option("--option"),))
@click.option("--n", "n", type=click.IntRange(1), required=True, help="Number of events.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False),
    callback=require_folder,
    required=True,
    metavar="FILE",
    help="Write the events here; the ending says how: .npz or .parquet.",
)
@click.option("--unweight", is_flag=True, help="Events of weight one, by accept-reject.")
@click.option("--max-quantile", type=float, help="Share of the integral up to the maximum; see --unweight.")
@click.option("--rtol", default=1e-3, show_default=True, help="Relative error that training aims at.")
@click.option("--max-neval", default=1_000_000, show_default=True, help="Calls of f for training at most.")
def sample_command(n: int, output: str, unweight: bool, max_quantile: float | None, **given: Any) -> int:
    """Write a file of events of INTEGRAND: points with weights, or of weight one."""
    event_file = EventFile(n, output, unweight=unweight, max_quantile=max_quantile)
    chosen = choose(**given)
    click.echo(event_file.make(chosen.f, chosen.region, **chosen.options))
    return MET
