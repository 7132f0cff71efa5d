r"""Bayesian evidence and the posterior
===================================

Ten points on a straight line, two of which lie: each is an outlier with a probability that is unknown, like
slope and intercept. The integral of the likelihood over the prior is the evidence, which compares models;
events of weight one are independent draws from the posterior. *To learn:* one run gives both, with errors::

    python examples/05_evidence.py
"""

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

import integrands
from iflow import Integrator
from iflow.plots import styled
from integrands.line_fit import TIMES, VALUES

FIGURE = Path(__file__).resolve().parents[1] / "figures" / "evidence.png"
SHOWN = (1.4, 2.6), (-3.0, 5.0), (0.0, 0.9)


def parameters(x):
    """Returns what the coordinates [n, 3] of the prior's cube stand for, by name."""
    return {"slope": 4 * x[:, 0], "intercept": 20 * x[:, 1] - 10, "share of outliers": x[:, 2]}


@styled
def main(quick: bool = False, figure: Path = FIGURE) -> None:
    """Integrates, draws from the posterior and shows it; quick=True takes few events, for tests."""
    f = integrands.get("line_fit")
    integrator = Integrator(f, 3, rtol=1e-2 if quick else 1e-4, seed=1)
    result = integrator.integrate()
    events = integrator.unweight(500 if quick else 50_000, observables=parameters)
    print(f"evidence {result}, exact {f.exact:.7g}, pull {(result.mean - f.exact) / result.sdev:+.1f}")
    for name, values in events.observables.items():
        print(f"{name:<18} {events.expectation(name)}, 68% in {np.quantile(values, (0.16, 0.84)).round(3)}")
    canvas = Figure(figsize=(7.4, 7.0), layout="constrained")
    panels = canvas.subplot_mosaic([["00", "data", "data"], ["10", "11", "."], ["20", "21", "22"]])
    data, (names, draws) = panels.pop("data"), zip(*events.observables.items(), strict=True)
    for line in zip(draws[0][:100], draws[1][:100], strict=True):
        data.plot(TIMES, np.polyval(line, TIMES), color="#0072B2", alpha=0.08)
    data.errorbar(TIMES, VALUES, 1, fmt="o", color="#D55E00")
    data.set(title=f"evidence {result}, exact {f.exact:.7g}", xlabel="t", ylabel="y")
    for key, panel in panels.items():
        row, column = map(int, key)
        if row == column:
            panel.hist(draws[row], 50, range=SHOWN[row], color="#0072B2", alpha=0.6)
        else:
            panel.hist2d(draws[column], draws[row], 50, range=(SHOWN[column], SHOWN[row]), cmap="Blues")
        panel.set(xlabel=names[column] if row == 2 else "", ylabel=names[row] if row > column == 0 else "")
    figure.parent.mkdir(parents=True, exist_ok=True)
    canvas.savefig(figure, dpi=150)
    print(f"figure: {figure}")


if __name__ == "__main__":
    main()
