"""The table of iterations as text."""

from __future__ import annotations

import math
from collections.abc import Sequence

from iflow.history import Iteration
from iflow.notation import with_error, with_log_error

_COLUMNS = "{:>3}  {:<11}  {:<11}  {:>9}  {:<20}  {:>9}  {:<20}  {:>8}  {:>5}"
_LETTER = {"survey": "(survey)", "training": "(training)", "measurement": "measured"}


def summary_table(history: Sequence[Iteration]) -> str:
    """Returns one line an iteration; rows in brackets are not part of the average.

    "to target" is how many points of that proposal would meet it, as far as the row can tell.
    """
    header = _COLUMNS.format(
        "itn", "phase", "drawn from", "calls", "integral", "to target", "average", "chi2/dof", "Q"
    )
    lines = [header, "-" * len(header)]
    for number, row in enumerate(history, start=1):
        measured = row.phase == "measurement"
        lines.append(
            _COLUMNS.format(
                number,
                _LETTER[row.phase],
                row.proposal,
                f"{row.neval:,}",
                _value(row.mean, row.sdev, row.log_unit),
                f"{row.n_needed:.1e}" if row.n_needed < math.inf else "",
                _value(row.running_mean, row.running_sdev, row.log_unit) if measured else "",
                _number(row.chi2_per_dof),
                _number(row.q_value),
            ).rstrip()
        )
    return "\n".join(lines)


def _value(mean: float, sdev: float, log_unit: float) -> str:
    if log_unit and mean:
        return with_log_error(log_unit + math.log(mean), sdev / mean)
    return with_error(mean, sdev)


def _number(value: float) -> str:
    return "" if math.isnan(value) else f"{value:.2f}"
