"""A picture of how much of the workers' time is used, measured and simulated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.scaling.simulation import Outcome
from benchmarks.scaling.turns import Scaling
from iflow.plots import styled

_MARKERS = "osD^v"
_CAUSES = {"training": "#E69F00", "sampling": "#009E73", "scheduling": "#D55E00"}


@styled
def draw_scaling(
    scalings: Sequence[Scaling], simulated: Mapping[tuple[str, float, int], Outcome], path: Path
) -> None:
    """Draws what there is of them.

    Args:
      scalings: two workers and one; their ratio against the cost of a call.
      simulated: by run and engine, cost and number of workers: the share of time in which they compute
        against their number, one panel for each run and engine; below it what is lost to what.
      path: file to write.
    """
    names = list(dict.fromkeys(name for name, _, _ in simulated))
    figure = Figure(figsize=(3.4 * max(1, len(names) + bool(scalings)), 6.4), layout="constrained")
    panels = figure.subplots(2, max(1, len(names) + bool(scalings)), squeeze=False)
    if scalings:
        _ratios(panels[0][0], scalings, "whole", "whole runs")
        _ratios(panels[1][0], scalings, "measurement", "measurements alone")
    for (top, bottom), name in zip(panels.T[bool(scalings) :], names, strict=False):
        own = {(cost, n): each for (run, cost, n), each in simulated.items() if run == name}
        _shares(top, own, f"simulated: {name}")
        _losses(bottom, own)
    figure.savefig(path)


def _ratios(axes: Axes, scalings: Sequence[Scaling], what: str, title: str) -> None:
    axes.axhline(2.0, color="0.3", lw=1)
    for number, kind in enumerate(dict.fromkeys(scaling.kind for scaling in scalings)):
        own = [scaling for scaling in scalings if scaling.kind is kind]
        costs = [scaling.cost for scaling in own]
        lows, middles, highs = zip(*(scaling.quartiles(what) for scaling in own), strict=True)
        colour = f"C{number}"
        axes.plot(costs, middles, _MARKERS[number] + "-", color=colour, lw=1.5, ms=5, label=kind.name)
        axes.vlines(costs, lows, highs, color=colour, lw=1)
    axes.set(xscale="log", xlabel="seconds a call", ylabel="two workers over one", title=title)
    axes.set_ylim(0.9, 2.1)
    axes.grid()
    axes.legend(fontsize=10, loc="lower right")


def _shares(axes: Axes, outcomes: Mapping[tuple[float, int], Outcome], title: str) -> None:
    for number, cost in enumerate(dict.fromkeys(cost for cost, _ in outcomes)):
        own = {n: outcome.useful for (c, n), outcome in outcomes.items() if c == cost}
        axes.plot(
            [*own],
            [*own.values()],
            _MARKERS[number] + "-",
            color=f"C{number}",
            lw=1.5,
            ms=5,
            label=f"{cost:g} s a call",
        )
    axes.set(xscale="log", xlabel="workers", ylabel="share of time computing", title=title, ylim=(0, 1.03))
    axes.grid()
    axes.legend(fontsize=10, loc="lower left")


def _losses(axes: Axes, outcomes: Mapping[tuple[float, int], Outcome]) -> None:
    """Draws what is lost at the cost nearest to 10 ms."""
    cost = min((cost for cost, _ in outcomes), key=lambda cost: abs(cost - 1e-2))
    own = {n: outcome for (c, n), outcome in outcomes.items() if c == cost}
    for marker, (cause, colour) in zip(_MARKERS, _CAUSES.items(), strict=False):
        lost = [max(getattr(outcome, cause), 1e-5) for outcome in own.values()]
        axes.plot([*own], lost, marker + "-", color=colour, lw=1.5, ms=5, label=cause)
    axes.axhline(0.01, color="0.3", lw=1.2, ls=":")
    axes.set(xscale="log", yscale="log", xlabel="workers", ylabel=f"share lost, {cost:g} s a call")
    axes.set_ylim(5e-6, 1.5)
    axes.grid()
    axes.legend(fontsize=10, loc="upper left")
