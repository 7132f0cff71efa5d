"""How the estimate came about: row by row, with the phases, and how its error fell."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.ticker import FuncFormatter, LogFormatterMathtext, LogLocator

from iflow.plots import style
from iflow.plots.logarithm import in_own_units, logarithms
from iflow.plots.settings import styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure

    from iflow.history import Iteration
    from iflow.result import Result

_PHASES = ("survey", "training", "measurement")
_SHADES = {"survey": 0.10, "training": 0.05, "measurement": 0.0}


@styled
def convergence(
    result: Result, *, figure: Figure | SubFigure | None = None, path: str | Path | None = None
) -> Figure:
    """Draws the estimates with their error bars, phase by phase, above the relative error against calls.

    Rows of the survey and of training carry the mark of the proposal that drew them. The running mean has
    bands of 1 and 2 sdev; the target, where there is one, is a band around the result and a line below.

    Args:
      result: finished or as it stands.
      figure: to draw into, a figure or a part of one; None makes one.
      path: file to write; its ending sets the format. None writes nothing.
    """
    figure = style.begin(figure, 9.0, 6.4)
    upper, lower = figure.subplots(2, 1, sharex=True)
    draw_estimates(upper, result)
    _draw_errors(lower, in_own_units(result))
    title = f"{style.name_of(result)} = {result}" if result.neval_measured else "nothing measured yet"
    upper.set_title(title, loc="left", fontweight="bold")
    if upper.has_data():
        upper.set_xlabel("")
        upper.tick_params(labelbottom=False)
    return style.finish(figure, path)


def draw_estimates(panel: Axes, result: Result) -> None:
    """Draws every row's estimate, the running mean with its bands, and the target's band, on one panel.

    Of an integrand that is given by its logarithm, logarithms.
    """
    of_log, result = result.of_log is not None, logarithms(result)
    rows = [row for row in result.history if math.isfinite(row.mean) and math.isfinite(row.sdev)]
    if not rows:
        return style.say(panel, "nothing to show: no row has a finite error")
    for phase, name in _series(rows):
        members = [row for row in rows if (row.phase, row.proposal) == (phase, name)]
        _draw_rows(panel, members, phase, name)
    _draw_running(panel, result)
    if 0.0 < result.error_allowed < math.inf:
        low, high = result.mean - result.error_allowed, result.mean + result.error_allowed
        panel.axhspan(low, high, color=style.TARGET["color"], alpha=0.12, linewidth=0, zorder=0.4)
        for edge in (low, high):
            panel.axhline(edge, **style.TARGET, zorder=0.5, label="_" if edge == high else "target")
    _zoom(panel, rows, result)
    style.axis_of_calls(panel)
    _label_estimates(panel, "logarithm" if of_log else "estimate")
    _shade_phases(panel, result.history)
    panel.legend(**style.LEGEND, fontsize="small", loc="upper left", bbox_to_anchor=(1.0, 1.0))


def _series(rows: Sequence[Iteration]) -> list[tuple[str, str]]:
    """Returns the pairs of phase and proposal there are, in the order of phases, then of appearance."""
    seen = dict.fromkeys((row.phase, row.proposal) for row in rows)
    return sorted(seen, key=lambda pair: _PHASES.index(pair[0]))


def _draw_rows(panel: Axes, rows: Sequence[Iteration], phase: str, name: str) -> None:
    measured = phase == "measurement"
    look = {"color": style.shade(0.55), "marker": "o"} if measured else style.of_proposal(name)
    panel.errorbar(
        [row.total_neval for row in rows],
        [row.mean for row in rows],
        [row.sdev for row in rows],
        linestyle="none",
        markersize=4,
        linewidth=1,
        alpha=0.7,
        label=("measurement, each round" if measured else f"{phase}: {name}") if name else phase,
        **look,
    )


def _draw_running(panel: Axes, result: Result) -> None:
    rows = [row for row in result.history if math.isfinite(row.running_sdev)]
    if not rows:
        return
    calls = [row.total_neval for row in rows]
    mean = np.array([row.running_mean for row in rows])
    sdev = np.array([row.running_sdev for row in rows])
    for width, alpha in ((2, 0.15), (1, 0.25)):
        low, high = mean - width * sdev, mean + width * sdev
        panel.fill_between(calls, low, high, color=style.shade(1.0), alpha=alpha, linewidth=0)
    panel.plot(calls, mean, color=style.shade(1.0), marker=".", label="running mean, 1 and 2 sdev")


def _zoom(panel: Axes, rows: Sequence[Iteration], result: Result) -> None:
    """Lets the measurement fill the panel; rows outside are marked at its edge."""
    shown = [row for row in rows if row.phase == "measurement"] or sorted(rows, key=lambda row: row.sdev)[:3]
    reach = [2.0 * row.sdev for row in shown]
    low = min(row.mean - r for row, r in zip(shown, reach, strict=True))
    high = max(row.mean + r for row, r in zip(shown, reach, strict=True))
    if 0.0 < result.error_allowed < 4.0 * (high - low):
        low, high = (
            min(low, result.mean - result.error_allowed),
            max(high, result.mean + result.error_allowed),
        )
    if low < high:
        panel.set_ylim(low - 0.25 * (high - low), high + 0.25 * (high - low))
    low, high = panel.get_ylim()
    for row in rows:
        if not low <= row.mean <= high:
            edge, mark = (high, r"$\uparrow$") if row.mean > high else (low, r"$\downarrow$")
            colour = style.of_proposal(row.proposal)["color"]
            panel.plot([row.total_neval], [edge], marker=mark, color=colour, markersize=8, clip_on=False)


def _label_estimates(panel: Axes, name: str) -> None:
    """Labels the estimates in full, with a power of ten for all of them in the axis' own label."""
    low, high = panel.get_ylim()
    exponent = math.floor(math.log10(max(abs(low), abs(high))))
    exponent = 0 if -4 < exponent < 6 else exponent
    unit = float(f"1e{exponent}")
    places = max(0, math.ceil(-math.log10((high - low) / unit)) + 1)
    panel.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value / unit:.{places}f}"))
    panel.set_ylabel(f"{name} / $10^{{{exponent}}}$" if exponent else name)


