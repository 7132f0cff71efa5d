"""No map, and maps of single axes."""

from __future__ import annotations

import math

import numpy as np

from iflow.engine import costs
from iflow.engine.contenders.contender import DEFENCE
from iflow.engine.replay import Sample
from iflow.maps.grid import fit_grid
from iflow.maps.spline_fit import fit_spline_grid
from iflow.maps.spline_grid import flat_spline_grid
from iflow.proposal import Plain, Proposal, Uniform


class UniformContender:
    """No map at all."""

    name = "uniform"
    loss = math.nan
    stratifies = False
    seconds_per_fit = 0.0

    def __init__(self, dim: int):
        self._dim = dim
        self.seconds_per_point = costs.seconds_per_point("uniform", dim)

    def proposal(self, size: float) -> Proposal:
        """Returns the uniform proposal."""
        return Uniform(self._dim)

    def fit(self, sample: Sample, beta: float) -> None:
        """Learns nothing."""


class GridContender:
    """The VEGAS map."""

    name = "grid"
    loss = math.nan
    stratifies = False

    def __init__(self, dim: int):
        self._floor = DEFENCE / dim
        self._proposal: Proposal = Uniform(dim)
        self.seconds_per_point = costs.seconds_per_point(self.name, dim)
        self.seconds_per_fit = costs.seconds_per_fit(self.name, dim)

    def proposal(self, size: float) -> Proposal:
        """Returns the grid fitted last; uniform before."""
        return self._proposal

    def fit(self, sample: Sample, beta: float) -> None:
        """Lays the increments where |f|^beta is."""
        weight = _weights(sample.log_weight(beta))
        if weight.any():
            self._proposal = Plain(self.name, fit_grid(sample.y, weight, floor=self._floor))


class SplineContender:
    """The smooth map of single axes."""

    name = "spline grid"
    loss = math.nan
    stratifies = False

    def __init__(self, dim: int):
        self._floor, self._grid = DEFENCE / dim, flat_spline_grid(dim)
        self.seconds_per_point = costs.seconds_per_point(self.name, dim)
        self.seconds_per_fit = costs.seconds_per_fit(self.name, dim)

    def proposal(self, size: float) -> Proposal:
        """Returns the map fitted last."""
        return Plain(self.name, self._grid)

    def fit(self, sample: Sample, beta: float) -> None:
        """Fits the density of each axis to |f|^beta."""
        weight = _weights(sample.log_weight(beta))
        if weight.any():
            self._grid = fit_spline_grid(sample.y, weight, self._grid, floor=self._floor)


def _weights(log_weight: np.ndarray) -> np.ndarray:
    """Returns weights relative to the largest one."""
    largest = log_weight.max()
    return np.exp(log_weight - largest) if np.isfinite(largest) else np.zeros(len(log_weight))
