"""The distribution of the weights, and its tail."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from iflow.plots import style
from iflow.plots.settings import styled
from iflow.statistics.tail import tail_size
from iflow.statistics.weight_histogram import WeightHistogram

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure

    from iflow.result import Result

_TAIL = "#D55E00"


@styled
def weights(
    result: Result, *, figure: Figure | SubFigure | None = None, path: str | Path | None = None
) -> Figure:
    """Draws how the measured weights are distributed, and how heavy their tail is.

    The lower curve is each bin's share of the sum of squares: where the variance comes from. The largest
    weights, beyond the threshold, are what the Pareto index is fitted to; the fit is the dashed line.

    Args:
      result: finished or as it stands.
      figure: to draw into, a figure or a part of one; None makes one.
      path: file to write; its ending sets the format. None writes nothing.
    """
    figure = style.begin(figure, 9.0, 4.2)
    panel = figure.subplots()
    draw_distribution(panel, result)
    panel.set_title("weights: narrow around 1 is good", loc="left", fontweight="bold")
    return style.finish(figure, path)


def draw_distribution(panel: Axes, result: Result) -> None:
    """Draws the weights of a result, their squares and their tail, on one panel."""
    histogram = result.weight_histogram
    if not histogram.counts.any():
        return style.say(panel, "nothing to show: no nonzero value was measured")
    draw_counts(panel, histogram, label="points", color=style.shade(1.0))
    middle = np.sqrt(histogram.edges[1:] * histogram.edges[:-1])
    squares = histogram.counts * np.square(middle)
    squares_share = squares.reshape(-1, 2).sum(axis=1) / squares.sum()
    edges = histogram.edges[::2]
    panel.stairs(
        squares_share, edges, label="sum of squares", color=style.DRAWN, linewidth=1.2, linestyle=":"
    )
    _draw_tail(panel, histogram, result.tail_index)
    n = histogram.counts.sum() + histogram.n_zero
    # The few small weights that make a long tail to the left do no harm: a thousandth stays outside.
    first = np.searchsorted(histogram.counts.cumsum(), 1e-3 * histogram.counts.sum())
    high = histogram.edges[np.flatnonzero(histogram.counts)[-1] + 1]
    left, right = np.clip(histogram.edges[first] / 2.0, 1e-6, 0.1), max(high * 3.0, 10.0)
    panel.axvline(1.0, **style.guide())
    panel.set(xscale="log", yscale="log", xlim=(left, right), ylim=(0.3 / n, 3.0))
    panel.set(xlabel="|weight| / mean weight", ylabel="share")
    facts = (
        f"{histogram.n_zero:,} of {n:,} points have f = 0",
        f"effective sample size {result.ess:,.0f}",
        f"largest weight: {result.max_weight_share:.2g} of the sum",
    )
    for fact in facts:
        panel.plot([], [], " ", label=fact)
    panel.legend(**style.LEGEND, fontsize="small", loc="upper left", bbox_to_anchor=(1.0, 1.0))


def share_of_zeros(weights: WeightHistogram) -> str:
    """Returns " (12% are 0)"; nothing where hardly any weight is."""
    n = weights.counts.sum() + weights.n_zero
    share = weights.n_zero / n if n else 0.0
    if share < 0.005:
        return ""
    return f" ({share:.0%} are 0)" if share < 0.995 else " (over 99% are 0)"


def draw_counts(panel: Axes, weights: WeightHistogram, label: str, **look: Any) -> None:
    """Draws the share of the points in each bin, as steps; weights of 0 have no place on a log axis."""
    n = weights.counts.sum() + weights.n_zero
    if not weights.counts.any():
        return
    # Two bins in one: half the resolution draws a calmer line.
    counts, edges = weights.counts.reshape(-1, 2).sum(axis=1), weights.edges[::2]
    panel.stairs(counts / n, edges, label=label, linewidth=1.5, **look)


def _draw_tail(panel: Axes, histogram: WeightHistogram, index: float) -> None:
    """Marks where the tail begins, and draws the Pareto law of this index that has its median."""
    size = tail_size(int(histogram.counts.sum()))
    if math.isnan(index) or not size:
        panel.plot([], [], " ", label="tail: too few points to tell")
        return
    if index == -math.inf:
        panel.plot([], [], " ", label="tail: bounded")
        return
    words = (
        "heavy: do not trust the error" if index > 0.6 else "finite variance" if index < 0.5 else "borderline"
    )
    beyond = histogram.counts[::-1].cumsum()[::-1]
    start = int(np.flatnonzero(beyond >= size)[-1])
    threshold = histogram.edges[start]
    counts, edges = histogram.counts[start:], histogram.edges[start:]
    panel.axvline(threshold, color=_TAIL, linewidth=0.9, label=f"tail: the largest {size:,}")
    label = f"Pareto index {index:.2f} ({words})"
    shares = _pareto_shares(counts, edges, index)
    n = histogram.counts.sum() + histogram.n_zero
    # The histogram is drawn two bins in one.
    middle = np.sqrt(edges[1:] * edges[:-1])
    seen = 2.0 * shares * beyond[start] / n
    panel.plot(middle, np.where(seen > 0.0, seen, np.nan), "--", color=_TAIL, linewidth=1.3, label=label)


def _pareto_shares(counts: np.ndarray, edges: np.ndarray, index: float) -> np.ndarray:
    """Returns the share of a generalised Pareto law in each bin; its scale is that of the counts' median.

    P(excess > z) = (1 + index z / scale)^(-1 / index),   median = scale (2^index - 1) / index
    """
    excess = edges - edges[0]
    half = int(np.searchsorted(counts.cumsum(), 0.5 * counts.sum()))
    median = max(0.5 * (excess[half] + excess[half + 1]), 1e-300)
    if abs(index) < 1e-6:
        survival = np.exp(-excess * math.log(2.0) / median)
    else:
        scale = median * index / (2.0**index - 1.0)
        survival = np.maximum(1.0 + index * excess / scale, 0.0)
        survival = np.where(survival > 0.0, np.power(np.maximum(survival, 1e-300), -1.0 / index), 0.0)
    return survival[:-1] - survival[1:]
