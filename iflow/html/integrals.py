"""Several integrals as a table."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeGuard, cast

from iflow.html.markup import Table

if TYPE_CHECKING:
    from iflow.result import Result
    from iflow.several.results import Results

_MOST = 500


def is_several(result: Result | Results) -> TypeGuard[Results]:
    """Returns whether these are several integrals, without an import of what they are."""
    return hasattr(result, "run")


def run_of(result: Result | Results) -> Result:
    """Returns the run as a whole."""
    return result.run if is_several(result) else cast("Result", result)


def integrals_table(result: Results, most: int = _MOST, cell_style: str | None = None) -> Table:
    """Returns a row for each real component, at most so many."""
    names = result.names[:most]
    rows = [_row(name, result.component(name)) for name in names]
    left = len(result.names) - len(names)
    caption = "Integrals" if not left else f"The first {most} of {len(result.names)} integrals"
    columns = ("integral", "value", "relative error", "effective sample size", "says of itself")
    return Table(caption, columns, rows, frozenset({1, 2, 3}), cell_style)


def _row(name: str, result: Result) -> tuple[str, ...]:
    relative = result.sdev / abs(result.mean) if result.mean else math.inf
    doubt = f"not reliable: {result.warnings[0]}" if result.warnings else "not reliable"
    says = "reliable" if result.reliable else doubt
    return name, result.text, f"{relative:.1e}", f"{result.ess:,.0f}", says
