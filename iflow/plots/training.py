"""What training did: how the proposals compared, round by round."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from iflow.plots import style
from iflow.plots.settings import styled

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure

    from iflow.history import Iteration
    from iflow.result import Result


@styled
def training(
    result: Result, *, figure: Figure | SubFigure | None = None, path: str | Path | None = None
) -> Figure:
    """Draws what each batch before the measurement said of its proposal, against the calls so far.

    Four panels: the points that would meet the target, the deviation of the weights over their mean, the
    tempering exponent beta of |f|^beta, and the divergence (loss) of the flow's fits, where there are any.

    Args:
      result: finished or as it stands.
      figure: to draw into, a figure or a part of one; None makes one.
      path: file to write; its ending sets the format. None writes nothing.
    """
    figure = style.begin(figure, 9.0, 5.6)
    panels = figure.subplots(2, 2, sharex=True)
    rows = [row for row in result.history if row.phase != "measurement"]
    none = "no proposal could tell"
    _draw(panels[0, 0], rows, lambda row: row.n_needed, "points to the target", none)
    _draw(panels[0, 1], rows, lambda row: row.deviation, "deviation / mean of the weights", none)
    _draw(panels[1, 0], rows, lambda row: row.beta, r"$\beta$, learning $|f|^\beta$", "nothing was fitted")
    _draw(panels[1, 1], rows, lambda row: row.loss, "loss of the flow", "no flow was trained")
    for panel in panels[0]:
        if panel.has_data():
            panel.set_yscale("log")
            style.plain_log_axis(panel.yaxis)
            panel.set_xlabel("")
    if panels[1, 0].has_data():
        panels[1, 0].set_ylim(-0.05, 1.08)
    handles = {label: handle for panel in panels.flat for handle, label in _legend_of(panel)}
    if handles:
        figure.legend(
            list(handles.values()), list(handles), loc="outside lower center", ncols=6, frameon=False
        )
    return style.finish(figure, path)


def _legend_of(panel: Axes) -> list[tuple[Artist, str]]:
    handles, labels = panel.get_legend_handles_labels()
    return list(zip(handles, labels, strict=True))


def _draw(
    panel: Axes, rows: Sequence[Iteration], value: Callable[[Iteration], float], title: str, otherwise: str
) -> None:
    """Draws a number of each row, a line a proposal."""
    panel.set_title(title, loc="left", fontsize="medium")
    told = [row for row in rows if math.isfinite(value(row))]
    if not told:
        return style.say(panel, otherwise)
    for name in dict.fromkeys(row.proposal for row in told):
        members = [row for row in told if row.proposal == name]
        panel.plot(
            [row.total_neval for row in members],
            [value(row) for row in members],
            label=name or "not named",
            markersize=5,
            linewidth=1,
            **style.of_proposal(name),
        )
    panel.set_xscale("log")
    style.axis_of_calls(panel)
    panel.grid(True)
