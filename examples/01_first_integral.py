r"""A first integral
================

Two peaks in a 4-dimensional cube take a function of many points and one call: iflow looks for them, learns
where they are, freezes what it has learned, and only then measures. *To learn:* how to call
:func:`iflow.integrate` and to read its result. Plain Monte Carlo's error falls like :math:`n^{-1/2}`; what
has been learned takes iflow far below that::

    python examples/01_first_integral.py
"""

from math import erf, pi
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

import iflow
from iflow.plots import styled

FIGURE = Path(__file__).resolve().parents[1] / "figures" / "first_integral.png"
EXACT = 2 * (pi**0.5 / 10 * (erf(5 / 3) + erf(10 / 3))) ** 4


def f(x):
    """Returns the sum of two round peaks at points x: [n, 4] -> [n]."""
    near, far = np.square(x - 1 / 3).sum(axis=1), np.square(x - 2 / 3).sum(axis=1)
    return np.exp(-25 * near) + np.exp(-25 * far)


@styled
def main(quick: bool = False, figure: Path = FIGURE) -> None:
    """Integrates, prints and draws; quick=True takes a coarse target, for tests."""
    result = iflow.integrate(f, 4, rtol=1e-3 if quick else 3e-5, seed=1)
    print(f"{result.summary()}\nexact {EXACT:.9f}, pull {(result.mean - EXACT) / result.sdev:+.1f}")
    calls = np.arange(1, result.neval + 1)
    values = f(np.random.default_rng(1).random((result.neval, 4))) / EXACT
    plain = np.cumsum(values) / calls
    error = np.sqrt((np.cumsum(values**2) / calls - plain**2) / calls)
    print(f"plain Monte Carlo {EXACT * plain[-1]:.6f} +- {EXACT * error[-1]:.6f} from as many calls")
    canvas = Figure(figsize=(9.0, 3.8), layout="constrained")
    left, right = canvas.subplots(1, 2)
    left.fill_between(calls, plain - error, plain + error, fc="#E69F00", alpha=0.35, label="plain, 1 sdev")
    right.plot(calls[500:], error[500:], color="#E69F00", lw=2.5, label="plain Monte Carlo")
    for phase, look in {"survey": "s#999999", "training": "^#999999", "measurement": "o#0072B2"}.items():
        rows = [row for row in result.history if row.phase == phase]
        at, mean, sdev = np.array([(row.total_neval, row.mean / EXACT, row.sdev / EXACT) for row in rows]).T
        left.errorbar(at, mean, sdev, fmt=look[0], color=look[1:])
        right.plot(at, sdev, look[0], color=look[1:], label=f"iflow: {phase}")
    left.axhline(1, color="#009E73", label="exact")
    left.set(xscale="log", xlim=(800, None), ylim=(0.85, 1.15), xlabel="calls", ylabel="estimate / exact")
    right.set(xscale="log", yscale="log", xlabel="calls", ylabel="error / exact")
    left.legend(loc="lower right"), right.legend()
    figure.parent.mkdir(parents=True, exist_ok=True)
    canvas.savefig(figure, dpi=150)
    print(f"figure: {figure}")


if __name__ == "__main__":
    main()
