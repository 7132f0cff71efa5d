r"""Feynman integrals
=================

A one-loop box with a top quark and a Higgs boson, a massless box off the mass shell, and the wheel with three
spokes, :math:`6\,\zeta(3)` at three loops, in Feynman parameters after sector decomposition. *To learn:* with
:func:`iflow.compare` plain Monte Carlo, VEGAS and iflow spend equal numbers of calls, learning included.
Lines are the errors that a method reports, hollow marks how far off it was, crosses what iflow itself calls
unreliable::

    python examples/03_feynman.py
"""

from pathlib import Path

from matplotlib.figure import Figure

import integrands
from iflow import compare
from iflow.comparison import comparison_table
from iflow.plots import styled

FIGURE = Path(__file__).resolve().parents[1] / "figures" / "feynman.png"
CASES = {"one-loop box": ("box", 3), "massless box": ("box_offshell", 3), "wheel, 3 spokes": ("wheel", 5)}
LOOKS = ("s:", "#E69F00"), ("^--", "#D55E00"), ("o-", "#0072B2")


@styled
def main(quick: bool = False, figure: Path = FIGURE) -> None:
    """Compares at ever larger budgets, prints and draws; quick=True takes small ones, for tests."""
    budgets = (1_000, 2_000) if quick else (3_000, 10_000, 30_000, 100_000)
    canvas = Figure(figsize=(11.0, 3.8), layout="constrained")
    for panel, (title, (name, dim)) in zip(canvas.subplots(1, 3), CASES.items(), strict=True):
        f = integrands.get(name, dim)
        rounds = [compare(f, dim, max_neval=budget, flow=False, seed=1) for budget in budgets]
        print(comparison_table(rounds[-1:]), end="\n\n")
        for method, (mark, colour) in enumerate(LOOKS):
            runs = [comparison.runs[method] for comparison in rounds]
            calls, errors = [run.neval for run in runs], [run.sdev / f.exact for run in runs]
            panel.plot(calls, errors, mark, color=colour, label=runs[0].method.split(" (")[0])
            panel.plot(calls, [abs(run.mean / f.exact - 1) for run in runs], mark[0], mec=colour, mfc="none")
            doubted = [n for n, run in enumerate(runs) if run.reliable is False]
            panel.plot([calls[n] for n in doubted], [errors[n] for n in doubted], "kx", markersize=9)
        panel.set(xscale="log", yscale="log", title=title, xlabel="calls, learning included")
    canvas.axes[0].set_ylabel("relative error")
    canvas.axes[0].plot([], [], "ko", mfc="none", label="true deviation")
    canvas.axes[0].plot([], [], "kx", markersize=9, label="called unreliable")
    canvas.legend(*canvas.axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=5)
    figure.parent.mkdir(parents=True, exist_ok=True)
    canvas.savefig(figure, dpi=150)
    print(f"figure: {figure}")


if __name__ == "__main__":
    main()
