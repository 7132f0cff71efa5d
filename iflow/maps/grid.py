"""The VEGAS map: each axis on its own, stretched where |f| is large."""

from __future__ import annotations

import numpy as np

from iflow.maps.spline_grid import spaced

# Effective points that an increment is made of: fewer make the map follow noise.
_PER_INCREMENT = 100.0
_FEWEST, _MOST = 8, 1000


class Grid:
    """Independent axes whose densities are constant on increments of equal probability.

        q(y) = prod_i 1 / (n width_i(y_i))

    Args:
      nodes: ends of the increments, increasing from 0 to 1, [dim, n + 1].

    Reference:
      Lepage, arXiv:2009.05112, section II; `vegas.AdaptiveMap` does the arithmetic.
    """

    def __init__(self, nodes: np.ndarray):
        from vegas import AdaptiveMap  # takes a moment to import

        self._nodes = np.ascontiguousarray(nodes)
        self._map = AdaptiveMap(self._nodes)
        self.latent_dim = len(nodes)

    def __getstate__(self) -> dict[str, np.ndarray]:
        """Returns the nodes, which are all there is."""
        return {"nodes": self._nodes}

    def __setstate__(self, state: dict[str, np.ndarray]) -> None:
        """Makes the grid of these nodes."""
        Grid.__init__(self, state["nodes"])

    def place(self, u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Returns points y [n, dim] and log q(y) [n] for latents u [n, dim]."""
        u = np.ascontiguousarray(u)
        y, slope = np.empty(u.shape), np.empty(len(u))
        self._map.map(u, y, slope)
        return y, self._log_density_at(u)

    def log_density(self, y: np.ndarray) -> np.ndarray:
        """Returns log q at points y [n, dim], [n]."""
        y = np.ascontiguousarray(y)
        u, slope = np.empty(y.shape), np.empty(len(y))
        self._map.invmap(y, u, slope)
        return self._log_density_at(u)

    def _log_density_at(self, u: np.ndarray) -> np.ndarray:
        # Axis by axis: the product of many slopes may be too small for a float.
        log_q: np.ndarray = -np.log(self._map.jac1d(u)).sum(axis=1)
        return log_q


def fit_grid(y: np.ndarray, weight: np.ndarray, *, floor: float) -> Grid:
    """Returns the grid on which the marginals of weighted points are flat.

    Args:
      y: points of the cube, [n, dim].
      weight: >= 0, any normalisation, not all 0, [n].
      floor: share of the uniform density in that of each axis, in (0, 1).
    """
    share = weight / weight.sum()
    n_effective = 1.0 / float(np.square(share).sum())
    # Equal weights must not lose an increment to rounding, which differs between versions of NumPy.
    n_increments = int(np.clip((1.0 + 1e-9) * n_effective / _PER_INCREMENT, _FEWEST, _MOST))
    levels = np.linspace(0.0, 1.0, n_increments + 1)
    nodes = np.empty((y.shape[1], n_increments + 1))
    for axis in range(y.shape[1]):
        order = np.argsort(y[:, axis])
        positions = np.concatenate([[0.0], y[order, axis], [1.0]])
        middle = np.cumsum(share[order]) - 0.5 * share[order]
        cdf = (1.0 - floor) * np.concatenate([[0.0], middle, [1.0]]) + floor * positions
        nodes[axis] = spaced(np.interp(levels, cdf, positions))
    return Grid(nodes)
