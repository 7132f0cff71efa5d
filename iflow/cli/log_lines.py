"""The log of a run on standard error."""

from __future__ import annotations

import logging
import sys

import click

LEVELS = ("debug", "info", "warning")


class _Lines(logging.Handler):
    """Prints to what is standard error at that moment: a progress display takes its place for a while."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            print(self.format(record), file=sys.stderr)
        except Exception:
            self.handleError(record)


def print_log(context: click.Context, parameter: click.Parameter, level: str | None) -> None:
    """Prints the lines of the logger "iflow" from a level on, until the command has ended; None for none."""
    if level is None:
        return
    logger, lines, before = logging.getLogger("iflow"), _Lines(), logging.getLogger("iflow").level
    lines.setFormatter(logging.Formatter("%(asctime)s %(levelname)-7s %(message)s", "%H:%M:%S"))
    logger.addHandler(lines)
    logger.setLevel(level.upper())

    def restore() -> None:
        logger.removeHandler(lines)
        logger.setLevel(before)

    context.call_on_close(restore)
