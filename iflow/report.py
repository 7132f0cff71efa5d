"""A result as the command line prints it."""

from __future__ import annotations

import json
import math

from iflow.result import Result

_NOT_IN_JSON = ("history", "weight_histogram")


def as_text(result: Result, exact: float | None) -> str:
    """Returns the summary, and the exact value where it is known."""
    if exact is None:
        return result.summary()
    pull = ""
    if 0.0 < result.sdev < math.inf:
        pull = f"   deviation {(result.mean - exact) / result.sdev:+.2f} sdev"
    return f"{result.summary()}\nexact  = {exact:.10g}{pull}"


def as_json(result: Result, exact: float | None) -> str:
    """Returns the scalar fields as JSON; nan and inf, which JSON does not have, become null."""
    names = [name for name in result.__dataclass_fields__ if name not in _NOT_IN_JSON]
    values = {name: getattr(result, name) for name in names} | {"exact": exact}
    for name, value in values.items():
        if isinstance(value, float) and not math.isfinite(value):
            values[name] = None
    return json.dumps(values, indent=2)
