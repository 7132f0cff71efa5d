"""Fits a spline grid to weighted points: the log of each axis' density is a penalised cubic spline.

    log p(y) = sum_k c_k B_k(y) - log Z(c)
    c = argmax  sum_j w_j log p(y_j) - penalty/2 |second differences of c|^2

Reference:
  Kooperberg, Stone, Comput. Stat. Data Anal. 12 (1991) 327 (log-spline densities); Eilers, Marx, Stat.
  Sci. 11 (1996) 89 (penalised splines).
"""

from __future__ import annotations

import numpy as np

from iflow.maps.bspline import CubicBasis
from iflow.maps.spline_grid import N_CELLS, SplineGrid, spaced

_N_KNOTS = 24
# Share of knots and cells that are laid out evenly, whatever the density looks like.
_EVEN = 0.4
# Strong to weak, in units of one effective point.
_PENALTIES = 10.0 ** np.arange(4.0, -4.0, -1.0)
_MOST_NEWTON_STEPS = 30
_TINY = 1e-9
_LARGEST_LOG = 600.0


def fit_spline_grid(y: np.ndarray, weight: np.ndarray, start: SplineGrid, *, floor: float) -> SplineGrid:
    """Returns the grid whose axes have the densities of weighted points.

    The penalty of each axis is the one that Akaike's criterion likes best, with the effective number
    of points in place of their number.

    Args:
      y: points of the cube, [n, dim].
      weight: >= 0, any normalisation, not all 0, [n].
      start: the grid in whose cells the points are counted; its successor has cells of its own.
      floor: share of the uniform density in that of each axis, in (0, 1).
    """
    share = weight / weight.sum()
    n_effective = 1.0 / float(np.square(share).sum())
    edges, heights = np.empty_like(start.edges), np.empty_like(start.heights)
    for axis in range(y.shape[1]):
        count, _ = np.histogram(y[:, axis], bins=start.edges[axis], weights=share)
        edges[axis], density = _fit_axis(start.edges[axis], count, n_effective)
        heights[axis] = (1.0 - floor) * density + floor
    return SplineGrid(edges, heights)


def _fit_axis(edges: np.ndarray, count: np.ndarray, n_effective: float) -> tuple[np.ndarray, np.ndarray]:
    """Returns new edges [cells + 1] and the density there, from the weights counted in each old cell."""
    knots = np.pad(_dense_where(edges, count, _N_KNOTS), 3, mode="edge")
    basis, width = CubicBasis(knots, 0.5 * (edges[1:] + edges[:-1])), np.diff(edges)
    fit = _Fit(basis, width, basis.mean(count))
    differences = np.diff(np.eye(basis.size), 2, axis=0)
    roughness = differences.T @ differences / n_effective
    c, best, best_score = np.zeros(basis.size), np.zeros(basis.size), np.inf
    for penalty in _PENALTIES:
        c = fit.maximise(c, penalty * roughness)
        score = fit.degrees_of_freedom(c, penalty * roughness) - n_effective * fit.log_likelihood(c)
        if score < best_score:
            best, best_score = c, score
    log_norm = fit.log_norm(best)
    new_edges = _dense_where(edges, np.exp(basis.spline(best) - log_norm) * width, N_CELLS + 1)
    log_density = CubicBasis(knots, new_edges).spline(best) - log_norm
    density = np.exp(np.clip(log_density, -_LARGEST_LOG, _LARGEST_LOG))
    # The old cells are coarse: where the peak is new, their sum is not the integral.
    return new_edges, density / (0.5 * np.diff(new_edges) @ (density[1:] + density[:-1]))


class _Fit:
    """The likelihood of one axis.

    Args:
      basis: of the splines, in the middle of each cell.
      width: of the cells, [cells].
      mean: average of the basis over the points, [K].
    """

    def __init__(self, basis: CubicBasis, width: np.ndarray, mean: np.ndarray):
        self._basis, self._log_width, self._mean = basis, np.log(width), mean

    def log_norm(self, c: np.ndarray) -> float:
        log_mass = self._basis.spline(c) + self._log_width
        largest = log_mass.max()
        return float(largest + np.log(np.exp(log_mass - largest).sum()))

    def log_likelihood(self, c: np.ndarray) -> float:
        return float(self._mean @ c) - self.log_norm(c)

    def maximise(self, c: np.ndarray, penalty: np.ndarray) -> np.ndarray:
        """Returns the maximum of the penalised likelihood by Newton's method, from c on."""
        goal = self.log_likelihood(c) - 0.5 * c @ penalty @ c
        for _ in range(_MOST_NEWTON_STEPS):
            expected, hessian = self._moments(c)
            gradient = self._mean - expected - penalty @ c
            step = np.linalg.solve(hessian + penalty + _TINY * np.eye(len(c)), gradient)
            promised = float(gradient @ step)
            scale = 1.0
            while scale > 1e-4:
                trial = c + scale * step
                reached = self.log_likelihood(trial) - 0.5 * trial @ penalty @ trial
                if reached >= goal + 1e-4 * scale * promised:
                    break
                scale *= 0.5
            else:
                return c
            c, goal = trial, reached
            if promised < _TINY:
                break
        return c

    def degrees_of_freedom(self, c: np.ndarray, penalty: np.ndarray) -> float:
        """Returns the effective number of parameters that the penalty leaves."""
        _, hessian = self._moments(c)
        return float(np.trace(np.linalg.solve(hessian + penalty + _TINY * np.eye(len(c)), hessian)))

    def _moments(self, c: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        log_mass = self._basis.spline(c) + self._log_width
        mass = np.exp(log_mass - log_mass.max())
        mass /= mass.sum()
        expected = self._basis.mean(mass)
        return expected, self._basis.gram(mass) - np.outer(expected, expected)


def _dense_where(edges: np.ndarray, mass: np.ndarray, n: int) -> np.ndarray:
    """Returns n positions from 0 to 1, dense where the density is large: like its square root."""
    width = np.diff(edges)
    root = np.sqrt(mass * width)
    steps = _EVEN * width + (1.0 - _EVEN) * root / root.sum()
    cdf = np.concatenate([[0.0], np.cumsum(steps)])
    positions = np.interp(np.linspace(0.0, cdf[-1], n), cdf, edges)
    return spaced(positions)
