"""Regions that are no box: infinite limits, polar coordinates, a sum over integers, names, a disc.

Run it with `python examples/14_regions.py`. It prints each integral beside its exact value and draws the
points that iflow chose, coloured by weight, in figures/regions.png.
"""

import math
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

import iflow

FIGURE = Path(__file__).resolve().parents[1] / "figures" / "regions.png"


def polar(t):
    """Returns points of the plane for (r, phi) and the Jacobian r."""
    return t[:, :1] * np.stack([np.cos(t[:, 1]), np.sin(t[:, 1])], axis=1), t[:, 0]


CASES = {
    "two far Gaussians on the plane": (
        lambda x: sum(np.exp(-np.square(x - c).sum(axis=1)) for c in (30.0, 40.0)),
        [(-math.inf, math.inf)] * 2,
        2 * math.pi,
    ),
    "a wave on a quarter disc": (
        lambda x: np.square(np.sin(8 * x[:, 0])),
        iflow.Change([(0, 1), (0, math.pi / 2)], polar),
        math.pi / 8 - math.pi / 64 * 0.0903971757,
    ),
    "a Poisson law, its rate integrated": (
        lambda k, rate: np.exp(k * np.log(rate) - rate - np.array([math.lgamma(n + 1) for n in k])),
        {"k": iflow.Integers(0, math.inf), "rate": (0, 10)},
        10.0,
    ),
    "squared distance in a disc": (lambda p: np.square(p - 1).sum(1), {"p": iflow.ball(2)}, 2.5 * math.pi),
}


def main(quick: bool = False, figure: Path = FIGURE) -> None:
    """Integrates over every region; quick=True takes a small budget, for tests."""
    canvas = Figure(figsize=(14, 3.6), layout="constrained")
    for panel, (name, (f, region, exact)) in zip(canvas.subplots(1, len(CASES)), CASES.items(), strict=True):
        integrator = iflow.Integrator(f, region, max_neval=10_000 if quick else 100_000, seed=1)
        result, events = integrator.integrate(), integrator.sample(500 if quick else 3_000)
        print(f"{name:<36} {result}, exact: {exact:.6f}  ({result.neval:,} calls)")
        weight = np.abs(events.weights)
        heavy = weight > 1e-3 * weight.max()
        panel.scatter(*events.points[heavy, :2].T, s=3, c=weight[heavy], linewidths=0)
        panel.set(title=name, xlabel=integrator.names[0], ylabel=integrator.names[1])
    figure.parent.mkdir(exist_ok=True)
    canvas.savefig(figure, dpi=150)
    print(f"\nfigure: {figure}")


if __name__ == "__main__":
    main()
