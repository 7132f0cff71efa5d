"""A run from its history: who drew, how far weights scattered, and how the error of the measurement fell."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes

import iflow
import integrands
from docs.drawings.paper import GREEN, canvas, save
from iflow.plots.style import of_proposal, plain_log_axis, short


def show_race(panel: Axes, rows: tuple[iflow.Iteration, ...]) -> None:
    """Draws each batch of survey and training as a bar from its first to its last call."""
    named: set[str] = set()
    for row in rows:
        if row.phase == "measurement":
            continue
        style = of_proposal(row.proposal)
        label = None if row.proposal in named else row.proposal
        named.add(row.proposal)
        begin = row.total_neval - row.neval
        panel.plot(
            [begin, row.total_neval], [row.deviation] * 2, color=style["color"], linewidth=4.0, label=label
        )
        panel.plot(
            begin + 0.5 * row.neval, row.deviation, color=style["color"], marker=style["marker"], markersize=8
        )
    panel.set(yscale="log", ylabel="scatter of f/q", xlabel="calls", title="survey and race")
    plain_log_axis(panel.yaxis)
    panel.xaxis.set_major_formatter(lambda number, _: short(number))
    panel.legend(fontsize="small")


def show_measurement(panel: Axes, rows: tuple[iflow.Iteration, ...], exact: float) -> None:
    """Draws the estimate after each round of the measurement, relative to the exact value."""
    measured = [row for row in rows if row.phase == "measurement"]
    style = of_proposal(measured[-1].proposal)
    calls = [row.total_neval for row in measured]
    means = np.array([row.running_mean for row in measured]) / exact - 1.0
    errors = np.array([row.running_sdev for row in measured]) / exact
    panel.errorbar(calls, 1e4 * means, 1e4 * errors, color=style["color"], marker=style["marker"], capsize=3)
    panel.axhline(0.0, color=GREEN, linestyle="--", label="exact")
    panel.set(
        xlabel="calls", ylabel=r"$10^4$ (estimate / exact - 1)", title=f"measurement: {measured[-1].proposal}"
    )
    panel.xaxis.set_major_formatter(lambda number, _: short(number))
    panel.legend(fontsize="small")


def draw(path: Path, *, quick: bool = False) -> None:
    """Integrates the camel in 4 dimensions and draws its history."""
    f = integrands.get("camel", 4)
    result = iflow.integrate(f, 4, rtol=1e-2 if quick else 3e-5, seed=3, flow=False)
    figure = canvas(9.0, 3.4)
    left, right = figure.subplots(1, 2, width_ratios=(1.5, 1.0))
    show_race(left, result.history)
    show_measurement(right, result.history, f.exact)
    print(f"{result}, exact {f.exact:.8f}, {result.neval:,} calls, drawn from {result.proposal}")
    save(figure, path)
