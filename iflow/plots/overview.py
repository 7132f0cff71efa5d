"""The run at a glance: its estimates and its weights."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from iflow.plots import style
from iflow.plots.convergence import draw_estimates
from iflow.plots.settings import styled
from iflow.plots.weights import draw_distribution

if TYPE_CHECKING:
    from matplotlib.figure import Figure, SubFigure

    from iflow.result import Result


@styled
def overview(
    result: Result, *, figure: Figure | SubFigure | None = None, path: str | Path | None = None
) -> Figure:
    """Draws the history of the estimate with error bands, and the distribution of the weights.

    Args:
      result: finished or as it stands.
      figure: to draw into, a figure or a part of one; None makes one.
      path: file to write; its ending sets the format. None writes nothing.
    """
    figure = style.begin(figure, 9.0, 7.0)
    upper, lower = figure.subplots(2, 1)
    draw_estimates(upper, result)
    draw_distribution(lower, result)
    value = f"{style.name_of(result)} = {result}" if result.neval_measured else "nothing measured yet"
    figure.suptitle(f"{value}     {result.neval:,} calls, {result.neval_measured:,} measured")
    return style.finish(figure, path)
