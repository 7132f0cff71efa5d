"""Events of a muon's decay
========================

A muon decays into an electron and two neutrinos. *To learn:* how to make events of weight one and to save
them (``muon_decay.npz``), and that what is filled with them has errors: energies against the exact spectra,
with pulls::

    python examples/15_muon_events.py
"""

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

import integrands
from iflow import Integrator
from iflow.plots import styled
from integrands.shared.phase_space import momenta

FIGURE = Path(__file__).resolve().parents[1] / "figures" / "muon_decay.png"
# Integrals from 0 to z of the exact spectra 2 z^2 (3 - 2 z), Michel's, and 12 z^2 (1 - z).
EXACT = {"electron": lambda z: 2 * z**3 - z**4, "antineutrino": lambda z: 4 * z**3 - 3 * z**4}
MASS = 0.1056583755  # of the muon, in GeV


def energies(points):
    """Returns energies by name, in units of half the muon's mass, at points [n, 5] of phase space."""
    return dict(zip(EXACT, momenta(points, MASS)[:, 0] / (0.5 * MASS), strict=False))


@styled
def main(quick: bool = False, figure: Path = FIGURE) -> None:
    """Makes 2,000 events for tests (quick=True), else 100,000."""
    f = integrands.get("muon_decay")
    integrator = Integrator(f, f.dim, rtol=1e-2 if quick else 1e-3, seed=1, flow=False)
    events = integrator.unweight(2_000 if quick else 100_000, observables=energies)
    print(f"{events}\nmean energy of the electron: {events.expectation('electron')}, exact 0.7")
    figure.parent.mkdir(parents=True, exist_ok=True)
    events.save(figure.with_suffix(".npz"))
    picture, edges = Figure(figsize=(9.0, 4.2), layout="constrained"), np.linspace(0, 1, 11 if quick else 41)
    panels = picture.subplots(2, 2, sharex=True, sharey="row", height_ratios=(3, 1))
    for (top, bottom), name in zip(panels.T, EXACT, strict=True):
        h, exact = events.histogram(name, edges), f.exact * np.diff(EXACT[name](edges))
        top.stairs(exact / np.diff(edges) / f.exact, edges, color="#009E73", label="exact")
        density, error = h.density / f.exact, h.density_sdev / f.exact
        top.errorbar(h.centres, density, error, fmt="k.", markersize=4, label=f"{len(events):,} events")
        top.set_title(f"{name} from a muon's decay", loc="left")
        bottom.axhspan(-1, 1, color="0.9")
        bottom.plot(h.centres, (h.values - exact) / np.where(h.sdev > 0, h.sdev, np.inf), "k.", markersize=4)
        bottom.set(ylim=(-4, 4), xlabel=f"energy of the {name} / half the muon's mass")
        top.legend(frameon=False)
    panels[0, 0].set_ylabel(r"$(1/\Gamma)\; d\Gamma/dz$")
    panels[1, 0].set_ylabel("pull")
    picture.savefig(figure, dpi=150)
    print(f"figure: {figure}")


if __name__ == "__main__":
    main()
