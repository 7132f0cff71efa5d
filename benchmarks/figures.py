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
from iflow.plots import styled
from iflow.plots.style import plain_log_axis

# Of Okabe and Ito; the markers tell methods apart in grey.
_COLOURS, _MARKERS = ("#0072B2", "#D55E00", "#009E73"), ("o", "s", "^")


@styled
def draw_calls(by_method: Mapping[str, Sequence[RowSummary]], path: Path) -> None:
    """Draws the calls of each method on each row between the best published number and its tenth.

    Open dots did not meet the target: they lie where the runs ended.
    """
    rows = sorted({s.row for summaries in by_method.values() for s in summaries}, key=lambda row: row.number)
    places = {row: place for place, row in enumerate(rows)}
    figure, axes = _canvas(len(rows), 1)
    published = [row.best for row in rows], "0.25", "best published"
    wanted = [row.goal for row in rows], "#CC79A7", "a tenth of it"
    for calls, colour, label in (published, wanted):
        axes[0].plot(calls, list(places.values()), "|", color=colour, ms=13, mew=2, label=label)
    for number, (method, summaries) in enumerate(by_method.items()):
        colour, marker = _COLOURS[number % len(_COLOURS)], _MARKERS[number % len(_MARKERS)]
        shift = 0.15 * (number - (len(by_method) - 1) / 2)
        for first, summary in enumerate(summaries):
            y, reached = places[summary.row] + shift, math.isfinite(summary.median_calls)
            axes[0].plot(summary.range_of_calls, [y, y], color=colour, lw=1.8)
            x = summary.median_calls if reached else summary.range_of_calls[1]
            fill = colour if reached else "white"
            axes[0].plot(x, y, marker, color=colour, mfc=fill, ms=6.5, label=None if first else method)
    axes[0].set(xscale="log", xlabel="calls until the target, everything included")
    axes[0].grid(axis="x")
    _name_rows(axes[0], [row.problem.label for row in rows])
    _legend_above(figure, axes[0])
    figure.savefig(path)


@styled
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
        marker = _MARKERS[number % len(_MARKERS)]
        median_calls = median(run.outcome.neval for run in runs)
        label = value if problem == problems[0] else None
        axes.plot(median_calls, y, "|", color=colour, ms=18, mew=2)
        axes.plot([], [], marker, color=colour, ms=6, label=label)
        for run in runs:
            fill = colour if run.reached else "white"
            axes.plot(run.outcome.neval, y, marker, color=colour, mfc=fill, ms=6)
    axes.set(xscale="log", xlabel=x_label)
    axes.grid(axis="x", which="both")
    plain_log_axis(axes.xaxis, (1.0, 2.0, 5.0))
    _name_rows(axes, problems)
    _legend_above(figure, axes)
    figure.savefig(path)


def _canvas(n_rows: int, n_panels: int) -> tuple[Figure, Sequence[Axes]]:
    figure = Figure(figsize=(4 + 3 * n_panels, 1.4 + 0.32 * n_rows), layout="constrained")
    return figure, figure.subplots(1, n_panels, sharey=True, squeeze=False)[0]


def _legend_above(figure: Figure, axes: Axes) -> None:
    handles, _ = axes.get_legend_handles_labels()
    figure.legend(handles=handles, loc="outside upper center", ncols=len(handles), columnspacing=1.4)


def _name_rows(axes: Axes, names: Sequence[str]) -> None:
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
