r"""Two gluons make four
====================

Jets at lowest order: :math:`g g \to 4 g` at 1 TeV, with cuts on transverse momentum, rapidity and distance.
The amplitude is Parke and Taylor's at leading colour, two gluons of one helicity and four of the other; what
has other helicities, quarks, and that gluons come from protons, are left out. *To learn:* the bins of all
distributions are integrals of one run, and ratios know that they move together. Peaks in every pair, cut by
edges, are hard for all maps in 8 dimensions: expect a per cent of the total, not a tenth of one per mille::

    python examples/04_gluons.py
"""

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

import iflow
import integrands
from iflow.plots import styled
from integrands.shared.phase_space import momenta

FIGURE = Path(__file__).resolve().parents[1] / "figures" / "gluons.png"
EDGES, COLOURS = np.linspace(60, 500, 23), ("#0072B2", "#D55E00", "#E69F00", "#CC79A7")
NAMES = ("hardest", "second", "third", "softest")


def transverse(x, rank):
    """Returns the transverse momentum in GeV of the gluon of this rank, the hardest first: [n, 8] -> [n]."""
    p = momenta(x, 1000.0)
    return np.sort(np.hypot(p[:, 1], p[:, 2]), axis=0)[-1 - rank]


@styled
def main(quick: bool = False, figure: Path = FIGURE) -> None:
    """Integrates, prints and draws; quick=True takes few calls, for tests."""
    f = integrands.get("gluon_scattering", 8)
    observables = {name: (lambda x, rank=rank: transverse(x, rank), EDGES) for rank, name in enumerate(NAMES)}
    histograms, calls = iflow.Histograms(f, observables), 5_000 if quick else 500_000
    result = iflow.integrate(histograms, 8, rtol=5e-3, max_neval=calls, flow=False, seed=1)
    print(f"total {result['total']} pb, reference {f.exact} +- {f.exact_error}, {result.run.neval:,} calls")
    print(f"hardest gluon above 200 GeV: a share of {sum(result['hardest'].gvar[7:]) / result['total'].gvar}")
    canvas = Figure(figsize=(9.0, 4.4), layout="constrained")
    upper, lower = canvas.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    for name, colour in zip(NAMES, COLOURS, strict=True):
        density, error = histograms.density(name, result)
        upper.stairs(density, EDGES, color=colour, label=name)
        upper.errorbar(0.5 * (EDGES[1:] + EDGES[:-1]), density, error, fmt="none", ecolor=colour)
        lower.stairs(100 * error / density, EDGES, color=colour)
    upper.set(yscale="log", ylabel="pb / GeV", title=f"$gg \\to 4g$ at 1 TeV: {result['total']} pb")
    lower.set(yscale="log", ylabel="error / %", xlabel="transverse momentum / GeV")
    upper.legend(title="gluon")
    figure.parent.mkdir(parents=True, exist_ok=True)
    canvas.savefig(figure, dpi=150)
    print(f"figure: {figure}")


if __name__ == "__main__":
    main()
