"""`iflow resume DIR`: goes on with a run that `iflow integrate --checkpoint DIR` began."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

import integrands
from iflow import report
from iflow.checkpoint import Command, Folder
from iflow.cli.chosen import require_function_name
from iflow.cli.status import MET, NOT_MET
from iflow.cli.workers import workers_options
from iflow.function_path import load_function
from iflow.options.integrand import ON_ERROR, ON_NONFINITE
from iflow.resumption import resume


@click.command("resume")
@click.argument("checkpoint", metavar="DIR", type=click.Path(file_okay=False))
@click.option(
    "--integrand",
    help="path/to/file.py:function, where the run was begun from Python or the file is elsewhere now.",
)
@click.option("--rtol", type=float, help="Relative error to reach; what it was if not given, as below.")
@click.option("--atol", type=float, help="Absolute error to reach.")
@click.option("--max-neval", type=int, help="Integrand calls at most, with all before.")
@click.option("--max-seconds", type=float, help="Wall-clock limit in seconds, with all before.")
@click.option(
    "--on-error",
    type=click.Choice(ON_ERROR),
    help="From now on: whether a point at which the integrand raises ends the run, or counts as 0.",
)
@click.option(
    "--on-nonfinite",
    type=click.Choice(ON_NONFINITE),
    help="From now on: whether a point at which the integrand is nan or inf ends the run, or counts as 0.",
)
@workers_options
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option("--quiet", is_flag=True, help="No progress display.")
def resume_command(checkpoint: str, integrand: str | None, as_json: bool, quiet: bool, **chosen: Any) -> int:
    """Go on with the run in checkpoint DIR, however it ended; reach further with a new target."""
    f = _find(Folder(checkpoint), integrand)
    result = resume(checkpoint, f, progress=not quiet, **chosen)
    exact = getattr(f, "exact", None)
    click.echo(report.as_json(result, exact) if as_json else report.as_text(result, exact))
    return MET if result.converged and result.reliable else NOT_MET


def note_command(checkpoint: str, integrand: str, dim: int | None, parameters: tuple[str, ...]) -> None:
    """Notes in the folder of a run that is to begin which integrand the command line was given."""
    folder = Folder(checkpoint)
    folder.claim()
    if ":" in integrand:
        path, _, name = integrand.rpartition(":")
        integrand = f"{Path(path).absolute()}:{name}"
    Command(integrand, dim, parameters).write(folder)


def _find(folder: Folder, integrand: str | None) -> Callable[..., Any]:
    """Returns the integrand that was named, now or when the run was begun."""
    folder.require_run()
    if integrand is not None:
        given = Command(integrand, None, ())
    else:
        if not folder.command.exists():
            raise click.UsageError(
                "the run was begun from Python: name its integrand by --integrand path/to/file.py:function, "
                "or go on in Python by iflow.resume"
            )
        given = Command.read(folder)
    require_function_name(given.integrand)
    if ":" in given.integrand:
        return load_function(given.integrand)
    pairs = (text.partition("=") for text in given.parameters)
    return integrands.get(given.integrand, given.dim, **{name.strip(): float(x) for name, _, x in pairs})
