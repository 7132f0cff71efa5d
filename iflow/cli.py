"""The command line: `iflow list`, `iflow show`, `iflow integrate`, `iflow compare`."""

from __future__ import annotations

import ast
import math
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

import integrands
from iflow import report
from iflow.comparison import compare
from iflow.function_path import load_function
from iflow.integration import integrate
from iflow.version import __version__
from integrands import listing

_MET, _ERROR, _NOT_MET = 0, 1, 3


def main(arguments: list[str] | None = None) -> None:
    """Runs the command line and exits: 0 target met, 1 error, 3 not converged or not reliable."""
    try:
        status = cli.main(arguments, prog_name="iflow", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        status = _ERROR
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        status = _ERROR
    except Exception as error:
        notes = getattr(error, "__notes__", [])
        # The messages of these two are written for the user; others may be no more than a word.
        kind = "" if isinstance(error, (TypeError, ValueError)) else f"{type(error).__name__}: "
        click.echo("\n".join([f"Error: {kind}{error}", *notes]), err=True)
        status = _ERROR
    sys.exit(status)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__)
def cli() -> None:
    """Integrate hard functions by Monte Carlo, with importance sampling from a trained flow.

    INTEGRAND is a name from `iflow list`, or path/to/file.py:function, where the function maps
    points x, an array [n, dim], to values [n].

    Exit status: 0 target met, 1 error, 3 finished but not converged or not reliable.
    """


def _require_folder(context: click.Context, parameter: click.Parameter, path: str | None) -> str | None:
    """Refuses a figure that has no place to go, before hours are spent on it."""
    if path is not None and not Path(path).absolute().parent.is_dir():
        raise click.BadParameter(f"there is no folder {str(Path(path).parent)!r}", context, parameter)
    return path


def _parse_options(
    context: click.Context, parameter: click.Parameter, texts: tuple[str, ...]
) -> dict[str, Any]:
    """Returns options by name; a value that is no Python literal is a word."""
    given = {}
    for text in texts:
        name, equals, value = (part.strip() for part in text.partition("="))
        if not (name and equals and value):
            raise click.BadParameter(f"must be NAME=VALUE, got {text!r}", context, parameter)
        try:
            given[name] = ast.literal_eval(value)
        except (ValueError, SyntaxError):
            given[name] = value
    return given


_dim_option = click.option("--dim", type=int, help="Number of dimensions.")
_param_option = click.option(
    "--param",
    "parameters",
    multiple=True,
    metavar="NAME=VALUE",
    help="Parameter of a listed integrand, such as width=0.1.",
)
_plot_option = click.option(
    "--plot", type=click.Path(dir_okay=False), callback=_require_folder, help="Write a figure here."
)


