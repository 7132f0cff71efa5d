"""`iflow list`."""

from __future__ import annotations

import shutil
import sys

import click

import integrands
from iflow.cli.status import MET
from integrands import listing


@click.command("list")
def list_command() -> int:
    """List the example integrals, one a line: name, dimensions, what it is, tags, source."""
    # A terminal would break long lines; a file or a pipe gets all of them.
    columns = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    for line in listing.lines(integrands.families()):
        click.echo(line[:columns])
    return MET
