"""What the figures share: colours, a canvas, and the function that all proposals are shown on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from iflow.engine.replay import Sample

BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "0.6"


def canvas(width: float, height: float) -> Figure:
    """Returns an empty figure of this size in inches."""
    return Figure(figsize=(width, height), layout="constrained")


def save(figure: Figure, path: Path) -> None:
    """Writes a figure with few colours, so that files are small."""
    figure.savefig(path, dpi=150, pil_kwargs={"optimize": True})


def ridge(x: np.ndarray) -> np.ndarray:
    """Returns a bent ridge, [n], at points x [n, 2] of the unit square."""
    along, across = x[:, 0] - 0.5, x[:, 1] - 0.2 - 2.2 * (x[:, 0] - 0.5) ** 2
    return np.exp(-((along / 0.3) ** 2) - (across / 0.06) ** 2)


def lattice(n: int) -> np.ndarray:
    """Returns the middles of n x n equal cells of the square, row by row, [n * n, 2]."""
    axis = (np.arange(n) + 0.5) / n
    return np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)


def uniform_sample(n: int, seed: int = 1) -> Sample:
    """Returns evaluated uniform points of the ridge to learn from."""
    y = np.random.default_rng(seed).random((n, 2))
    f = ridge(y)
    with np.errstate(divide="ignore"):
        return Sample(y=y, log_f=np.log(f), log_q=np.zeros(n), sign=np.sign(f))
