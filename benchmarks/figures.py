"""Pictures of what benchmarks found."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.record import Run
from benchmarks.row_summary import RowSummary

_COLOURS = ("tab:blue", "tab:orange", "tab:green")


def draw_calls(by_method: Mapping[str, Sequence[RowSummary]], path: Path) -> None:
    """Draws the calls of each method on each row between the best published number and its tenth.

    Open dots did not meet the target: they lie where the runs ended.
    """
    rows = sorted({s.row for summaries in by_method.values() for s in summaries}, key=lambda row: row.number)
    places = {row: place for place, row in enumerate(rows)}
    figure, axes = _canvas(len(rows), 1)
    axes[0].plot([row.best for row in rows], list(places.values()), "k|", ms=14, label="best published")
    axes[0].plot([row.goal for row in rows], list(places.values()), "b|", ms=14, label="a tenth of it")
    for number, (method, summaries) in enumerate(by_method.items()):
        colour = _COLOURS[number % len(_COLOURS)]
        shift = 0.15 * (number - (len(by_method) - 1) / 2)
        for first, summary in enumerate(summaries):
            y, reached = places[summary.row] + shift, math.isfinite(summary.median_calls)
            axes[0].plot(summary.range_of_calls, [y, y], color=colour, lw=1)
            x = summary.median_calls if reached else summary.range_of_calls[1]
            fill = colour if reached else "white"
            axes[0].plot(x, y, "o", color=colour, mfc=fill, label=None if first else method)
    axes[0].set(xscale="log", xlabel="calls until the target, everything included")
    _name_rows(axes[0], [row.problem.label for row in rows])
    axes[0].legend()
    figure.savefig(path, dpi=150)


def draw_flows(groups: Mapping[tuple[str, str], Sequence[Run]], x_label: str, path: Path) -> None:
    """Draws the calls of each run, with their medians as bars; open dots did not meet the target.

    Args:
      groups: runs by problem and value of an option.
      x_label: what the target was.
      path: file to write.
    """
    problems, values = (list(dict.fromkeys(names)) for names in zip(*groups, strict=True))
    figure, (axes,) = _canvas(len(problems) * len(values), 1)
    for (problem, value), runs in groups.items():
        number = values.index(value)
        y, colour = problems.index(problem) + 0.22 * (number - (len(values) - 1) / 2), f"C{number}"
        median_calls = median(run.outcome.neval for run in runs)
        label = value if problem == problems[0] else None
        axes.plot(median_calls, y, "|", color=colour, ms=14, mew=2, label=label)
        for run in runs:
            fill = colour if run.reached else "white"
            axes.plot(run.outcome.neval, y, "o", color=colour, mfc=fill, ms=5)
    axes.set(xscale="log", xlabel=x_label)
    axes.grid(axis="x", which="both", color="0.93", lw=0.6)
    axes.set_axisbelow(True)
    _name_rows(axes, problems)
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=len(values), frameon=False)
    figure.savefig(path, dpi=150)


def _canvas(n_rows: int, n_panels: int) -> tuple[Figure, Sequence[Axes]]:
    figure = Figure(figsize=(4 + 3 * n_panels, 1.5 + 0.35 * n_rows), layout="constrained")
    return figure, figure.subplots(1, n_panels, sharey=True, squeeze=False)[0]


def _name_rows(axes: Axes, names: Sequence[str]) -> None:
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.5, -0.5)
