"""Several integrals as text."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from iflow.notation import with_error
from iflow.several.measured import Measured
from iflow.summary import omitted_lines, summary_table

_LINE = "{:<24}  {:<24}  {:>10}  {:>10}  {}"
_MOST_LINES, _MOST_NAMES = 40, 20


def results_lines(measured: Measured, columns: Iterable[int]) -> list[str]:
    """Returns the table of iterations, a line for each of these components, and how the run ended."""
    run, columns = measured.run, list(columns)
    lines = [
        summary_table(run.history),
        "",
        "rows above: what the proposals learned of all integrals that count",
    ]
    lines += ["", _LINE.format("integral", "value", "rel. error", "ess", "").rstrip()]
    lines += [_line(measured, column) for column in columns[:_MOST_LINES]]
    if len(columns) > _MOST_LINES:
        lines.append(f"... and {len(columns) - _MOST_LINES} more")
    verdict = "target met" if run.converged else f"target not met ({run.stop_reason})"
    if not run.converged and run.stop_reason == "target":
        verdict = "target met but for what was 0 at all points"
    calls = f"{run.neval:,} calls, {run.neval_measured:,} measured"
    omitted = omitted_lines(run.n_skipped, run.n_nonfinite, run.n_searched)
    return [*lines, "", f"{verdict}   {calls}   {run.seconds:.1f} s", *omitted]


def _line(measured: Measured, column: int) -> str:
    own = measured.found.estimate(column)
    relative = own.sdev / abs(own.mean) if own.mean else math.inf
    mark = "unreliable" if measured.reasons[column] else ""
    text = with_error(own.mean, own.sdev)
    return _LINE.format(measured.names[column], text, f"{relative:.1e}", f"{own.ess:.3g}", mark).rstrip()


def shortened(names: Sequence[str]) -> str:
    """Returns names as they are told in refusals: the first ones of many."""
    more = f", ... ({len(names)} in all)" if len(names) > _MOST_NAMES else ""
    return ", ".join(names[:_MOST_NAMES]) + more
