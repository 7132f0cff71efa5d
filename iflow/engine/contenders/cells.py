"""Cells that gather where f varies."""

from __future__ import annotations

import math

import numpy as np

from iflow.engine import costs
from iflow.engine.replay import Sample
from iflow.maps.cells import Cells
from iflow.maps.cells_fit import fit_cells
from iflow.proposal import Plain, Proposal

# Levels of cells: so few that several evaluated points lie in each, and that nets hit each twice.
_POINTS_PER_CELL, _HITS_PER_CELL, _MOST_LEVELS = 4, 2, 16
# Evaluated points that a fit looks at, at most: neighbours of many more take long to find.
_MOST_POINTS = 1 << 17


class CellsContender:
    """Cells that gather where f varies most.

    They are cut when they are asked for: few for the small nets of a pilot, many for the measurement.

    Args:
      dim: number of coordinates.
      seed: of the fits.
    """

    name = "cells"
    loss = math.nan
    stratifies = True

    def __init__(self, dim: int, *, seed: int):
        self._dim, self._seed = dim, seed
        self._y, self._values = np.empty((0, dim)), np.empty(0)
        self._cells: Cells | None = None
        self.seconds_per_point = costs.seconds_per_point(self.name, dim)
        self.seconds_per_fit = costs.seconds_per_fit(self.name, dim)

    def proposal(self, size: float) -> Proposal:
        """Returns so many cells as each net can hit twice, cut by what was learned last."""
        hit_twice = math.floor(math.log2(max(size / _HITS_PER_CELL, 1.0)))
        resolved = math.floor(math.log2(max(len(self._y) / _POINTS_PER_CELL, 1.0)))
        depth = min(hit_twice, resolved, _MOST_LEVELS)
        if self._cells is None or self._cells.depth < depth:
            rng = np.random.default_rng([self._seed, len(self._y)])
            cells = fit_cells(self._y, self._values, depth=depth, rng=rng) if depth else None
            self._cells = cells or Cells([], [], self._dim)
        return Plain(self.name, self._cells.cut(depth))

    def fit(self, sample: Sample, beta: float) -> None:
        """Learns how |f|^beta, with the sign of f, varies."""
        log_f = beta * sample.log_f
        largest = log_f.max()
        if not np.isfinite(largest):
            return
        n = len(log_f)
        chosen = np.arange(n)
        if n > _MOST_POINTS:
            chosen = np.random.default_rng([self._seed, n]).choice(n, size=_MOST_POINTS, replace=False)
        self._y, self._values = sample.y[chosen], sample.sign[chosen] * np.exp(log_f[chosen] - largest)
        self._cells = None
