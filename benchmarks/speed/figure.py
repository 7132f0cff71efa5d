"""A picture of how fast both sides are, and how fast the networks' products alone would be."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from statistics import median

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.speed.comparison import GOAL, Comparison
from iflow.plots import styled
from iflow.plots.style import plain_log_axis

_HOME, _RIVAL, _LIMIT = "#0072B2", "#D55E00", "0.55"
_MET, _MISSED, _NO_GOAL = "#009E73", "#CC79A7", "0.4"


@styled
def draw_speed(comparisons: Sequence[Comparison], title: str, path: Path) -> None:
    """Draws microseconds a point on the left and ratios with their quartiles on the right."""
    figure = Figure(figsize=(10.0, 2.2 + 0.36 * len(comparisons)), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    _times(left, comparisons)
    _ratios(right, comparisons)
    names = [f"{each.work}, d = {each.dim}" for each in comparisons]
    left.set_yticks(range(len(names)), names)
    left.set_ylim(len(names) - 0.5, -0.5)
    for axes in (left, right):
        axes.grid(axis="x")
        axes.tick_params(axis="y", length=0)
        for above in range(1, len(comparisons)):
            if comparisons[above].work != comparisons[above - 1].work:
                axes.axhline(above - 0.5, color="0.8", lw=0.8)
        axes.legend(
            loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3, handlelength=1.2, columnspacing=1.2
        )
    figure.supxlabel(title, fontsize=10, color="0.4")
    figure.savefig(path)


def _times(axes: Axes, comparisons: Sequence[Comparison]) -> None:
    sides = (
        ("products alone", _LIMIT, "|", [each.limit for each in comparisons]),
        ("iflow", _HOME, "o", [each.home for each in comparisons]),
        ("MadNIS", _RIVAL, "s", [each.rival for each in comparisons]),
    )
    for label, colour, marker, times in sides:
        x = [1e6 * median(seconds) / each.n for seconds, each in zip(times, comparisons, strict=True)]
        axes.plot(x, range(len(x)), marker, color=colour, ms=12 if marker == "|" else 6, mew=2, label=label)
    axes.set(xscale="log", xlabel="microseconds a point")
    plain_log_axis(axes.xaxis, (1.0, 3.0))


def _ratios(axes: Axes, comparisons: Sequence[Comparison]) -> None:
    axes.axvline(GOAL, color="0.2", lw=1.2, ls="--", label=f"goal: {GOAL:g}")
    axes.plot(
        [each.most for each in comparisons],
        range(len(comparisons)),
        "|",
        color=_LIMIT,
        ms=12,
        mew=2,
        label="limit: products alone",
    )
    for y, each in enumerate(comparisons):
        colour = _NO_GOAL if each.goal is None else _MET if each.is_met else _MISSED
        axes.plot(each.quartiles, [y, y], "-|", color=colour, lw=1.5, ms=9)
        axes.plot(each.ratio, y, "o", color=colour, ms=5)
        paper = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}  # over the line of the goal
        axes.annotate(
            f"{each.ratio:.1f}",
            (each.ratio, y),
            (0, 7),
            textcoords="offset points",
            ha="center",
            size=10,
            bbox=paper,
        )
    axes.set(xscale="log", xlabel="times as fast as MadNIS, median and quartiles")
    axes.set_xticks([0.5, 1, 2, 5, 10, 20, 50])
    axes.xaxis.set_major_formatter("{x:g}")
    axes.xaxis.set_minor_formatter("")
