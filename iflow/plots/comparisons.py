"""Methods side by side: error against calls, and the weights."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from iflow.plots import style
from iflow.plots.settings import styled
from iflow.plots.weights import draw_counts, share_of_zeros

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from iflow.comparison import Comparison

# Dashes and markers tell the methods apart in grey.
_STYLES: tuple[dict[str, Any], ...] = (
    {"color": "#5F5F5F", "linestyle": ":", "marker": "s"},
    {"color": "#D55E00", "linestyle": "--", "marker": "^"},
    {"color": "#0072B2", "linestyle": "-", "marker": "o"},
)


@styled
def plot_comparisons(comparisons: Sequence[Comparison], path: str | Path | None = None) -> Figure:
    """Draws a row of two panels a comparison: error against calls, and the weights.

    Args:
      comparisons: at least one.
      path: file to write; its ending sets the format. None writes nothing.
    """
    figure = style.begin(None, 9.0, 3.6 * len(comparisons))
    panels = figure.subplots(len(comparisons), 2, squeeze=False)
    for (left, right), comparison in zip(panels, comparisons, strict=True):
        _draw_errors(left, comparison)
        _draw_weights(right, comparison)
    return style.finish(figure, path)


def _draw_errors(panel: Axes, comparison: Comparison) -> None:
    """Relative error that each method reports, against calls."""
    panel.set_title(comparison.name, loc="left", fontweight="bold")
    seen = False
    for run, line in zip(comparison.runs, _STYLES, strict=True):
        points = [p for p in run.trace if p.mean and 0.0 < p.sdev < np.inf]
        calls = [p.neval for p in points]
        errors = [p.sdev / abs(p.mean) for p in points]
        panel.plot(calls, errors, label=run.method, markersize=4.5, **line)
        seen = seen or bool(points)
    if not seen:
        return style.say(panel, "nothing to show: no nonzero value was measured")
    panel.set(xscale="log", yscale="log", ylabel="relative error reported")
    style.axis_of_calls(panel, "integrand calls, everything included")
    panel.margins(y=0.12)
    style.draw_guides(panel)
    panel.legend(**style.LEGEND)


def _draw_weights(panel: Axes, comparison: Comparison) -> None:
    """Distribution of the weights of each method."""
    panel.set_title("weights: narrow around 1 is good", loc="left")
    if not any(run.weights.counts.any() for run in comparison.runs):
        return style.say(panel, "nothing to show: no nonzero value was measured")
    for run, line in zip(comparison.runs, _STYLES, strict=True):
        look = {"color": line["color"], "linestyle": line["linestyle"]}
        draw_counts(panel, run.weights, label=run.method + share_of_zeros(run.weights), **look)
    panel.axvline(1.0, **style.guide())
    panel.set(xscale="log", yscale="log", xlim=(1e-4, 1e3), ylim=(1e-6, 1.5))
    panel.set(xlabel="weight / mean weight", ylabel="share of points")
    # The methods' names are in the panel beside this one.
    if any(share_of_zeros(run.weights) for run in comparison.runs):
        panel.legend(**style.LEGEND)
