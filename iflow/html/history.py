"""The rows of a run as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iflow.html.markup import Table, number
from iflow.notation import with_unit

if TYPE_CHECKING:
    from iflow.result import Result


def iteration_table(result: Result) -> Table:
    """Returns a row an iteration: only rows of the measurement have a running average."""
    rows = []
    for n, row in enumerate(result.history, start=1):
        measured = row.phase == "measurement"
        rows.append(
            (
                n,
                row.phase,
                row.proposal,
                f"{row.neval:,}",
                with_unit(row.mean, row.sdev, row.log_unit),
                number(row.deviation, ".3g"),
                number(row.beta, ".2f"),
                number(row.n_needed, ".1e") if not measured else "",
                with_unit(row.running_mean, row.running_sdev, row.log_unit) if measured else "",
                number(row.q_value, ".2f"),
            )
        )
    return Table(
        "Iterations; only those of the measurement enter the result",
        (
            "",
            "phase",
            "drawn from",
            "calls",
            "integral",
            "deviation / mean",
            "beta",
            "points to target",
            "running average",
            "Q",
        ),
        rows,
        numbers=frozenset({0, 3, 5, 6, 7, 9}),
    )


def spending_table(result: Result) -> Table:
    """Returns calls and seconds by phase and proposal."""
    calls: dict[tuple[str, str], int] = {}
    seconds: dict[tuple[str, str], float] = {}
    before = 0.0
    for row in result.history:
        key = (row.phase, row.proposal or "not named")
        calls[key] = calls.get(key, 0) + row.neval
        seconds[key] = seconds.get(key, 0.0) + max(row.seconds - before, 0.0)
        before = row.seconds
    rows = [
        (phase, name, f"{n:,}", _share(n, result.neval), f"{seconds[phase, name]:.2f}")
        for (phase, name), n in calls.items()
    ]
    elsewhere = result.neval - sum(calls.values())
    if elsewhere > 0:
        rows.append(
            ("elsewhere", "probe, points for pictures", f"{elsewhere:,}", _share(elsewhere, result.neval), "")
        )
    rows.append(("all", "", f"{result.neval:,}", "", f"{result.seconds:.2f}"))
    return Table(
        "Integrand calls and seconds, learning included",
        ("phase", "drawn from", "calls", "share", "seconds"),
        rows,
        numbers=frozenset({2, 3, 4}),
    )


def _share(n: int, total: int) -> str:
    return f"{n / total:.1%}" if total else ""
