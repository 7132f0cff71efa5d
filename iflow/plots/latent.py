"""Where in the latents the variance remains."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.colors import LogNorm

from iflow.plots import style
from iflow.plots.interest import checked_axes
from iflow.plots.ranges import n_bins
from iflow.plots.settings import styled

if TYPE_CHECKING:
    from matplotlib.figure import Figure, SubFigure

    from iflow.point_cloud import PointCloud

_CELLS, _MOST_PROFILES, _PROFILE_BINS = 8, 6, 24


@styled
def latent_weights(
    cloud: PointCloud,
    *,
    axes: Sequence[int] | None = None,
    figure: Figure | SubFigure | None = None,
    path: str | Path | None = None,
) -> Figure:
    """Draws (w / mean - 1)^2, averaged in cells of the latents: what is left of the variance, and where.

    In the latents the points lie evenly, so that a map that has learned all there is would be flat. On the
    left is the pair of latents with the strongest structure, on the right each latent alone. Where the
    first latent chooses between the uniform share and the rest, it has a panel of its own, and the other
    panels are of the rest. Without latents the ranks of the coordinates stand for them.

    Args:
      cloud: the points.
      axes: the two latents of the map; None takes those with the strongest structure.
      figure: to draw into, a figure or a part of one; None makes one.
      path: file to write; its ending sets the format. None writes nothing.

    Raises:
      ValueError: for axes that are not there.
    """
    u, names, squares, choice = _latents(cloud)
    figure = style.begin(figure, 10.0, 4.4)
    if not np.isfinite(squares).all() or not squares.any():
        equal = bool(np.isfinite(squares).all())
        reason = "all weights are equal: no variance remains" if equal else "no nonzero value was drawn"
        style.say(figure.subplots(), reason)
        return style.finish(figure, path)
    strength = _strengths(u, squares)
    left, right = figure.subfigures(1, 2, squeeze=False, width_ratios=(1.15, 1.0))[0]
    if u.shape[1] > 1:
        pair = _strongest_pair(strength) if axes is None else checked_axes(axes, u.shape[1], 2, 2)
        _draw_pair(left, u[:, pair], squares, [names[axis] for axis in pair])
    else:
        style.say(left.subplots(), "one latent only: see its profile")
    _draw_profiles(right, u, squares, names, np.diagonal(strength))
    figure.suptitle(_title(squares, choice), fontsize="medium")
    return style.finish(figure, path)


def _latents(cloud: PointCloud) -> tuple[np.ndarray, list[str], np.ndarray, float | None]:
    """Returns the latents to show, [n, k], their names, (w / mean - 1)^2, and the uniform share's part."""
    mean = cloud.weight.mean() or np.nan
    squares = np.square(cloud.weight / mean - 1.0)
    if cloud.u is None:
        n = len(cloud.x)
        ranks = np.argsort(np.argsort(cloud.x, axis=0, kind="stable"), axis=0, kind="stable")
        return (ranks + 0.5) / n, [f"rank of {label}" for label in style.labels(cloud)], squares, None
    names = [f"$u_{{{axis}}}$" for axis in range(cloud.u.shape[1])]
    if not cloud.uniform_share:
        return cloud.u, names, squares, None
    learned = cloud.u[:, 0] >= cloud.uniform_share
    total = squares.sum()
    part = float(squares[~learned].sum() / total) if total else 0.0
    u = cloud.u[learned].copy()
    u[:, 0] = (u[:, 0] - cloud.uniform_share) / (1.0 - cloud.uniform_share)
    names[0] = "$u_0$ (chooses)"
    return u, names, squares[learned], part


def _title(squares: np.ndarray, choice: float | None) -> str:
    text = f"where the variance remains: (weight / mean - 1)$^2$, {squares.mean():.2g} on average"
    return text if choice is None else f"{text}; the uniform share, not shown, adds {choice:.0%} of the sum"


