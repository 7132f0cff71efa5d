"""The program `iflow`: its commands, and how it ends."""

from __future__ import annotations

import sys

import click

from iflow.cli.commands import COMMANDS
from iflow.cli.status import ERROR
from iflow.version import __version__

# The messages of these are written for the user; others may be no more than a word.
_PLAIN = (TypeError, ValueError, OSError)


def main(arguments: list[str] | None = None) -> None:
    """Runs the command line and exits: 0 target met, 1 error, 3 not converged or not reliable."""
    try:
        status = cli.main(arguments, prog_name="iflow", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        status = ERROR
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        status = ERROR
    except Exception as error:
        notes = getattr(error, "__notes__", [])
        kind = "" if isinstance(error, _PLAIN) else f"{type(error).__name__}: "
        click.echo("\n".join([f"Error: {kind}{error}", *notes]), err=True)
        status = ERROR
    sys.exit(status)


@click.group(
    commands=COMMANDS, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__)
def cli() -> None:
    """Integrate hard functions by Monte Carlo, with importance sampling from a trained flow.

    INTEGRAND is a name from `iflow list`, or path/to/file.py:function, where the function maps
    points x, an array [n, dim], to values [n].

    Exit status: 0 target met, 1 error, 3 finished but not converged or not reliable.
    """
