"""Several integrals at once
=========================

Electrons and positrons make pairs of muons, below the Z and with a soft photon: the cross section and the
distribution of the muon's angle in 40 bins. *To learn:* all 41 integrals share every point, and know it. The
bins sum to the total, error included, and in the share of the forward half numerator and denominator move
together::

    python examples/08_several.py
"""

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

import iflow
from iflow.plots import styled

FIGURE = Path(__file__).resolve().parents[1] / "figures" / "several.png"


def amplitude_squared(x):
    """Returns (1 + cos^2) with an asymmetry and a soft photon's energy spectrum, for x [n, 3], [n]."""
    cosine, energy = 2.0 * x[:, 0] - 1.0, x[:, 1]
    return (1.0 + cosine**2 + 0.4 * cosine) / (energy + 0.01) * np.exp(-3.0 * x[:, 2] * energy)


@styled
def main(quick: bool = False, figure: Path = FIGURE) -> None:
    """Integrates and draws; quick=True takes fewer calls, for tests."""
    edges = np.linspace(-1.0, 1.0, 41)
    f = iflow.Histograms(amplitude_squared, {"cosine": (lambda x: 2.0 * x[:, 0] - 1.0, edges)})
    result = iflow.integrate(f, 3, rtol=0, max_neval=20_000 if quick else 500_000, seed=1, flow=False)
    total, forward = result["total"].gvar, sum(result["cosine"].gvar[20:])
    print(f"total {result['total']}, sum of the bins {sum(result['cosine'].gvar)}, {result.neval:,} calls")
    print(f"forward share {forward / total}, exact {0.5 + 0.2 / (2.0 + 2.0 / 3.0):.5f}")
    density, sdev = f.density("cosine", result)
    centres = 0.5 * (edges[1:] + edges[:-1])
    exact = (1.0 + centres**2 + 0.4 * centres + 0.05**2 / 12.0) / (2.0 + 2.0 / 3.0) * total.mean

    print(f"chi2 of the 40 bins {np.square((density - exact) / sdev).sum():.1f}")

    canvas = Figure(figsize=(6.0, 4.6), layout="constrained")
    top, bottom = canvas.subplots(2, sharex=True, height_ratios=(3, 1))
    top.stairs(density, edges, color="#0072B2", alpha=0.35, fill=True, label="iflow")
    top.plot(centres, exact, color="#009E73", label="exact shape")
    top.set(ylabel="cross section per unit")
    top.legend(loc="upper center")
    bottom.axhline(1.0, color="#009E73")
    bottom.errorbar(centres, density / exact, sdev / exact, fmt="o", color="#0072B2", markersize=3)
    bottom.set(xlabel="cosine of the muon's angle", ylabel="iflow / exact")
    figure.parent.mkdir(parents=True, exist_ok=True)
    canvas.savefig(figure, dpi=150)
    print(f"figure: {figure}")


if __name__ == "__main__":
    main()