def _strengths(u: np.ndarray, squares: np.ndarray) -> np.ndarray:
    """Returns the share of the variance of the squares' ranks that cells explain, beyond chance.

    Returns:
      [k, k]: of each pair in 8 x 8 cells, of each latent alone in 8 on the diagonal.
    """
    n, k = u.shape
    rank = np.argsort(np.argsort(squares, kind="stable"), kind="stable") / n - 0.5
    cells = np.minimum((u * _CELLS).astype(int), _CELLS - 1)
    found = np.zeros((k, k))
    for i, j in [(i, i) for i in range(k)] + list(combinations(range(k), 2)):
        cell = cells[:, i] if i == j else cells[:, i] * _CELLS + cells[:, j]
        counts, sums = np.bincount(cell), np.bincount(cell, rank)
        some = counts > 0
        between = (np.square(sums[some]) / counts[some]).sum() / max(np.square(rank).sum(), 1e-300)
        found[i, j] = found[j, i] = between - (some.sum() - 1) / n
    return found


def _strongest_pair(strength: np.ndarray) -> tuple[int, int]:
    return max(combinations(range(len(strength)), 2), key=lambda pair: strength[pair])


def _draw_pair(figure: SubFigure, u: np.ndarray, squares: np.ndarray, names: Sequence[str]) -> None:
    panel = figure.subplots()
    bins = n_bins(len(u), a_cell=12.0, dim=2, most=48)
    box = ((0.0, 1.0), (0.0, 1.0))
    counts, first, second = np.histogram2d(u[:, 0], u[:, 1], bins, box)
    sums, _, _ = np.histogram2d(u[:, 0], u[:, 1], bins, box, weights=squares)
    mean = np.divide(sums, counts, out=np.full(counts.shape, np.nan), where=counts > 0)
    image = panel.pcolormesh(first, second, mean.T, cmap="magma", norm=_norm(mean), rasterized=True)
    panel.set(xlabel=names[0], ylabel=names[1], aspect="equal")
    panel.set_facecolor(style.shade(0.15))
    figure.colorbar(image, ax=panel, label="mean of (w / mean - 1)$^2$", extend="both")


def _norm(values: np.ndarray) -> LogNorm:
    """Returns a logarithmic scale of the middle of the values, at least a decade."""
    positive = values[np.isfinite(values) & (values > 0.0)]
    if not len(positive):
        return LogNorm(0.1, 1.0)
    low, high = np.quantile(positive, [0.02, 0.995])
    return LogNorm(max(min(low, high / 10.0), high * 1e-4), high)


def _draw_profiles(
    figure: SubFigure, u: np.ndarray, squares: np.ndarray, names: Sequence[str], strength: np.ndarray
) -> None:
    chosen = sorted(np.argsort(-strength, kind="stable")[:_MOST_PROFILES].tolist())
    panels = figure.subplots(len(chosen), 1, squeeze=False, sharex=True, sharey=True)[:, 0]
    edges = np.linspace(0.0, 1.0, _PROFILE_BINS + 1)
    for panel, axis in zip(panels, chosen, strict=True):
        counts, _ = np.histogram(u[:, axis], edges)
        sums, _ = np.histogram(u[:, axis], edges, weights=squares)
        profile = np.divide(sums, counts, out=np.full(len(counts), np.nan), where=counts > 0)
        panel.stairs(profile, edges, color=style.DRAWN, linewidth=1.6, baseline=None)
        panel.axhline(squares.mean(), **style.guide())
        panel.set_ylabel(names[axis], rotation=0, ha="right", va="center")
        panel.set_yscale("log")
        style.plain_log_axis(panel.yaxis, (1.0, 3.0))
    style.few_ticks(panels[-1], most=3)
    panels[-1].set(xlim=(0.0, 1.0), xlabel="latent")
    if len(chosen) < u.shape[1]:
        panels[0].set_title(f"{len(chosen)} of {u.shape[1]} latents", loc="left", fontsize="small")
