"""The table of iterations as text."""

from __future__ import annotations

import math
from collections.abc import Sequence

from iflow.history import Iteration
from iflow.notation import with_unit

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
                with_unit(row.mean, row.sdev, row.log_unit),
                f"{row.n_needed:.1e}" if row.n_needed < math.inf else "",
                with_unit(row.running_mean, row.running_sdev, row.log_unit) if measured else "",
                _number(row.chi2_per_dof),
                _number(row.q_value),
            ).rstrip()
        )
    return "\n".join(lines)


def skipped_line(n_skipped: int, n_searched: int) -> str:
    """Returns at how many points f raised, and what it took to find them."""
    line = f"skipped {_many(n_skipped, 'point')}, at which f raised"
    return f"{line}; finding that out took {_many(n_searched, 'more evaluation')}" if n_searched else line


def _many(n: int, what: str) -> str:
    return f"{n:,} {what}{'s' * (n != 1)}"


def _number(value: float) -> str:
    return "" if math.isnan(value) else f"{value:.2f}"
