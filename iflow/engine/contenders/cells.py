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


class CellsContender:
    """Cells that gather where f varies most.

    Args:
      dim: number of coordinates.
      seed: of the fits.
    """

    name = "cells"
    loss = math.nan
    stratifies = True

    def __init__(self, dim: int, *, seed: int):
        self._rng = np.random.default_rng(seed)
        self._cells = Cells([], [], dim)
        self.seconds_per_point = costs.seconds_per_point(self.name, dim)
        self.seconds_per_fit = costs.seconds_per_fit(self.name, dim)

    def proposal(self, size: float) -> Proposal:
        """Returns the cells fitted last, so many of them as each net can hit twice."""
        return Plain(self.name, self._cells.cut(math.floor(math.log2(max(size / _HITS_PER_CELL, 1.0)))))

    def fit(self, sample: Sample, beta: float) -> None:
        """Cuts the cube where |f|^beta, with the sign of f, varies."""
        log_f = beta * sample.log_f
        largest = log_f.max()
        if not np.isfinite(largest):
            return
        values = sample.sign * np.exp(log_f - largest)
        depth = min(math.floor(math.log2(max(len(values) / _POINTS_PER_CELL, 1.0))), _MOST_LEVELS)
        self._cells = fit_cells(sample.y, values, depth=depth, rng=self._rng) or self._cells
