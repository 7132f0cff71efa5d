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


def omitted_lines(n_skipped: int, n_nonfinite: int, n_searched: int) -> list[str]:
    """Returns how many points count as 0, and why; nothing where there are none.

    Args:
      n_skipped: points at which f raised.
      n_nonfinite: points at which f was nan or inf.
      n_searched: evaluations that it took to find that out.
    """
    lines = [f"skipped {_many(n_skipped, 'point')}, at which f raised"] * bool(n_skipped)
    if n_nonfinite:
        lines.append(f"counted {_many(n_nonfinite, 'point')} as 0, at which f was nan or inf")
    if lines and n_searched:
        lines[-1] += f"; finding that out took {_many(n_searched, 'more evaluation')}"
    return lines


def _many(n: int, what: str) -> str:
    return f"{n:,} {what}{'s' * (n != 1)}"


def _number(value: float) -> str:
    return "" if math.isnan(value) else f"{value:.2f}"