def _integrand_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds what both commands take: the integrand, its region, the budget and the flow."""
    for decorator in reversed(
        (
            click.argument("integrand"),
            _dim_option,
            click.option(
                "--limits",
                type=(float, float),
                multiple=True,
                metavar="LOW HIGH",
                help="Limits of one axis of a function's region; give it once per axis, inf is "
                "allowed. Without it the region is the unit cube.",
            ),
            _param_option,
            click.option("--seed", type=int, help="Repeats a run."),
            click.option(
                "--flow",
                type=click.Choice(["auto", "yes", "no"]),
                default="auto",
                show_default=True,
                help="Whether to train a flow.",
            ),
            _plot_option,
            click.option(
                "-o",
                "--option",
                "more",
                multiple=True,
                metavar="NAME=VALUE",
                callback=_parse_options,
                help="Any other option of the Python function, such as coupling=linear or hidden=64,64.",
            ),
            click.option("--quiet", is_flag=True, help="No progress display."),
        )
    ):
        command = decorator(command)
    return command


@cli.command("list")
def list_integrands() -> int:
    """List the example integrals, one a line: name, dimensions, what it is, tags, source."""
    # A terminal would break long lines; a file or a pipe gets all of them.
    columns = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    for line in listing.lines(integrands.families()):
        click.echo(line[:columns])
    return _MET


@cli.command("show")
@click.argument("name")
@_dim_option
@_param_option
@_plot_option
def show_integrand(name: str, dim: int | None, parameters: tuple[str, ...], plot: str | None) -> int:
    """Show one example integral: formula, value and how it is known, parameters, source."""
    f = integrands.get(name, dim, **_parse(parameters))
    click.echo(listing.description(f, integrands.family(name)))
    if plot:
        integrands.plot(name, dim, plot, **_parse(parameters))
        click.echo(f"figure: {plot}", err=True)
    return _MET


@cli.command("integrate")
@_integrand_options
@click.option("--rtol", default=1e-3, show_default=True, help="Relative error to reach.")
@click.option("--atol", default=0.0, show_default=True, help="Absolute error to reach.")
@click.option("--max-neval", default=1_000_000, show_default=True, help="Integrand calls at most.")
@click.option("--max-seconds", default=math.inf, help="Wall-clock limit in seconds.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def integrate_command(
    integrand: str,
    dim: int | None,
    limits: tuple[tuple[float, float], ...],
    parameters: tuple[str, ...],
    flow: str,
    plot: str | None,
    more: dict[str, Any],
    quiet: bool,
    as_json: bool,
    **options: Any,
) -> int:
    """Integrate INTEGRAND and print the table of iterations and the result."""
    f, region = _find(integrand, dim, limits, parameters)
    result = integrate(f, region, flow=_FLOW[flow], progress=not quiet, **_joined(options, more))
    exact = getattr(f, "exact", None)
    click.echo(report.as_json(result, exact) if as_json else report.as_text(result, exact))
    if plot:
        result.plot(plot)
        click.echo(f"figure: {plot}", err=True)
    return _MET if result.converged and result.reliable else _NOT_MET


@cli.command("compare")
@_integrand_options
@click.option("--max-neval", default=200_000, show_default=True, help="Calls of each method.")
def compare_command(
    integrand: str,
    dim: int | None,
    limits: tuple[tuple[float, float], ...],
    parameters: tuple[str, ...],
    flow: str,
    plot: str | None,
    more: dict[str, Any],
    quiet: bool,
    **options: Any,
) -> int:
    """Compare plain Monte Carlo, VEGAS and iflow on INTEGRAND at equal budgets."""
    f, region = _find(integrand, dim, limits, parameters)
    comparison = compare(f, region, flow=_FLOW[flow], progress=not quiet, **_joined(options, more))
    click.echo(comparison.table())
    if plot:
        comparison.plot(plot)
        click.echo(f"figure: {plot}", err=True)
    return _NOT_MET if any(run.reliable is False for run in comparison.runs) else _MET


def _joined(options: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """Returns both; what has a place of its own is not given twice."""
    for name in more.keys() & {"f", "region"}:
        raise click.UsageError(f"--option {name}: INTEGRAND with --dim or --limits says that")
    for name in more.keys() & {*options, "flow", "progress"}:
        switch = "quiet" if name == "progress" else name.replace("_", "-")
        raise click.UsageError(f"--option {name}: there is --{switch} for that")
    return options | more


_FLOW: dict[str, bool | str] = {"auto": "auto", "yes": True, "no": False}


def _find(
    integrand: str,
    dim: int | None,
    limits: tuple[tuple[float, float], ...],
    parameters: tuple[str, ...],
) -> tuple[Callable[..., Any], Any]:
    """Returns the function and its region."""
    if ":" not in integrand:
        if integrand.endswith(".py"):
            raise click.UsageError(f"name a function of that file: {integrand}:function")
        if limits:
            raise click.UsageError(
                "--limits is for functions from a file; listed integrands live on the unit cube"
            )
        listed = integrands.get(integrand, dim, **_parse(parameters))
        return listed, listed.dim
    if parameters:
        raise click.UsageError("--param is for listed integrands; a function from a file has none")
    if dim is None and not limits:
        raise click.UsageError("a function from a file needs --dim, or --limits once per axis")
    if dim is not None and limits and dim != len(limits):
        raise click.UsageError(f"--dim is {dim}, but --limits is given {len(limits)} times")
    return load_function(integrand), list(limits) or dim


def _parse(parameters: tuple[str, ...]) -> dict[str, float]:
    parsed = {}
    for text in parameters:
        name, _, value = text.partition("=")
        try:
            parsed[name.strip()] = float(value)
        except ValueError:
            raise click.UsageError(f"--param takes NAME=NUMBER, got {text!r}") from None
    return parsed