def _shade_phases(panel: Axes, history: Sequence[Iteration], names: bool = True) -> None:
    """Shades the calls of the survey and of training; a survey row between training rows is training's."""
    ends = [max((row.total_neval for row in history if row.phase == phase), default=0) for phase in _PHASES]
    first = min((row.total_neval for row in history if row.phase == "training"), default=ends[0])
    ends[0] = max(
        (r.total_neval for r in history if r.phase == "survey" and r.total_neval <= first), default=0
    )
    left, right = panel.get_xlim()
    begin = left
    for phase, end in zip(_PHASES, ends, strict=True):
        stop = right if end == max(ends) else min(end, right)
        if end <= begin:
            continue
        panel.axvspan(begin, stop, color=style.shade(_SHADES[phase]), linewidth=0, zorder=-1)
        if names and math.log(stop / begin) > 0.17 * math.log(right / left):
            middle = math.sqrt(begin * stop)
            panel.text(
                middle,
                0.95,
                phase,
                ha="center",
                va="top",
                color=style.shade(0.6),
                fontsize="small",
                transform=panel.get_xaxis_transform(),
            )
        begin = stop
    panel.set_xlim(left, right)


def _draw_errors(panel: Axes, result: Result) -> None:
    """Draws each row's relative error, that of the running mean, and the target."""
    rows = [row for row in result.history if row.mean and 0.0 < row.sdev < math.inf]
    earlier = [row for row in rows if row.phase != "measurement"]
    measured = [row for row in result.history if row.running_mean and 0.0 < row.running_sdev < math.inf]
    if not earlier and not measured:
        return style.say(panel, "nothing to show: no row has found a nonzero value with an error")
    for name in dict.fromkeys(row.proposal for row in earlier):
        members = [row for row in earlier if row.proposal == name]
        look: dict[str, Any] = style.of_proposal(name)
        errors = [row.sdev / abs(row.mean) for row in members]
        panel.plot([row.total_neval for row in members], errors, linestyle="none", markersize=4, **look)
    errors = [row.running_sdev / abs(row.running_mean) for row in measured]
    calls = [row.total_neval for row in measured]
    if measured:
        panel.plot(calls, errors, color=style.shade(1.0), marker="o", markersize=4, label="running mean")
    if result.mean and 0.0 < result.error_allowed < math.inf:
        target = result.error_allowed / abs(result.mean)
        panel.axhline(target, **style.TARGET, label=f"target {target:.2g}")
    panel.set(yscale="log", ylabel="relative error")
    panel.yaxis.set_major_locator(LogLocator(numticks=12))
    panel.yaxis.set_major_formatter(LogFormatterMathtext())
    panel.margins(y=0.12)
    style.axis_of_calls(panel)
    style.draw_guides(panel)
    _shade_phases(panel, result.history, names=False)
    panel.legend(**style.LEGEND, fontsize="small", loc="upper left", bbox_to_anchor=(1.0, 1.0))
