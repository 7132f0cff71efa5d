"""Where the proposal puts its points, against where |f| is."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.colors import Normalize
from matplotlib.ticker import MaxNLocator

from iflow.plots import style
from iflow.plots.interest import checked_axes, most_interesting
from iflow.plots.ranges import n_bins, shown_range
from iflow.plots.settings import styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure

    from iflow.point_cloud import PointCloud

_MOST_AXES, _LARGEST = 6, 12


@styled
def points(
    cloud: PointCloud,
    *,
    axes: Sequence[int] | None = None,
    figure: Figure | SubFigure | None = None,
    path: str | Path | None = None,
) -> Figure:
    """Draws the marginals of the points drawn against those of |f|, single and in pairs: a corner plot.

    Below the diagonal are the points drawn, which show q; above it the same points weighted by |f|/q, which
    show |f|: where the proposal is good, the two halves mirror each other. Both are densities on the same
    colour scale. The diagonal has both marginals of a coordinate.

    Args:
      cloud: the points.
      axes: coordinates to show, at most 12; None takes all, or of more than 6 those along which |f| has
        most structure (uneven marginals, dependence on another axis).
      figure: to draw into, a figure or a part of one; None makes one.
      path: file to write; its ending sets the format. None writes nothing.

    Raises:
      ValueError: for axes that are not there.
    """
    chosen = (
        most_interesting(cloud, _MOST_AXES) if axes is None else checked_axes(axes, cloud.dim, 1, _LARGEST)
    )
    k = len(chosen)
    side = {1: 4.5, 2: 2.9, 3: 2.3, 4: 1.95}.get(k, 1.6)
    figure = style.begin(figure, side * k + 0.9, side * k + 1.0)
    panels = figure.subplots(k, k, squeeze=False)
    ranges = [shown_range(cloud.x[:, axis], cloud.absolute) for axis in chosen]
    for (row, i), (column, j) in product(enumerate(chosen), repeat=2):
        panel = panels[row, column]
        if row == column:
            _draw_marginal(panel, cloud, i, ranges[row])
        else:
            weight = cloud.absolute if row < column else np.full(len(cloud.x), 1.0 / len(cloud.x))
            _draw_pair(panel, cloud.x[:, [j, i]], weight, (ranges[column], ranges[row]), row < column)
        _label(panel, cloud, (i, j), is_bottom=row == k - 1, is_left=column == 0 and row > 0)
    _title(figure, cloud, chosen, named=axes is not None)
    return style.finish(figure, path)


def _title(figure: Figure | SubFigure, cloud: PointCloud, chosen: Sequence[int], named: bool) -> None:
    text = "blue, below: points drawn (q)    orange, above: the same weighted (|f|)"
    if len(chosen) == 1:
        text = "blue: points drawn (q)    orange: the same weighted (|f|)"
    if not cloud.absolute.any():
        text = f"blue: points drawn (q)    f was 0 at all {len(cloud.x):,} of them"
    if len(chosen) < cloud.dim:
        how = "named" if named else "along which |f| has most structure"
        text += f"\nof {cloud.dim} axes, the {len(chosen)} {how}"
    figure.suptitle(text, fontsize="medium")


def _draw_marginal(panel: Axes, cloud: PointCloud, axis: int, shown: tuple[float, float]) -> None:
    x, weight = cloud.x[:, axis], cloud.absolute
    for part, colour, filled in ((None, style.DRAWN, True), (weight, style.WANTED, False)):
        if part is not None and not part.any():
            continue
        share = np.full(len(x), 1.0 / len(x)) if part is None else part
        bins = n_bins(1.0 / np.square(share).sum(), a_cell=40.0, dim=1, most=60)
        height, edges = np.histogram(x, bins, shown, weights=share)
        density = height / np.diff(edges)
        panel.stairs(density, edges, color=colour, fill=filled, alpha=0.35 if filled else 1.0, linewidth=1.4)
    panel.set_xlim(shown)
    panel.set_ylim(0.0, None)
    panel.set_yticks([])


def _draw_pair(
    panel: Axes,
    x: np.ndarray,
    weight: np.ndarray,
    shown: tuple[tuple[float, float], tuple[float, float]],
    is_wanted: bool,
) -> None:
    panel.set(xlim=shown[0], ylim=shown[1])
    if not weight.any():
        return
    bins = n_bins(1.0 / np.square(weight).sum(), a_cell=8.0, dim=2, most=50)
    density, first, second = np.histogram2d(x[:, 0], x[:, 1], bins, shown, weights=weight)
    # A few crowded cells would leave the rest white.
    top = np.quantile(density[density > 0.0], 0.99) if density.any() else 1.0
    colours = style.ramp(style.WANTED if is_wanted else style.DRAWN)
    image = np.sqrt(density.T / top)
    panel.pcolormesh(first, second, image, cmap=colours, norm=Normalize(0.0, 1.0), rasterized=True)


def _label(panel: Axes, cloud: PointCloud, pair: tuple[int, int], *, is_bottom: bool, is_left: bool) -> None:
    i, j = pair
    for axis in (panel.xaxis, panel.yaxis) if i != j else (panel.xaxis,):
        axis.set_major_locator(MaxNLocator(3, prune="both"))
    panel.tick_params(labelsize="small", labelbottom=is_bottom, labelleft=is_left)
    if is_bottom:
        panel.set_xlabel(style.labels(cloud)[j])
        panel.tick_params(axis="x", labelrotation=35)
    if is_left:
        panel.set_ylabel(style.labels(cloud)[i])
