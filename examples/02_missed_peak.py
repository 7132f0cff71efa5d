r"""A peak that VEGAS misses
========================

Three equal peaks in 8 dimensions, 500,000 calls at most each. With all of the seeds 1 to 5 VEGAS adapts to
the peak that it meets first and forgets the others: it reports a third of the integral with an error of a few
per mille and a :math:`Q` of 0.04 to 0.76. *To learn:* a small error is no proof. iflow first learns a
flattened :math:`|f|^\beta`, which leads to all three; had it not reached :math:`\beta=1`, it would say so::

    python examples/02_missed_peak.py
"""

from pathlib import Path

import numpy as np
import vegas
from matplotlib.figure import Figure

import iflow
import integrands
from iflow.plots import styled
from integrands.peaks import centres

FIGURE = Path(__file__).resolve().parents[1] / "figures" / "missed_peak.png"
DIM, CALLS = 8, 500_000


def by_vegas(batched, seed):
    """Returns the result of VEGAS, of ten iterations after ten that adapt, and points of its map [n, 8]."""
    integrator = vegas.Integrator([[0, 1]] * DIM, ran_array_generator=np.random.default_rng(seed).random)
    _, result = (integrator(batched, nitn=10, neval=CALLS // 20, adapt=adapt) for adapt in (True, False))
    return result, np.concatenate([x.copy() for x, _ in integrator.random_batch()])


@styled
def main(quick: bool = False, figure: Path = FIGURE) -> None:
    """Integrates with both, prints and draws; quick=True takes one seed, for tests."""
    f = integrands.get("peaks", DIM, count=3, width=0.03)
    options = {"max_neval": 20_000, "flow": False} if quick else {"max_neval": CALLS, "rtol": 1e-4}
    canvas = Figure(figsize=(10.5, 3.7), layout="constrained")
    *squares, values = canvas.subplots(1, 3)
    for seed in range(1, 2 if quick else 6):
        integrator = iflow.Integrator(f, DIM, seed=seed, **options)
        (third, points), whole = by_vegas(vegas.lbatchintegrand(f), seed), integrator.integrate()
        print(f"seed {seed}: VEGAS {third}, Q = {third.Q:.2f}; iflow {whole}; exact {f.exact:.6f}")
        for found, look in (third, "^#D55E00"), (whole, "o#0072B2"):
            values.errorbar(seed, found.mean, 4 * found.sdev, fmt=look[0], color=look[1:], markersize=7)
    clouds = (points, "VEGAS", "#D55E00"), (integrator.cloud(2000).x, "iflow", "#0072B2")
    for panel, (x, name, colour) in zip(squares, clouds, strict=True):
        panel.plot(*x[:: len(x) // 2000, :2].T, ".", color=colour, markersize=2, alpha=0.6)
        panel.plot(*centres(DIM, 3, 1)[:, :2].T, "o", mfc="none", mec="#009E73", ms=24, mew=2)
        panel.set(xlim=(0, 1), ylim=(0, 1), aspect="equal", title=f"{name}: $x_1$ over $x_0$")
    values.set(ylim=(0, 1.15), xlabel="seed", title="integrals, with 4 errors")
    values.axhline(f.exact, color="#009E73", zorder=0)
    figure.parent.mkdir(parents=True, exist_ok=True)
    canvas.savefig(figure, dpi=150)
    print(f"figure: {figure}")


if __name__ == "__main__":
    main()
