"""What the figures share: colours, marks, axes of calls, and how a figure begins and ends."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib import rcParams
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import Colormap, LinearSegmentedColormap, to_hex, to_rgb
from matplotlib.figure import Figure, SubFigure
from matplotlib.mathtext import MathTextParser
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

    from iflow.point_cloud import PointCloud
    from iflow.result import Result

# Okabe and Ito's colours differ in lightness too; markers tell the proposals apart in grey.
_PROPOSALS: dict[str, dict[str, Any]] = {
    "uniform": {"color": "#56B4E9", "marker": "s"},
    "grid": {"color": "#E69F00", "marker": "v"},
    "spline grid": {"color": "#009E73", "marker": "D"},
    "mixture": {"color": "#D55E00", "marker": "^"},
    "cells": {"color": "#CC79A7", "marker": "P"},
    "flow": {"color": "#0072B2", "marker": "X"},
}
TARGET: dict[str, Any] = {"color": "#009E73", "linestyle": (0, (6, 2)), "linewidth": 1.5}
# A legend over curves hides them a little.
LEGEND: dict[str, Any] = {"frameon": True, "framealpha": 0.9, "edgecolor": "none"}
# Where points are drawn, and where |f| is.
DRAWN, WANTED = "#0072B2", "#D55E00"
WEIGHT_MAP = "RdBu_r"
_DPI = 150


def shade(amount: float) -> str:
    """Returns a colour between paper (0) and ink (1): a grey, on white paper as on that of a dark style."""
    return mixed(paper(), rcParams["text.color"], amount)


def paper() -> str:
    """Returns the colour that panels have."""
    given = rcParams["axes.facecolor"]
    return "white" if given == "none" else to_hex(given)


def mixed(first: str, second: str, amount: float) -> str:
    """Returns the colour that lies this amount, 0 to 1, of the way from the first to the second."""
    start, end = np.array(to_rgb(first)), np.array(to_rgb(second))
    return to_hex(((1.0 - amount) * start + amount * end).tolist())


def ramp(colour: str) -> Colormap:
    """Returns a colour map from paper through a colour to a darker one, or a lighter one on dark paper."""
    steps = [paper(), mixed(paper(), colour, 0.5), colour, mixed(colour, rcParams["text.color"], 0.5)]
    return LinearSegmentedColormap.from_list("ramp", list(zip((0.0, 0.3, 0.7, 1.0), steps, strict=True)))


def guide() -> dict[str, Any]:
    """Returns the look of a thin line that leads the eye."""
    return {"color": shade(0.3), "linewidth": 0.8, "zorder": 0}


def of_proposal(name: str) -> dict[str, Any]:
    """Returns the colour and the marker of a proposal."""
    return _PROPOSALS.get(name) or {"color": shade(0.6), "marker": "*"}


def begin(figure: Figure | SubFigure | None, width: float, height: float) -> Figure | SubFigure:
    """Returns the caller's figure, or a new one on a canvas of its own.

    Args:
      figure: to draw into; None makes one.
      width: of a new one, in inches.
      height: of a new one, in inches.
    """
    if figure is not None:
        return figure
    made = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(made)
    return made


def finish(figure: Figure | SubFigure, path: str | Path | None) -> Figure:
    """Writes the whole figure where a path is given, and returns it."""
    while not isinstance(figure, Figure):
        figure = figure.figure
    if path is not None:
        figure.savefig(path, dpi=_DPI)
    return figure


def labels(cloud: PointCloud) -> list[str]:
    """Returns what the axes of a cloud are called; a name that is no valid mathematics stands as it is."""
    return [valid(name) for name in cloud.labels]


def valid(name: str) -> str:
    """Returns a name as matplotlib is to show it: as it stands where it is no valid mathematics."""
    try:
        MathTextParser("path").parse(name)
    except ValueError:
        return name.replace("$", r"\$")
    return name


def name_of(result: Result) -> str:
    """Returns what the value of a result is called."""
    return "norm of the integrals" if result.of_norm else "integral"


def say(panel: Axes, text: str) -> None:
    """Writes a sentence where there is nothing to draw."""
    panel.text(
        0.5, 0.5, text, ha="center", va="center", color=shade(0.65), wrap=True, transform=panel.transAxes
    )
    # Not by taking the ticks away: panels may share them.
    panel.tick_params(left=False, labelleft=False, bottom=False, labelbottom=False, which="both")


def short(number: float) -> str:
    """Returns 200000 as 200k."""
    for unit, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if number >= unit:
            return f"{number / unit:g}{letter}"
    return f"{number:g}"


def plain_log_axis(axis: Axis, steps: tuple[float, ...] = (1.0, 2.0, 5.0)) -> None:
    """Labels a logarithmic axis with plain numbers such as 0.5 and 20k, few enough to be read."""
    axis.set_major_locator(LogLocator(subs=steps, numticks=6))
    axis.set_major_formatter(FuncFormatter(lambda number, _: short(number)))
    axis.set_minor_formatter(NullFormatter())


def few_ticks(panel: Axes, most: int) -> None:
    """Labels at most so many round values of a logarithmic vertical axis, which all panels may share."""
    low, high = panel.get_ylim()
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    values = [
        [step * 10.0**decade for decade in decades for step in steps if low <= step * 10.0**decade <= high]
        for steps in ((1.0, 2.0, 5.0), (1.0, 3.0), (1.0,))
    ]
    few = next((each for each in values if len(each) <= most), values[-1][:: 1 + len(values[-1]) // most])
    if len(few) > 1:
        panel.set_yticks(few)
    else:  # less than a factor of five
        panel.yaxis.set_major_locator(MaxNLocator(most - 1))


def axis_of_calls(panel: Axes, label: str = "integrand calls") -> None:
    """Makes the horizontal axis a logarithmic one of calls, with labels such as 200k."""
    low, high = panel.get_xlim()
    steps = (1.0, 2.0, 5.0) if high < 1e3 * max(low, 1.0) else (1.0,)
    panel.set(xscale="log", xlabel=label)
    plain_log_axis(panel.xaxis, steps)


def draw_guides(panel: Axes) -> None:
    """Thin lines that fall like 1/sqrt(calls), a factor of sqrt(10) apart, across the whole panel."""
    (left, right), (bottom, top) = panel.get_xlim(), panel.get_ylim()
    calls = np.array([left, right])
    first = np.floor(np.log10(bottom * np.sqrt(left)))
    last = np.ceil(np.log10(top * np.sqrt(right)))
    for exponent in np.arange(first, last + 1.0, 0.5):
        panel.plot(calls, 10.0**exponent / np.sqrt(calls), **guide())
    panel.plot([], [], **guide(), label=r"$\propto 1/\sqrt{\mathrm{calls}}$")
    panel.set(xlim=(left, right), ylim=(bottom, top))
