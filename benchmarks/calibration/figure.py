"""The study as a picture: a row for each integrand, dots and intervals for each method side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.calibration.score import Score
from benchmarks.calibration.study import Study
from benchmarks.calibration.tables import NAMES
from iflow.plots import styled


@dataclass(frozen=True)
class Panel:
    """One number of each sample.

    Args:
      title: what it is.
      nominal: what it should be.
      limits: of the axis; what lies beyond is drawn as an arrow at its end.
      is_share: whether it is told in percent.
    """

    title: str
    nominal: float
    limits: tuple[float, float]
    is_share: bool = False


_PANELS = {
    "mean": Panel("mean of the pulls", 0.0, (-0.6, 0.6)),
    "width": Panel("width of the pulls", 1.0, (0.7, 1.5)),
    "1 sigma": Panel("share within 1 sdev", 0.6827, (0.5, 0.85), is_share=True),
    "2 sigma": Panel("share within 2 sdev", 0.9545, (0.84, 1.0), is_share=True),
}
# Colours of Okabe and Ito, which all kinds of eyes tell apart; in grey the markers do.
_STYLES = {
    ("iflow", "frozen"): ("#0072B2", "o"),
    ("iflow", "stopped"): ("#009E73", "D"),
    ("iflow", "flow"): ("#56B4E9", "v"),
    ("vegas_frozen", "frozen"): ("#E69F00", "s"),
    ("madnis", "frozen"): ("#CC79A7", "^"),
}
_INK, _LINE, _STRIPE = "0.2", "0.55", "0.955"
_ALL = "all"


@styled
def draw(studies: Sequence[Study], path: Path) -> None:
    """Draws the runs of one integral, all budgets together, as dots with their 95% intervals.

    A hollow dot lies outside of the band that a calibrated method has. Below a line are all integrands.
    """
    by_method = {study.method: study for study in studies}
    series = {
        (method, mode): scores
        for method, mode in _STYLES
        if method in by_method and (scores := _scores(by_method[method], mode))
    }
    labels = list(dict.fromkeys(label for scores in series.values() for label in scores))
    labels.sort(key=lambda label: label == _ALL)
    height = 0.16 + 0.11 * max(len(series), 2)
    figure = Figure(figsize=(10.0, 1.5 + height * len(labels)), layout="constrained")
    panels = figure.subplots(1, len(_PANELS), sharey=True)
    for axes, (name, panel) in zip(panels, _PANELS.items(), strict=True):
        _dress(axes, panel, len(labels), separate=_ALL in labels)
        for number, (key, scores) in enumerate(series.items()):
            shift = 0.7 * ((number + 0.5) / len(series) - 0.5)
            for label, found in scores.items():
                _dot(axes, panel, found, name, (labels.index(label) + shift, *_STYLES[key]))
    panels[0].set_yticks(range(len(labels)), [_short(label) for label in labels])
    panels[0].set_ylim(len(labels) - 0.5, -0.5)
    _explain(figure, panels[0], series)
    figure.savefig(path)


def _scores(study: Study, mode: str) -> dict[str, Score]:
    """Returns by label what is known of each integrand, its budgets together, and of all."""
    found = (each for each in (*study.cells, *study.rows, *study.totals) if each.sample.mode == mode)
    return {each.sample.label: each for each in found if "mean" in each.measures}


def _dot(axes: Axes, panel: Panel, found: Score, name: str, style: tuple[float, str, str]) -> None:
    y, colour, marker = style
    measure, (low, high) = found.measures[name], panel.limits
    axes.plot(measure.interval, [y, y], color=colour, lw=1.5, solid_capstyle="round", zorder=3)
    fill = colour if measure.is_inside else "white"
    inside = low <= measure.value <= high
    shape = marker if inside else ">" if measure.value > high else "<"
    x = min(max(measure.value, low), high)
    axes.plot(x, y, shape, color=colour, mfc=fill, mew=1.3, ms=5, clip_on=inside, zorder=4)


def _dress(axes: Axes, panel: Panel, n_rows: int, *, separate: bool) -> None:
    for row in range(0, n_rows, 2):
        axes.axhspan(row - 0.5, row + 0.5, color=_STRIPE, lw=0, zorder=0)
    if separate:
        axes.axhline(n_rows - 1.5, color=_LINE, lw=0.8, zorder=1)
    axes.axvline(panel.nominal, color=_INK, lw=0.9, zorder=2)
    axes.set_title(panel.title, loc="center", color=_INK)
    axes.set_xlim(*panel.limits)
    if panel.is_share:
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    axes.locator_params(axis="x", nbins=4)
    axes.tick_params(length=0, labelcolor=_INK)
    for side in axes.spines.values():
        side.set_visible(False)


def _explain(figure: Figure, axes: Axes, series: Mapping[tuple[str, str], Mapping[str, Score]]) -> None:
    handles = []
    for method, mode in series:
        colour, marker = _STYLES[method, mode]
        name = f"{NAMES[method]}, {mode}" if method == "iflow" else NAMES[method]
        handles += axes.plot([], [], marker, color=colour, ms=6, label=name)
    handles += axes.plot([], [], "o", color=_INK, mfc="white", mew=1.3, ms=6, label="outside of its band")
    figure.legend(
        handles=handles, loc="outside upper center", ncols=len(handles), frameon=False, labelcolor=_INK
    )


def _short(label: str) -> str:
    """Returns a label without its parameters, which the table has."""
    return label.partition(" (")[0]
