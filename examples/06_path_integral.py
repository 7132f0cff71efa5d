r"""A path integral
===============

A particle in imaginary time, in a harmonic and in a double well: an integral over closed paths of 8 slices of
weight :math:`e^{-S}`. Partition function and propagator come from one run. *To learn:* infinite limits, a
dict of integrals whose errors partly cancel in a ratio, events; and that coordinates matter: these are modes
of the path; 16 slices taken as they are were out of reach of a million calls::

    python examples/06_path_integral.py
"""

from pathlib import Path

import gvar
import numpy as np
from matplotlib.figure import Figure

from iflow import Integrator
from iflow.plots import styled
from integrands.shared.transfer_matrix import TransferMatrix

FIGURE = Path(__file__).resolve().parents[1] / "figures" / "path_integral.png"
N, STEP, LAGS = 8, 0.7, np.arange(5)
WELLS = {"harmonic well": lambda q: 0.5 * q**2, "double well": lambda q: 0.25 * (q**2 - 2) ** 2}
MODES = np.sqrt(2 / N) * np.sin(2 * np.pi / N * np.outer(np.arange(N), np.arange(N)) + np.pi / 4)


def path_weight(z, potential):
    """Returns the weight of the path of modes z: [n, N], and times its correlation at every lag."""
    q = z @ MODES
    action = np.square(q - np.roll(q, 1, axis=1)).sum(axis=1) / (2 * STEP) + STEP * potential(q).sum(axis=1)
    weight = np.exp(-action) / (2 * np.pi * STEP) ** (N / 2)
    return {"Z": weight, "qq": np.stack([weight * (q * np.roll(q, k, axis=1)).mean(axis=1) for k in LAGS], 1)}


@styled
def main(quick: bool = False, figure: Path = FIGURE) -> None:
    """Integrates, prints and draws for both wells; quick=True takes few calls, for tests."""
    canvas = Figure(figsize=(11.5, 3.8), layout="constrained")
    *panels, right = canvas.subplots(1, 3)
    options = {"rtol": 2e-3, "max_neval": 3_000 if quick else 200_000, "flow": False, "seed": 1}
    for panel, mark, (name, well) in zip(panels, "os", WELLS.items(), strict=True):
        integrator = Integrator(lambda z, v=well: path_weight(z, v), [(-np.inf, np.inf)] * N, **options)
        result, matrix = integrator.integrate(), TransferMatrix(well, STEP, edge=6.0)
        found, exact = result["qq"].gvar / result["Z"].gvar, [matrix.correlation(N, lag) for lag in LAGS]
        print(f"{name}: {result['Z']}, exact {matrix.partition(N):.6f}\n{found}, exact\n{np.round(exact, 5)}")
        paths = integrator.unweight(40).points @ MODES[:, [*range(N), 0]]
        panel.plot(STEP * np.arange(N + 1), paths.T, color="#0072B2", alpha=0.4, lw=1)
        panel.set(title=f"{name}: 40 paths", xlabel=r"imaginary time $\tau$", ylabel="$q$", ylim=(-2.4, 2.4))
        right.errorbar(STEP * LAGS, gvar.mean(found), gvar.sdev(found), fmt=mark, color="#0072B2", label=name)
        right.plot(STEP * LAGS, exact, color="#009E73", zorder=0)
    right.set(title=r"$\langle q(0)\,q(\tau)\rangle$", xlabel=r"imaginary time $\tau$", yscale="log")
    right.legend()
    figure.parent.mkdir(parents=True, exist_ok=True)
    canvas.savefig(figure, dpi=150)
    print(f"figure: {figure}")


if __name__ == "__main__":
    main()
