r"""A path integral
===============

A particle in imaginary time, in a harmonic and in a double well: an integral over closed paths of 8 slices
with weight :math:`e^{-S}`. The partition function :math:`Z` and the propagator :math:`\langle q(0)\, q(\tau) \rangle`
come from one run, and their errors cancel in the ratio; the exact values are traces of the transfer matrix. *To
learn:* infinite limits, a dict of integrals with their covariance, events as paths of equal weight - and that
coordinates matter: in the modes of the kinetic term it takes seconds, in the slices themselves it fails::

    python examples/06_path_integral.py
"""

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from iflow import Integrator
from iflow.plots import styled

FIGURE = Path(__file__).resolve().parents[1] / "figures" / "path_integral.png"
N, STEP, LAGS = 8, 0.7, np.arange(5)
WELLS = {"harmonic well": lambda q: 0.5 * q**2, "double well": lambda q: 0.5 * (q**2 - 2) ** 2}
ANGLES = 2 * np.pi * np.outer(np.arange(N), np.arange(N)) / N
WIDTHS = 1 / np.sqrt((2 - 2 * np.cos(ANGLES[1])) / STEP + STEP)  # of the modes, in the harmonic well
MODES = WIDTHS[:, None] * (np.cos(ANGLES) + np.sin(ANGLES)) / np.sqrt(N)  # rows: the path of each


def path_weight(z, potential):
    """Returns the weight of the paths of the modes z: [n, N], and times the correlation at every lag."""
    q = z @ MODES
    action = np.square(q - np.roll(q, 1, axis=1)).sum(axis=1) / (2 * STEP) + STEP * potential(q).sum(axis=1)
    weight = WIDTHS.prod() * np.exp(-action) / (2 * np.pi * STEP) ** (N / 2)
    return {"Z": weight, "qq": np.stack([weight * (q * np.roll(q, k, axis=1)).mean(axis=1) for k in LAGS], 1)}


def exact(potential):
    """Returns the partition function and the propagator at every lag, by the transfer matrix on a grid."""
    q, h = np.linspace(-6, 6, 201, retstep=True)
    half = np.exp(-0.5 * STEP * potential(q))
    hop = h * half * half[:, None] * np.exp(-((q - q[:, None]) ** 2) / (2 * STEP)) / np.sqrt(2 * np.pi * STEP)
    far = [np.linalg.matrix_power(hop, n) for n in range(N + 1)]
    z = np.trace(far[N])
    return z, np.array([np.sum(q * far[k].T * (q[:, None] * far[N - k])) / z for k in LAGS])


@styled
def main(quick: bool = False, figure: Path = FIGURE) -> None:
    """Integrates, prints and draws for both wells; quick=True takes a coarse target, for tests."""
    canvas, options = Figure(figsize=(9.0, 6.6), layout="constrained"), {"rtol": 0.1 if quick else 3e-3, "seed": 1}
    for (left, right), (name, potential) in zip(canvas.subplots(2, 2), WELLS.items(), strict=True):
        integrator = Integrator(
            lambda z, v=potential: path_weight(z, v), [(-np.inf, np.inf)] * N, max_neval=200_000, flow=False, **options
        )
        result, (z, correlation) = integrator.integrate(), exact(potential)
        print(f"{name}: Z = {result['Z']}, exact {z:.6f}")
        print(result.run.summary())
        ratio = result["qq"].gvar / result["Z"].gvar
        print(ratio, correlation)
        paths = integrator.unweight(20).points @ MODES
        times = STEP * np.arange(N + 1)
        left.plot(times, np.column_stack([paths, paths[:, 0]]).T, color="#0072B2", alpha=0.4, lw=1)
        right.errorbar(STEP * LAGS, [r.mean for r in ratio], [r.sdev for r in ratio], fmt="o", color="#0072B2")
        right.plot(STEP * LAGS, correlation, color="#009E73")
    figure.parent.mkdir(parents=True, exist_ok=True)
    canvas.savefig(figure, dpi=150)
    print(f"figure: {figure}")


if __name__ == "__main__":
    main()
