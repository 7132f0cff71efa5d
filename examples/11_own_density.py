"""A coupling density of one's own
===============================

Towards y = 0 the integrand :math:`(1/2 + x) y^{x - 1/2}` goes to infinity or to 0. *To learn:* a density
takes a class of three methods. One that is a power needs one number where bins need dozens, and is right up
to the edge. Colours are weights, and 1 is perfect::

    python examples/11_own_density.py
"""

from pathlib import Path

import tensorflow as tf
from matplotlib.figure import Figure

import iflow
from iflow.plots import styled

FIGURE = Path(__file__).resolve().parents[1] / "figures" / "own_density.png"


class Power:
    """Densities a x^(a - 1) on [0, 1]: the CDF is x^a, and a network computes log a, [1, n]."""

    n_params = staticmethod(lambda bins: 1)

    def __init__(self, parameters):
        self.log_a = parameters[0]

    def cdf(self, x):
        """Returns the CDF and the log density at x, both [n]."""
        log_a = tf.cast(self.log_a, x.dtype)
        return x ** tf.exp(log_a), log_a + tf.math.expm1(log_a) * tf.math.log(x)

    def quantile(self, u):
        """Returns x where the CDF is u, and the log density there, both [n]."""
        x = u ** tf.exp(-tf.cast(self.log_a, u.dtype))
        return x, self.cdf(x)[1]


@styled
def main(quick: bool = False, figure: Path = FIGURE) -> None:
    """Trains a flow of each kind; quick=True trains one, and hardly, for tests."""
    kinds = [("one's own", Power), ("linear", "linear"), ("quadratic", "quadratic")][: 1 if quick else 3]
    how = {"rtol": 0.0, "max_neval": 20_000, "seed": 1, "flow": True, "steps": 1 if quick else 60}
    canvas = Figure(figsize=(10.0, 3.8), layout="constrained")
    for panel, (name, kind) in zip(canvas.subplots(1, 3), kinds, strict=False):
        f = iflow.Integrator(lambda x: (0.5 + x[:, 0]) * x[:, 1] ** (x[:, 0] - 0.5), 2, coupling=kind, **how)
        result, events = f.integrate(), f.sample(4_000)
        print(f"{name:<9}  {result}, exact 1, deviation of the weights {events.weights.std():.3f}")
        points = panel.scatter(*events.points.T, s=2, c=events.weights, vmin=0, vmax=2, cmap="coolwarm")
        panel.set(yscale="log", ylim=(1e-5, 1), xlabel="x", ylabel="y", title=name)
    canvas.colorbar(points, label="weight", ax=canvas.axes)
    figure.parent.mkdir(parents=True, exist_ok=True)
    canvas.savefig(figure, dpi=150)
    print(f"figure: {figure}")


if __name__ == "__main__":
    main()
