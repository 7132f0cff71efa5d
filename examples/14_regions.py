"""Regions that are no box
=======================

A plane, polar coordinates, a sum over integers with an integral in it, and a disc: each beside its exact
value, and the points that iflow drew, coloured by weight. *To learn:* the function itself never sees a
Jacobian::

    python examples/14_regions.py
"""

from math import inf, lgamma, pi
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

import iflow
from iflow.plots import styled

FIGURE = Path(__file__).resolve().parents[1] / "figures" / "regions.png"


def polar(t):
    """Returns points of the plane for (r, phi), [n, 2], and the Jacobian r, [n]."""
    return t[:, :1] * np.stack([np.cos(t[:, 1]), np.sin(t[:, 1])], axis=1), t[:, 0]


def poisson(k, rate):
    """Returns the probability of k events, [n]."""
    return np.exp(k * np.log(rate) - rate - np.array([lgamma(n + 1) for n in k]))


PLANE, QUARTER = [(-inf, inf)] * 2, iflow.Change([(0, 1), (0, pi / 2)], polar)
# Each with f, its region, and the exact value; 0.0903... is a Bessel function, J1(16).
CASES = {
    "two peaks": (lambda x: sum(np.exp(-np.square(x - c).sum(1)) for c in (30, 40)), PLANE, 2 * pi),
    "a wave": (lambda x: np.square(np.sin(8 * x[:, 0])), QUARTER, pi / 8 - pi / 64 * 0.0903971757),
    "a sum over k": (poisson, {"k": iflow.Integers(0, inf), "rate": (0, 10)}, 10.0),
    "a disc": (lambda p: np.square(p - 1).sum(1), {"p": iflow.ball(2)}, 2.5 * pi),
}


@styled
def main(quick: bool = False, figure: Path = FIGURE) -> None:
    """Integrates over every region; quick=True takes a larger error, for tests."""
    canvas = Figure(figsize=(7.0, 6.4), layout="constrained")
    for panel, (name, (f, region, exact)) in zip(canvas.subplots(2, 2).flat, CASES.items(), strict=True):
        integrator = iflow.Integrator(f, region, rtol=1e-2 if quick else 1e-4, seed=1)
        result, events = integrator.integrate(), integrator.sample(500 if quick else 2_000)
        print(f"{name:<12}  {result}, exact {exact:.7f}, pull {(result.mean - exact) / result.sdev:+.1f}")
        heavy = events.weights > 1e-3 * events.weights.max()
        panel.scatter(*events.points[heavy, :2].T, s=3, c=events.weights[heavy], linewidths=0)
        panel.set(title=name, xlabel=integrator.names[0], ylabel=integrator.names[1])
    figure.parent.mkdir(parents=True, exist_ok=True)
    canvas.savefig(figure, dpi=150)
    print(f"figure: {figure}")


if __name__ == "__main__":
    main()
