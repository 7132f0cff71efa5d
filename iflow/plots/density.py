"""The learned density of two coordinates, beside |f| and the ratio of the two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.colors import LogNorm

from iflow.plots import style
from iflow.plots.interest import checked_axes, most_interesting_pair
from iflow.plots.ranges import n_bins, shown_range
from iflow.plots.settings import styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.collections import QuadMesh
    from matplotlib.colorbar import Colorbar
    from matplotlib.figure import Figure, SubFigure

    from iflow.point_cloud import PointCloud

_DECADES = 4


@dataclass(frozen=True, eq=False)
class DensityLattice:
    """The density q of a two-dimensional proposal on a lattice of the user's region: exact, not sampled.

    Args:
      first: edges of the cells along x0, [n + 1]; in units of x.
      second: along x1, [m + 1].
      density: q(x) in the middle of each cell, [n, m].
    """

    first: np.ndarray
    second: np.ndarray
    density: np.ndarray


@styled
def density(
    cloud: PointCloud,
    *,
    axes: Sequence[int] | None = None,
    lattice: DensityLattice | None = None,
    figure: Figure | SubFigure | None = None,
    path: str | Path | None = None,
) -> Figure:
    """Draws what was learned on two coordinates: q, |f| on the same scale, and their ratio.

    q is the marginal over all other coordinates, counted from the points drawn; with two coordinates in
    all and a lattice it is exact. |f| and the ratio come from the weights of the same points.

    Args:
      cloud: the points.
      axes: the two coordinates; None takes those on which |f| depends most strongly together.
      lattice: q itself, of a region of two dimensions; None counts points.
      figure: to draw into, a figure or a part of one; None makes one.
      path: file to write; its ending sets the format. None writes nothing.

    Raises:
      ValueError: for a region of one dimension, or axes that are not there.
    """
    if cloud.dim < 2:
        raise ValueError(f"a density of two coordinates needs a region of at least 2, got {cloud.dim}")
    i, j = most_interesting_pair(cloud) if axes is None else checked_axes(axes, cloud.dim, 2, 2)
    figure = style.begin(figure, 11.0, 3.8)
    panels = figure.subplots(1, 3, sharex=True, sharey=True)
    shown = [shown_range(cloud.x[:, axis], cloud.absolute) for axis in (i, j)]
    bins = n_bins(len(cloud.x), a_cell=8.0, dim=2, most=80)
    points = cloud.x[:, i], cloud.x[:, j]
    counts, first, second = np.histogram2d(*points, bins, shown)
    found, _, _ = np.histogram2d(*points, bins, shown, weights=cloud.absolute)
    area = np.diff(first)[:, None] * np.diff(second)
    drawn, wanted = counts / len(cloud.x) / area, found / area
    exact = lattice is not None and cloud.dim == 2 and (i, j) == (0, 1)
    top = max(float(drawn.max(initial=0.0)), float(wanted.max(initial=0.0)), 1e-300)
    norm = LogNorm(top * 10.0**-_DECADES, top)
    title = "q, learned" + (" (exact)" if exact else " (points counted)")
    if exact and lattice is not None:
        _draw(panels[0], (lattice.first, lattice.second, lattice.density), norm, title, "viridis")
    else:
        _draw(panels[0], (first, second, drawn), norm, title, "viridis")
    image = _draw(panels[1], (first, second, wanted), norm, r"$|f|\,/\int|f|$ (points weighted)", "viridis")
    figure.colorbar(image, ax=panels[:2].tolist(), label="density", extend="min")
    ratio = np.divide(found * len(cloud.x), counts, out=np.full(counts.shape, np.nan), where=counts > 0)
    reach = _reach(ratio)
    even = LogNorm(1.0 / reach, reach)
    image = _draw(panels[2], (first, second, ratio), even, r"$|f|\,/\,q$", style.WEIGHT_MAP)
    _explain(figure.colorbar(image, ax=panels[2], extend="both"), reach)
    names = style.labels(cloud)
    panels[0].set(ylabel=names[j], xlim=shown[0], ylim=shown[1])
    for panel in panels:
        panel.set_xlabel(names[i])
    return style.finish(figure, path)


def _reach(ratio: np.ndarray) -> float:
    """Returns the factor up and down from 1 within which nearly all ratios are; at most 10."""
    told = np.abs(np.log(ratio[ratio > 0.0]))
    reach = float(np.exp(np.quantile(told, 0.95))) if len(told) else 2.0
    return min(max(reach, 1.1), 10.0)


def _explain(bar: Colorbar, reach: float) -> None:
    """Labels the ratio's scale with plain numbers."""
    bar.set_label("red: too few, blue: too many")
    bar.set_ticks([1.0 / reach, 1.0, reach], labels=[f"{1.0 / reach:.2g}", "1", f"{reach:.2g}"])
    bar.minorticks_off()


def _draw(
    panel: Axes,
    cells: tuple[np.ndarray, np.ndarray, np.ndarray],
    norm: LogNorm,
    title: str,
    colours: str,
) -> QuadMesh:
    first, second, values = cells
    panel.set_title(title, loc="left", fontsize="medium")
    panel.set_facecolor(style.shade(0.15) if colours != "viridis" else "#440154")
    shown = np.where(values > 0.0, values, np.nan if colours == "viridis" else values)
    return panel.pcolormesh(first, second, shown.T, cmap=colours, norm=norm, rasterized=True)
