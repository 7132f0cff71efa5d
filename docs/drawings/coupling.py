"""What two couplings do to a square grid of latents."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import tensorflow as tf
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from docs.drawings.learned import learned
from docs.drawings.paper import BLUE, GREEN, ORANGE, canvas, lattice, ridge, save
from iflow.engine.contenders import FlowContender

_LINES, _STEPS = 21, 201


def grid_lines() -> np.ndarray:
    """Returns lines of constant first and then of constant second coordinate, [2 lines, steps, 2]."""
    levels, along = np.linspace(0.0, 1.0, _LINES), np.linspace(0.0, 1.0, _STEPS)
    upright = np.stack(np.meshgrid(levels, along, indexing="ij"), axis=-1)
    return np.concatenate([upright, upright[..., ::-1]])


def show(panel: Axes, lines: np.ndarray, title: str) -> None:
    """Draws the lines: those of constant u_1 in blue, those of constant u_2 in orange."""
    half = len(lines) // 2
    for part, colour in ((lines[:half], BLUE), (lines[half:], ORANGE)):
        panel.add_collection(LineCollection(list(part), colors=colour, linewidths=0.8))
    panel.set(
        aspect="equal", xlim=(-0.01, 1.01), ylim=(-0.01, 1.01), xticks=[0, 1], yticks=[0, 1], title=title
    )


def draw(path: Path, *, quick: bool = False) -> None:
    """Draws the grid, what the first coupling makes of it, and the second, over lines of equal f."""
    contender = learned("flow", quick=quick)
    if not isinstance(contender, FlowContender):
        raise TypeError(f"a flow is needed, got {contender.name}")
    figure = canvas(9.0, 3.3)
    panels = figure.subplots(1, 3)
    lines = grid_lines()
    show(panels[0], lines, "latents u")
    points = tf.constant(lines.reshape(-1, 2))
    for panel, coupling, title in zip(
        panels[1:],
        contender.learner.flow.couplings,
        ("after one coupling", "after two: points y"),
        strict=True,
    ):
        points, _ = coupling.forward_and_log_det(points)
        show(panel, points.numpy().reshape(lines.shape), title)
    axis = (np.arange(100) + 0.5) / 100
    f = ridge(lattice(100)).reshape(100, 100)
    panels[2].contour(axis, axis, f, levels=[0.1, 0.5], colors=GREEN, linewidths=1.5)
    save(figure, path)
