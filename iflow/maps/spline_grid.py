"""A smooth map for each axis on its own."""

from __future__ import annotations

import numpy as np

N_CELLS = 1024
_LEAST_WIDTH = 1e-12


def spaced(positions: np.ndarray) -> np.ndarray:
    """Returns increasing positions from 0 to 1 with no two closer than about 1e-12, [n]."""
    width = np.maximum(np.diff(positions), _LEAST_WIDTH)
    ends = np.concatenate([[0.0], np.cumsum(width)])
    return ends / ends[-1]


class SplineGrid:
    """Independent axes whose densities are continuous: linear between the edges of many cells.

        q(y) = prod_i p_i(y_i)

    A VEGAS map's Jacobian has jumps, which cost nets their fast convergence; this one has none.

    Args:
      edges: of the cells, increasing from 0 to 1, [dim, cells + 1].
      heights: density at the edges, > 0, any normalisation, [dim, cells + 1].
    """

    def __init__(self, edges: np.ndarray, heights: np.ndarray):
        self.latent_dim = len(edges)
        self.edges = edges
        area = 0.5 * np.diff(edges, axis=1) * (heights[:, 1:] + heights[:, :-1])
        self.heights = heights / area.sum(axis=1, keepdims=True)
        cdf = np.cumsum(area, axis=1)
        self._cdf = np.concatenate([np.zeros((len(edges), 1)), cdf / cdf[:, -1:]], axis=1)

    def place(self, u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Returns points y [n, dim] and log q(y) [n] for latents u [n, dim]."""
        y, log_q = np.empty_like(u), np.zeros(len(u))
        for axis in range(self.latent_dim):
            edges, cdf, heights = self.edges[axis], self._cdf[axis], self.heights[axis]
            cell = np.searchsorted(cdf[1:-1], u[:, axis], side="right")
            left, width = heights[cell], edges[cell + 1] - edges[cell]
            slope = (heights[cell + 1] - left) / width
            rest = np.maximum(u[:, axis] - cdf[cell], 0.0)
            # The root of  left t + slope t^2 / 2 = rest  that does not cancel.
            root = np.sqrt(np.maximum(left * left + 2.0 * slope * rest, 0.0))
            step = np.clip(2.0 * rest / (left + root), 0.0, width)
            y[:, axis] = edges[cell] + step
            log_q += np.log(left + slope * step)
        return y, log_q

    def log_density(self, y: np.ndarray) -> np.ndarray:
        """Returns log q at points y [n, dim], [n]."""
        log_q = np.zeros(len(y))
        for axis in range(self.latent_dim):
            log_q += np.log(np.interp(y[:, axis], self.edges[axis], self.heights[axis]))
        return log_q


def flat_spline_grid(dim: int) -> SplineGrid:
    """Returns the grid of equal cells with density 1 everywhere."""
    edges = np.tile(np.linspace(0.0, 1.0, N_CELLS + 1), (dim, 1))
    return SplineGrid(edges, np.ones_like(edges))
