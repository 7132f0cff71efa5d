"""Three kinds of densities of one coordinate, fitted to the same one, with CDF and inverse."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes

from docs.drawings.paper import BLUE, GREEN, ORANGE, canvas, save

_BINS = 6
_KINDS = {
    "linear": "piecewise linear",
    "quadratic": "piecewise quadratic",
    "rational-quadratic": "rational-quadratic",
}


def target(x: np.ndarray) -> np.ndarray:
    """Returns a density on [0, 1] with two bumps, not normalised, [n]."""
    return np.exp(-(((x - 0.3) / 0.1) ** 2)) + 0.6 * np.exp(-(((x - 0.72) / 0.14) ** 2)) + 0.05


def fitted(kind: str, steps: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Returns x, density and CDF of a flow of one coordinate, fitted to the target, [n] each."""
    from iflow.flow import build_flow
    from iflow.options import FlowOptions, TrainingOptions
    from iflow.training import Trainer

    flow = build_flow(1, FlowOptions(coupling=kind, bins=_BINS, repeats=1), seed=1)
    y = np.linspace(0.0, 1.0, 4_097)[1:] - 0.5 / 4_096
    trainer = Trainer(flow, TrainingOptions(batch=512, learning_rate=2e-2))
    rng = np.random.default_rng(1)
    trainer.fit(y[:, np.newaxis], np.log(target(y)), np.zeros(len(y)), steps=steps, rng=rng)
    log_density = flow.log_density(y[:, np.newaxis])
    density = np.exp(log_density)
    return y, density, np.cumsum(density) / density.sum()


def show_density(panel: Axes, x: np.ndarray, density: np.ndarray, title: str) -> None:
    """Draws a density over the target."""
    truth = target(x) / target(x).mean()
    panel.fill_between(x, truth, color=GREEN, alpha=0.25, linewidth=0.0, label="target")
    panel.plot(x, density, color=BLUE, label="density")
    panel.set(title=title, xlim=(0, 1), ylim=(0, 1.25 * truth.max()), xticks=[0, 1])


def show_cdf(panel: Axes, x: np.ndarray, cdf: np.ndarray) -> None:
    """Draws the CDF, and how evenly spaced latents become points that crowd where the density is high."""
    panel.plot(x, cdf, color=BLUE)
    for u in (np.arange(12) + 0.5) / 12:
        point = float(np.interp(u, cdf, x))
        panel.plot([0.0, point, point], [u, u, 0.0], color=ORANGE, linewidth=0.7)
    panel.set(xlim=(0, 1), ylim=(0, 1), xticks=[0, 1], yticks=[0, 1], xlabel="point x")


def draw(path: Path, *, quick: bool = False) -> None:
    """Draws densities above, CDFs below."""
    figure = canvas(9.0, 4.6)
    panels = figure.subplots(2, 3)
    # Each kind takes TensorFlow seconds to trace: one is enough for a test.
    for column, (kind, title) in enumerate(list(_KINDS.items())[: 1 if quick else None]):
        x, density, cdf = fitted(kind, 2 if quick else 300)
        show_density(panels[0, column], x, density, title)
        show_cdf(panels[1, column], x, cdf)
    panels[0, 0].legend(loc="upper right")
    panels[0, 0].set_ylabel("density")
    panels[1, 0].set_ylabel("latent u = CDF")
    save(figure, path)
