"""What a run has learned
======================

A curved ridge on a plane without limits. *To learn:* one picture shows where points are drawn and where the
integrand is, the other where in the unit cube variance remains, and a page in HTML all there is to know of
the run. What the pictures take is evaluated outside of the result::

    python examples/16_pictures.py
"""

from pathlib import Path

import numpy as np

from iflow import Integrator, plots
from iflow.plots import styled

FIGURE = Path(__file__).resolve().parents[1] / "figures" / "learned.png"


def banana(x: np.ndarray) -> np.ndarray:
    """A Gaussian of x0, and one of x1 around x0^2: [n, 2] -> [n]; its integral is pi sqrt(3) / 5."""
    return np.exp(-((x[:, 0] - 1.0) ** 2) / 0.6 - (x[:, 1] - x[:, 0] ** 2) ** 2 / 0.2)


@styled
def main(quick: bool = False, figure: Path = FIGURE) -> None:
    """Integrates and draws; quick=True takes a larger error and writes no page, for tests."""
    region = [(-np.inf, np.inf), (-np.inf, np.inf)]
    integrator = Integrator(banana, region, rtol=1e-2 if quick else 1e-3, seed=1, progress=not quick)
    result = integrator.integrate()
    print(f"{result}, exact: {np.pi * np.sqrt(3.0) / 5.0:.6f}")

    # The points are evaluated once more, outside of the result; both pictures and the page share them.
    cloud = integrator.cloud(2_000 if quick else 20_000)
    figure.parent.mkdir(parents=True, exist_ok=True)
    integrator.plot(figure, kind="density")
    print(f"figure: {figure}")
    variance = figure.with_stem(f"{figure.stem}-variance")
    plots.latent_weights(cloud, path=variance)
    print(f"figure: {variance}")
    if not quick:
        page = figure.with_suffix(".html")
        integrator.report(page, title="A banana")
        print(f"page: {page}")


if __name__ == "__main__":
    main()
