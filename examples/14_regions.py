"""
Regions that are no box
=======================

A plane without limits, polar coordinates, a sum over integers together with an integral, and a disc: each
beside its exact value, and the points that iflow drew, coloured by weight. f itself never sees a Jacobian::

    python examples/14_regions.py
"""


import math
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

import iflow
from iflow.plots import styled

FIGURE = Path(__file__).resolve().parents[1] / "figures" / "regions.png"
PLANE = [(-math.inf, math.inf), (-math.inf, math.inf)]


def polar(t):
    """Returns points of the plane for (r, phi) and the Jacobian r."""
    return t[:, :1] * np.stack([np.cos(t[:, 1]), np.sin(t[:, 1])], axis=1), t[:, 0]


def poisson(k, rate):
    """Returns the probability of k events, [n]."""
    return np.exp(k * np.log(rate) - rate - np.array([math.lgamma(n + 1) for n in k]))


# By name: f, region, and the exact value, which has a Bessel function in the second case.
CASES = {
    "two peaks": (lambda x: sum(np.exp(-np.square(x - c).sum(axis=1)) for c in (30, 40)), PLANE, 2 * math.pi),
    "a wave": (
        lambda x: np.square(np.sin(8 * x[:, 0])),
        iflow.Change([(0, 1), (0, math.pi / 2)], polar),
        math.pi / 8 - math.pi / 64 * 0.0903971757,
    ),
    "a sum over k": (poisson, {"k": iflow.Integers(0, math.inf), "rate": (0, 10)}, 10.0),
    "a disc": (lambda p: np.square(p - 1).sum(axis=1), {"p": iflow.ball(2)}, 2.5 * math.pi),
}


@styled
def main(quick: bool = False, figure: Path = FIGURE) -> None:
    """Integrates over every region; quick=True takes a small budget, for tests."""
    canvas, rtol, n = Figure(figsize=(7.0, 6.4), layout="constrained"), *((1e-2, 500) if quick else (1e-4, 4_000))
    for panel, (name, (f, region, exact)) in zip(canvas.subplots(2, 2).flat, CASES.items(), strict=True):
        integrator = iflow.Integrator(f, region, rtol=rtol, seed=1)
        result, events = integrator.integrate(), integrator.sample(n)
        print(f"{name:<12}  {result}, exact {exact:.7f}, pull {(result.mean - exact) / result.sdev:+.1f}")
        points = events.points[events.weights > 1e-3 * events.weights.max()]
        panel.scatter(*events.points[:, :2].T, s=3, c=events.weights, linewidths=0)
        panel.set(title=name, xlabel=integrator.names[0], ylabel=integrator.names[1])
    figure.parent.mkdir(parents=True, exist_ok=True)
    canvas.savefig(figure, dpi=150)
    print(f"figure: {figure}")


if __name__ == "__main__":
    main()
