r"""An Asian option
===============

The right to buy at the strike, settled on the mean price of twelve months: an integral over twelve normal
steps. Far out of the money hardly any path pays; iflow learns to draw those that do. *To learn:* an option on
the geometric mean, of known price, comes along as a second integral, and is a control variate by one line::

    python examples/07_asian_option.py
"""

from pathlib import Path

import gvar
import numpy as np
from matplotlib.figure import Figure

import integrands
from iflow import Integrator
from iflow.plots import styled
from integrands.shared.asian_option import log_prices

FIGURE = Path(__file__).resolve().parents[1] / "figures" / "asian_option.png"
MONTHS, STRIKES, NAMES = 12, (100, 110, 120, 130, 140), ("asian_arithmetic", "asian_geometric")
METHODS = {"plain": "s:", "plain, control": "D--", "iflow": "^:", "iflow, control": "o-"}


@styled
def main(quick: bool = False, figure: Path = FIGURE) -> None:
    """Prices the option at every strike, prints and draws; quick=True takes few calls, for tests."""
    rng, strikes, errors = np.random.default_rng(1), STRIKES[:1] if quick else STRIKES, []
    print("strike    exact" + "".join(f"{name:>17}" for name in METHODS))
    for strike in strikes:
        mean, known = (integrands.get(name, MONTHS, strike=strike) for name in NAMES)

        def f(x, pair=(mean, known)):
            return np.stack([option(x) for option in pair], axis=1)

        integrator = Integrator(f, MONTHS, component=0, rtol=0, max_neval=40_000, flow=False, seed=1)
        result, values = integrator.integrate(), f(rng.random((40_000, MONTHS)))
        plain = gvar.gvar(values.mean(axis=0), np.cov(values.T) / len(values))
        prices = [p[0] - use * (p[1] - known.exact) for p in (plain, result.gvar) for use in (0, 1)]
        print(f"{strike:6} {mean.exact:.6f}" + "".join(f"{price!s:>17}" for price in prices), result.warnings)
        errors.append(gvar.sdev(prices) / mean.exact)
    canvas = Figure(figsize=(9.0, 3.8), layout="constrained")
    left, right = canvas.subplots(1, 2)
    for x, colour in (rng.random((60, MONTHS)), "#E69F00"), (integrator.sample(60).points, "#0072B2"):
        left.plot(np.exp(np.vstack([np.zeros(60), log_prices(x, 0.2, 0.05).T])), color=colour, alpha=0.5)
    left.axhline(strike / 100, color="black", ls="--")
    left.set(xlabel="month", ylabel="price / price today", title=f"paths for strike {strike}")
    for row, (name, look) in zip(np.transpose(errors), METHODS.items(), strict=True):
        right.plot(strikes, row, look, color="#E69F00" if "plain" in name else "#0072B2", label=name)
    right.set(yscale="log", xlabel="strike", ylabel="relative error of the price")
    right.legend()
    figure.parent.mkdir(parents=True, exist_ok=True)
    canvas.savefig(figure, dpi=150)
    print(f"figure: {figure}")


if __name__ == "__main__":
    main()
