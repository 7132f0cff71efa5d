"""Histograms of observables with the error of each bin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from iflow.plots import style
from iflow.plots.settings import styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure

    from iflow.several.histograms import Histograms
    from iflow.several.results import Results


@styled
def histogram(
    histograms: Histograms,
    result: Results,
    *,
    names: Sequence[str] | None = None,
    figure: Figure | SubFigure | None = None,
    path: str | Path | None = None,
) -> Figure:
    """Draws d(integral)/d(observable) bin by bin, with errors; bins with an infinite edge are left out.

    Args:
      histograms: that were integrated.
      result: of `iflow.integrate(histograms, ...)`.
      names: of the observables to draw; None draws all.
      figure: to draw into, a figure or a part of one; None makes one.
      path: file to write; its ending sets the format. None writes nothing.

    Raises:
      ValueError: for an observable that is not there.
    """
    chosen = _chosen(histograms.edges, names)
    figure = style.begin(figure, 6.0, 3.4 * len(chosen))
    panels = figure.subplots(len(chosen), 1, squeeze=False)[:, 0]
    for panel, name in zip(panels, chosen, strict=True):
        density, sdev = histograms.density(name, result)
        _draw(panel, histograms.edges[name], density, sdev)
        panel.set(xlabel=style.valid(name), ylabel=f"d(integral) / d({style.valid(name)})")
    panels[0].set_title(f"total = {result['total']}", loc="left", fontweight="bold")
    return style.finish(figure, path)


def _chosen(edges: Mapping[str, np.ndarray], names: Sequence[str] | None) -> Sequence[str]:
    chosen = list(edges) if names is None else list(names)
    for name in chosen:
        if name not in edges:
            raise ValueError(f"there is no observable {name!r}, only {', '.join(edges)}")
    return chosen


def _draw(panel: Axes, edges: np.ndarray, density: np.ndarray, sdev: np.ndarray) -> None:
    inside = np.isfinite(edges[1:]) & np.isfinite(edges[:-1])
    if not inside.any():
        return style.say(panel, "nothing to show: every bin has an infinite edge")
    first, last = np.flatnonzero(inside)[[0, -1]]
    edges, density, sdev = edges[first : last + 2], density[first : last + 1], sdev[first : last + 1]
    panel.stairs(density, edges, fill=True, color=style.shade(0.15))
    panel.stairs(density, edges, color=style.shade(1.0), linewidth=0.8)
    known = np.isfinite(sdev)
    centres = 0.5 * (edges[1:] + edges[:-1])
    panel.errorbar(
        centres[known], density[known], sdev[known], linestyle="none", color=style.shade(1.0), linewidth=1.0
    )
    if not known.all():
        unseen = f"bins without an error, f was 0 at all points: {int((~known).sum())}"
        panel.set_title(unseen, loc="right", fontsize="small")
    panel.margins(x=0.0)
