"""Figures. Matplotlib is imported here only, and no global state of it is touched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from iflow.statistics.weight_histogram import WeightHistogram

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from iflow.comparison import Comparison
    from iflow.result import Result

# Okabe and Ito's colours differ in lightness too; dashes and markers tell the methods apart in grey.
_STYLES: tuple[dict[str, Any], ...] = (
    {"color": "#56B4E9", "linestyle": ":", "marker": "s"},
    {"color": "#D55E00", "linestyle": "--", "marker": "^"},
    {"color": "#000000", "linestyle": "-", "marker": "o"},
)
_GUIDE: dict[str, Any] = {"color": "0.65", "linewidth": 0.8, "zorder": 0}
_DPI = 150


def plot_comparisons(comparisons: Sequence[Comparison], path: str | None = None) -> Figure:
    """Draws a row of two panels a comparison: error against calls, and the weights.

    Args:
      comparisons: at least one.
      path: file to write; its ending sets the format. None writes nothing.
    """
    figure = Figure(figsize=(9.0, 3.6 * len(comparisons)), layout="constrained")
    panels = figure.subplots(len(comparisons), 2, squeeze=False)
    for (left, right), comparison in zip(panels, comparisons, strict=True):
        _draw_errors(left, comparison)
        _draw_weights(right, comparison)
    return _finish(figure, path)


def plot_result(result: Result, path: str | None = None) -> Figure:
    """Draws the history of the estimate with error bands, and the distribution of the weights.

    Args:
      result: of an integration.
      path: file to write; its ending sets the format. None writes nothing.
    """
    figure = Figure(figsize=(9.0, 3.6), layout="constrained")
    left, right = figure.subplots(1, 2)
    _draw_history(left, result)
    if result.weight_histogram.counts.any():
        _draw_histogram(right, result.weight_histogram, _STYLES[2], None)
        _label_weights(right)
    else:
        _say_nothing_to_show(right)
    figure.suptitle(f"integral = {result}     {result.neval:,} calls, {result.neval_measured:,} measured")
    return _finish(figure, path)


def _draw_errors(panel: Axes, comparison: Comparison) -> None:
    """Relative error that each method reports, against calls."""
    panel.set_title(comparison.name, loc="left", fontweight="bold")
    seen = False
    for run, style in zip(comparison.runs, _STYLES, strict=True):
        points = [p for p in run.trace if p.mean and 0.0 < p.sdev < np.inf]
        calls = [p.neval for p in points]
        errors = [p.sdev / abs(p.mean) for p in points]
        panel.plot(calls, errors, label=run.method, markersize=4, **style)
        seen = seen or bool(points)
    if not seen:
        return _say_nothing_to_show(panel)
    panel.set(xscale="log", yscale="log", ylabel="relative error reported")
    panel.set_xlabel("integrand calls, adaptation and training included")
    panel.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    panel.xaxis.set_major_formatter(FuncFormatter(lambda calls, _: _short(calls)))
    panel.xaxis.set_minor_formatter(NullFormatter())
    panel.margins(y=0.12)
    _draw_guides(panel)
    panel.legend(frameon=True, framealpha=0.9, edgecolor="none")


def _say_nothing_to_show(panel: Axes) -> None:
    panel.text(
        0.5, 0.5, "nothing to show: no nonzero value was measured", ha="center", transform=panel.transAxes
    )
    panel.set(xticks=[], yticks=[])


def _short(calls: float) -> str:
    """Returns 200000 as 200k."""
    for unit, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if calls >= unit:
            return f"{calls / unit:g}{letter}"
    return f"{calls:g}"


def _draw_guides(panel: Axes) -> None:
    """Thin lines that fall like 1/sqrt(calls), a factor of sqrt(10) apart, across the whole panel."""
    (left, right), (bottom, top) = panel.get_xlim(), panel.get_ylim()
    calls = np.array([left, right])
    first = np.floor(np.log10(bottom * np.sqrt(left)))
    last = np.ceil(np.log10(top * np.sqrt(right)))
    for exponent in np.arange(first, last + 1.0, 0.5):
        panel.plot(calls, 10.0**exponent / np.sqrt(calls), **_GUIDE)
    panel.plot([], [], **_GUIDE, label=r"$\propto 1/\sqrt{\mathrm{calls}}$")
    panel.set(xlim=(left, right), ylim=(bottom, top))


def _draw_weights(panel: Axes, comparison: Comparison) -> None:
    """Distribution of the weights of each method."""
    panel.set_title("weights: narrow around 1 is good", loc="left")
    if not any(run.weights.counts.any() for run in comparison.runs):
        return _say_nothing_to_show(panel)
    for run, style in zip(comparison.runs, _STYLES, strict=True):
        _draw_histogram(panel, run.weights, style, run.method)
    _label_weights(panel)
    panel.legend(frameon=True, framealpha=0.9, edgecolor="none")


def _draw_histogram(panel: Axes, weights: WeightHistogram, style: dict[str, Any], label: str | None) -> None:
    """Share of the points in each bin, as steps; weights of 0 have no place on a log axis."""
    n = weights.counts.sum() + weights.n_zero
    if not weights.counts.any():
        return
    # Two bins in one: half the resolution draws a calmer line.
    counts, edges = weights.counts.reshape(-1, 2).sum(axis=1), weights.edges[::2]
    if label is not None and weights.n_zero > 0.005 * n:
        label = f"{label} ({weights.n_zero / n:.0%} are 0)"
    shown: dict[str, Any] = {"color": style["color"], "linestyle": style["linestyle"]}
    panel.stairs(counts / n, edges, label=label, linewidth=1.5, **shown)


def _label_weights(panel: Axes) -> None:
    panel.axvline(1.0, **_GUIDE)
    panel.set(xscale="log", yscale="log", xlim=(1e-4, 1e3), ylim=(1e-6, 1.5))
    panel.set_xlabel("weight / mean weight")
    panel.set_ylabel("share of points")


def _draw_history(panel: Axes, result: Result) -> None:
    """Estimates row by row; the measurement's running average with bands of 1 and 2 sdev."""
    for phase, colour, marker in (
        ("survey", _STYLES[0]["color"], "s"),
        ("training", _STYLES[1]["color"], "^"),
        ("measurement", "0.45", "o"),
    ):
        rows = [r for r in result.history if r.phase == phase and np.isfinite(r.sdev)]
        panel.errorbar(
            [r.total_neval for r in rows],
            [r.mean for r in rows],
            [r.sdev for r in rows],
            linestyle="none",
            color=colour,
            marker=marker,
            markersize=3,
            linewidth=1,
            label=phase if rows else None,
        )
    rows = [r for r in result.history if np.isfinite(r.running_sdev)]
    if rows:
        calls = [r.total_neval for r in rows]
        mean = np.array([r.running_mean for r in rows])
        sdev = np.array([r.running_sdev for r in rows])
        for width, alpha in ((2, 0.15), (1, 0.25)):
            low, high = mean - width * sdev, mean + width * sdev
            panel.fill_between(calls, low, high, color="black", alpha=alpha, linewidth=0)
        panel.plot(calls, mean, color="black", label="average, 1 and 2 sdev")
    _zoom_to_the_end(panel, result)
    panel.set(xlabel="integrand calls", ylabel="estimate")
    panel.xaxis.set_major_formatter(FuncFormatter(lambda calls, _: _short(calls)))
    if panel.get_legend_handles_labels()[0]:
        panel.legend(frameon=True, framealpha=0.9, edgecolor="none", fontsize="small")


def _zoom_to_the_end(panel: Axes, result: Result) -> None:
    """Leaves the wild early rows outside, so that the measurement fills the panel."""
    rows = [r for r in result.history if r.phase == "measurement" and np.isfinite(r.sdev)]
    if not rows or result.sdev == 0.0:
        return
    low, high = min(r.mean - 2 * r.sdev for r in rows), max(r.mean + 2 * r.sdev for r in rows)
    panel.set_ylim(low - 0.3 * (high - low), high + 0.3 * (high - low))


def _finish(figure: Figure, path: str | None) -> Figure:
    FigureCanvasAgg(figure)
    if path is not None:
        figure.savefig(path, dpi=_DPI)
    return figure
