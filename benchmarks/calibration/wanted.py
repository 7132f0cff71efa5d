"""Which part of the study a command line asks for."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import click

from benchmarks.calibration.plan import BUDGETS, MODES, MOST_SEEDS, ROWS, Cell, cells, tasks
from benchmarks.record import Task
from benchmarks.selection import rows_option

QUICK_ROWS, QUICK_SEEDS = (1, 2, 5), 20


@dataclass(frozen=True)
class Wanted:
    """A part of the study.

    Args:
      seeds: runs of each cell.
      seeds_from: number of the first of them.
      modes: some of `benchmarks.calibration.plan.MODES`.
      rows: numbers of the integrands.
      budgets: numbers of the budgets.
    """

    seeds: int
    seeds_from: int
    modes: tuple[str, ...]
    rows: tuple[int, ...]
    budgets: tuple[int, ...]

    @property
    def cells(self) -> list[Cell]:
        """What runs that differ by their seeds alone have in common."""
        return cells(self.modes, self.rows, self.budgets)

    def tasks(self, methods: tuple[str, ...], max_seconds: float) -> list[Task]:
        """Returns the runs to make."""
        numbers = range(self.seeds_from, self.seeds_from + self.seeds)
        return tasks(self.cells, methods, numbers, max_seconds)


def wanted_options(command: Callable[..., None]) -> Callable[..., None]:
    """Adds the options to a command, which is handed them on as `wanted`."""

    @functools.wraps(command)
    def with_wanted(*, seeds: int, seeds_from: int, quick: bool, **rest: Any) -> None:
        modes, rows, budgets = (tuple(rest.pop(name)) for name in ("modes", "rows", "budgets"))
        wanted = Wanted(seeds, seeds_from, modes, rows, budgets)
        if quick:
            wanted = Wanted(min(seeds, QUICK_SEEDS), seeds_from, ("frozen",), QUICK_ROWS, (1,))
        command(wanted=wanted, **rest)

    number, first = click.IntRange(1, MOST_SEEDS // 2), click.IntRange(1, MOST_SEEDS // 2)
    options = [
        click.option("--seeds", default=300, show_default=True, type=number, help="Runs of each cell."),
        click.option("--seeds-from", default=1, show_default=True, type=first, help="The first of them."),
        click.option("--modes", default="frozen,stopped,joint", show_default=True, callback=_modes),
        rows_option(len(ROWS)),
        rows_option(len(BUDGETS), "--budgets"),
        click.option("--quick", is_flag=True, help="3 functions, 20 seeds, the smallest budget."),
    ]
    return functools.reduce(lambda f, option: option(f), reversed(options), with_wanted)


def _modes(_context: click.Context, _option: click.Parameter, text: str) -> list[str]:
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if name not in MODES:
            raise click.BadParameter(f"{name!r} is none of {', '.join(MODES)}")
    return names
