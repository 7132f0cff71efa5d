"""What a command line chose: a function, its region, and the options of the Python function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import click

import integrands
from iflow.function_path import load_function

_FLOW: dict[str, bool | str] = {"auto": "auto", "yes": True, "no": False}
# Options whose switch has another name.
_SWITCHES = {"progress": "quiet", "executor": "dask"}


@dataclass(frozen=True)
class Chosen:
    """What `iflow.integrate` is to be called with.

    Args:
      f: the integrand.
      region: its region.
      options: by name.
    """

    f: Callable[..., Any]
    region: Any
    options: dict[str, Any]


def choose(
    *,
    integrand: str,
    dim: int | None,
    limits: tuple[tuple[float, float], ...],
    parameters: tuple[str, ...],
    more: dict[str, Any],
    **options: Any,
) -> Chosen:
    """Returns what the switches of `iflow.cli.options.integrand_options` say.

    Args:
      integrand: a listed name, or path/to/file.py:function.
      dim: number of dimensions; None where it is not given.
      limits: of each axis; empty where none are given.
      parameters: of a listed integrand, as NAME=VALUE.
      more: options that have no switch.
      **options: `flow`, `quiet`, and options of the Python function by their own names.

    Raises:
      click.UsageError: for switches that contradict each other.
    """
    f, region = _find(integrand, dim, limits, parameters)
    named = options | {"flow": _FLOW[options["flow"]], "progress": not options["quiet"]}
    del named["quiet"]
    for name in more.keys() & {"f", "region"}:
        raise click.UsageError(f"--option {name}: INTEGRAND with --dim or --limits says that")
    for name in more.keys() & named.keys():
        switch = _SWITCHES.get(name, name.replace("_", "-"))
        raise click.UsageError(f"--option {name}: there is --{switch} for that")
    return Chosen(f, region, named | more)


def _find(
    integrand: str,
    dim: int | None,
    limits: tuple[tuple[float, float], ...],
    parameters: tuple[str, ...],
) -> tuple[Callable[..., Any], Any]:
    """Returns the function and its region."""
    if ":" not in integrand:
        require_function_name(integrand)
        if limits:
            raise click.UsageError(
                "--limits is for functions from a file; listed integrands live on the unit cube"
            )
        listed = integrands.get(integrand, dim, **parse_parameters(parameters))
        return listed, listed.dim
    if parameters:
        raise click.UsageError("--param is for listed integrands; a function from a file has none")
    if dim is None and not limits:
        raise click.UsageError("a function from a file needs --dim, or --limits once per axis")
    if dim is not None and limits and dim != len(limits):
        raise click.UsageError(f"--dim is {dim}, but --limits is given {len(limits)} times")
    return load_function(integrand), list(limits) or dim


def require_function_name(integrand: str) -> None:
    """Refuses a file where a function of it is meant."""
    if integrand.endswith(".py"):
        raise click.UsageError(f"name a function of that file: {integrand}:function")


def parse_parameters(texts: tuple[str, ...]) -> dict[str, float]:
    """Returns numbers by name, from NAME=NUMBER."""
    parsed = {}
    for text in texts:
        name, _, value = text.partition("=")
        if name.strip() in parsed:
            raise click.UsageError(f"--param {name.strip()} is given twice: leave one of them out")
        try:
            parsed[name.strip()] = float(value)
        except ValueError:
            raise click.UsageError(f"--param takes NAME=NUMBER, got {text!r}") from None
    return parsed
