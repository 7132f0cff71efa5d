"""The options that several commands share."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from iflow.cli.log_lines import LEVELS, print_log
from iflow.cli.workers import workers_options
from iflow.destination import FIGURES
from iflow.domain import MOST_DIMENSIONS
from iflow.options.integrand import ON_ERROR, ON_NONFINITE


def require_folder(context: click.Context, parameter: click.Parameter, path: str | None) -> str | None:
    """Refuses a figure that has no place to go, before hours are spent on it."""
    if path is not None and not Path(path).absolute().parent.is_dir():
        raise click.BadParameter(f"there is no folder {str(Path(path).parent)!r}", context, parameter)
    return path


def require_figure(context: click.Context, parameter: click.Parameter, path: str | None) -> str | None:
    """Refuses a figure that cannot be written, before hours are spent on it."""
    if path is not None and Path(path).suffix.lower() not in FIGURES:
        raise click.BadParameter(f"{path!r} must end in one of {', '.join(FIGURES)}", context, parameter)
    return require_folder(context, parameter, path)


def _parse_options(
    context: click.Context, parameter: click.Parameter, texts: tuple[str, ...]
) -> dict[str, Any]:
    """Returns options by name; a value that is no Python literal is a word."""
    given = {}
    for text in texts:
        name, equals, value = (part.strip() for part in text.partition("="))
        if not (name and equals and value):
            raise click.BadParameter(f"must be NAME=VALUE, got {text!r}", context, parameter)
        if name in given:
            raise click.BadParameter(f"{name} is given twice: leave one of them out", context, parameter)
        try:
            given[name] = ast.literal_eval(value)
        except (ValueError, SyntaxError):
            given[name] = value
    return given


def _require_few(context: click.Context, parameter: click.Parameter, dim: int | None) -> int | None:
    if dim is not None and dim > MOST_DIMENSIONS:
        raise click.BadParameter(f"must be at most {MOST_DIMENSIONS:,}, got {dim:,}", context, parameter)
    return dim


dim_option = click.option("--dim", type=int, callback=_require_few, help="Number of dimensions.")
param_option = click.option(
    "--param",
    "parameters",
    multiple=True,
    metavar="NAME=VALUE",
    help="Parameter of a listed integrand, such as width=0.1.",
)
plot_option = click.option(
    "--plot", type=click.Path(dir_okay=False), callback=require_figure, help="Write a figure here."
)
_limits_option = click.option(
    "--limits",
    type=(float, float),
    multiple=True,
    metavar="LOW HIGH",
    help="Limits of one axis of a function's region; give it once per axis, inf is allowed. Without it the "
    "region is the unit cube.",
)
_flow_option = click.option(
    "--flow",
    type=click.Choice(["auto", "yes", "no"]),
    default="auto",
    show_default=True,
    help="Whether to train a flow.",
)


_on_error_option = click.option(
    "--on-error",
    type=click.Choice(ON_ERROR),
    default="raise",
    show_default=True,
    help="What becomes of a point at which the integrand raises: it ends the run, or counts as 0.",
)
_on_nonfinite_option = click.option(
    "--on-nonfinite",
    type=click.Choice(ON_NONFINITE),
    default="raise",
    show_default=True,
    help="What becomes of a point at which the integrand is nan or inf: it ends the run, or counts as 0.",
)


def more_option(*switches: str) -> Callable[..., Any]:
    """Adds options that have no switch of their own."""
    return click.option(
        *switches,
        "more",
        multiple=True,
        metavar="NAME=VALUE",
        callback=_parse_options,
        help="Any other option of the Python function, such as coupling=linear or hidden=64,64.",
    )


_quiet_option = click.option("--quiet", is_flag=True, help="No progress display.")
_log_option = click.option(
    "--log",
    type=click.Choice(LEVELS, case_sensitive=False),
    callback=print_log,
    expose_value=False,
    help="Print log lines on standard error: of every round (info), of decisions too (debug), or of doubts "
    "alone (warning).",
)
_tensorboard_option = click.option(
    "--tensorboard",
    type=click.Path(file_okay=False),
    metavar="DIR",
    help="Write a log for TensorBoard to this folder.",
)


def integrand_options(
    command: Callable[..., Any], *, own: Sequence[Any] = (plot_option, more_option("-o", "--option"))
) -> Callable[..., Any]:
    """Adds what `iflow.cli.chosen.choose` takes: the integrand, its region, who computes and watches."""
    for decorator in reversed(
        (
            click.argument("integrand"),
            dim_option,
            _limits_option,
            param_option,
            click.option("--seed", type=int, help="Repeats a run."),
            _flow_option,
            _on_error_option,
            _on_nonfinite_option,
            *own,
            workers_options,
            _quiet_option,
            _log_option,
            _tensorboard_option,
        )
    ):
        command = decorator(command)
    return command
