"""How the lessons draw points of the square and sheets of pictures."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import PowerNorm

BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "0.6"


def points(panel: Axes, x: np.ndarray, title: str) -> None:
    """Draws how densely points [n, 2] lie in the unit square; few points show too."""
    panel.hist2d(*x.T, bins=64, range=[[0, 1], [0, 1]], cmap="Blues", norm=PowerNorm(0.5))
    panel.set(aspect="equal", xticks=[0, 1], yticks=[0, 1], title=title)


def sheet(panel: Axes, pictures: np.ndarray, columns: int, title: str = "") -> None:
    """Draws pictures [n, side, side], ink in black, side by side in rows of so many."""
    rows = len(pictures) // columns
    framed = np.pad(pictures[: rows * columns], [(0, 0), (1, 1), (1, 1)], constant_values=0.0)
    side = framed.shape[1]
    tiles = framed.reshape(rows, columns, side, side).swapaxes(1, 2).reshape(rows * side, columns * side)
    panel.imshow(tiles, cmap="gray_r", vmin=0.0, vmax=1.0, interpolation="nearest")
    panel.set(title=title, xticks=[], yticks=[])
    for spine in panel.spines.values():
        spine.set_visible(False)
