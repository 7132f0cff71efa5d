"""The run as lines of the standard logging module, under the name "iflow"."""

from __future__ import annotations

import logging
import math
from typing import TYPE_CHECKING

from iflow.history import Iteration
from iflow.notation import with_unit
from iflow.watching.reporter import Reporter

if TYPE_CHECKING:
    from iflow.result import Result
    from iflow.several.results import Results

_logger = logging.getLogger("iflow")
# Without a handler of the host's, Python would print warnings itself.
_logger.addHandler(logging.NullHandler())


class Log(Reporter):
    """Rows and the result at level INFO, decisions at DEBUG, doubts and mishaps at WARNING.

    Where lines go, and which, is for the host to say: `logging.basicConfig(level="INFO")`.
    """

    def __call__(self, row: Iteration) -> None:
        """Logs a line."""
        if _logger.isEnabledFor(logging.INFO):
            _logger.info("%s", line(row))

    def note(self, text: str) -> None:
        """Logs a decision."""
        _logger.debug("%s", text)

    def mishap(self, text: str) -> None:
        """Logs what went wrong and was put right."""
        _logger.warning("%s", text)

    def finish(self, result: Result | Results) -> None:
        """Logs the result, every reason to doubt it, and how the run went."""
        if _logger.isEnabledFor(logging.INFO):
            _logger.info(
                "result %s after %s evaluations in %.1f s, stopped by %s",
                result,
                f"{result.neval:,}",
                result.seconds,
                result.stop_reason,
            )
        for warning in result.warnings:
            _logger.log(logging.INFO if result.reliable else logging.WARNING, "%s", warning)
        for circumstance in result.circumstances:
            _logger.info("%s", circumstance)


def line(row: Iteration) -> str:
    """Returns a row as a line to be read."""
    measured = row.phase == "measurement"
    mean, sdev = (row.running_mean, row.running_sdev) if measured else (row.mean, row.sdev)
    ess = row.running_ess if measured else row.ess
    parts = [
        f"{row.phase:<11} {row.proposal:<11} {row.total_neval:>11,} evaluations",
        with_unit(mean, sdev, row.log_unit),
        f"rel. error {sdev / abs(mean) if mean else math.inf:.1e}",
        f"ess {ess:,.0f}",
    ]
    if row.n_needed < math.inf:
        parts.append(f"{row.n_needed:.1e} points to the target")
    if row.beta < 1.0:
        parts.append(f"learns |f|^{row.beta:.2g}")
    if not math.isnan(row.loss):
        parts.append(f"loss {row.loss:.3g}")
    return "  ".join(parts)
