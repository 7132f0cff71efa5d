"""Who computes the integrand: the switches --workers and --dask."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from iflow.executors import connect


def _connect(context: click.Context, parameter: click.Parameter, address: str | None) -> Any:
    """Returns a client of a Dask cluster, closed when the command ends; None where none is asked for."""
    if address is None:
        return None
    try:
        client = connect(address)
    except (ImportError, ConnectionError) as error:
        raise click.BadParameter(str(error), context, parameter) from error
    context.call_on_close(client.close)
    return client


_workers_option = click.option(
    "--workers",
    type=click.IntRange(1),
    metavar="N",
    help="Compute the integrand in N processes of this machine.",
)
_dask_option = click.option(
    "--dask",
    "executor",
    metavar="ADDRESS",
    callback=_connect,
    help="Compute it on the workers of a Dask cluster, given its scheduler's address: `tcp://host:8786`.",
)


def workers_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds `workers` and `executor`, both as `iflow.integrate` takes them."""
    return _workers_option(_dask_option(command))
