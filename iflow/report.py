"""A result as the command line prints it."""

from __future__ import annotations

import json
import math
from typing import Any

from iflow.result import Result
from iflow.several.results import Results

_NOT_IN_JSON = ("history", "weight_histogram", "of_log", "correlated")
_OF_ONE = ("mean", "sdev", "chi2", "Q", "ess", "max_weight_share", "tail_index", "n_nonzero")


def as_text(result: Result | Results, exact: float | None) -> str:
    """Returns the summary, and the exact value where it is known."""
    if exact is None or isinstance(result, Results):
        return result.summary()
    pull = ""
    if 0.0 < result.sdev < math.inf:
        pull = f"   deviation {(result.mean - exact) / result.sdev:+.2f} sdev"
    return f"{result.summary()}\nexact  = {exact:.10g}{pull}"


def as_json(result: Result | Results, exact: float | None) -> str:
    """Returns the scalar fields as JSON; nan and inf, which JSON does not have, become null.

    Several integrals have theirs under "integrals", by name.
    """
    if isinstance(result, Results):
        parts = {name: _own(result.component(name)) for name in result.names}
        values = _fields(result.run) | {"integrals": parts}
        values = {name: value for name, value in values.items() if name not in _OF_ONE}
    else:
        values = _fields(result) | {"exact": exact}
    return json.dumps(values, indent=2)


def _fields(result: Result) -> dict[str, Any]:
    names = [name for name in result.__dataclass_fields__ if name not in _NOT_IN_JSON]
    values = {name: getattr(result, name) for name in names}
    if result.of_log is not None:
        values |= {"log_mean": result.log_mean, "log_sdev": result.log_sdev}
    return {name: _known(value) for name, value in values.items()}


def _own(result: Result) -> dict[str, Any]:
    return {name: _known(getattr(result, name)) for name in _OF_ONE}


def _known(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
