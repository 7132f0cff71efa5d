"""Cells of equal probability: the cube halved again and again, where f varies most."""

from __future__ import annotations

import math

import numpy as np


class Cells:
    """A binary tree of cuts; each half of a cell holds half of its probability.

        q(y) = 2^-depth / volume(cell of y)

    The cells are dyadic boxes of the latents, which the points of a scrambled net hit equally often: a
    net of at least twice as many points as there are cells is a stratified sample of them.

    Args:
      axes: coordinate that each cell of a level is cut along, [depth] arrays of [1, 2, 4, ...].
      positions: where, strictly inside the cell, of the same shapes.
      dim: number of coordinates.

    Reference:
      Press, Farrar, Computers in Physics 4 (1990) 190 (recursive stratified sampling).
    """

    def __init__(self, axes: list[np.ndarray], positions: list[np.ndarray], dim: int):
        self.latent_dim = dim
        self._axes, self._positions = axes, positions
        self._low, self._high = bounds(axes, positions, dim)
        log_volume = np.log(self._high - self._low).sum(axis=1)
        self._log_q = -log_volume - self.depth * math.log(2.0)

    @property
    def depth(self) -> int:
        """Levels of cuts; there are 2^depth cells."""
        return len(self._axes)

    @property
    def volumes(self) -> np.ndarray:
        """Volume of each cell, [2^depth]."""
        return np.prod(self._high - self._low, axis=1)

    def cut(self, depth: int) -> Cells:
        """Returns the tree without its levels beyond this depth."""
        depth = max(depth, 0)
        return Cells(self._axes[:depth], self._positions[:depth], self.latent_dim)

    def place(self, u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Returns points y [n, dim] and log q(y) [n] for latents u [n, dim]."""
        rest, rows, cell = u.copy(), np.arange(len(u)), np.zeros(len(u), dtype=np.intp)
        for axes in self._axes:
            axis = axes[cell]
            doubled = 2.0 * rest[rows, axis]
            right = doubled >= 1.0
            rest[rows, axis] = doubled - right
            cell = 2 * cell + right
        low = self._low[cell]
        return low + rest * (self._high[cell] - low), self._log_q[cell]

    def log_density(self, y: np.ndarray) -> np.ndarray:
        """Returns log q at points y [n, dim], [n]."""
        return self._log_q[self.find(y)]

    def find(self, y: np.ndarray) -> np.ndarray:
        """Returns the numbers of the cells that points y [n, dim] lie in, [n]."""
        rows, cell = np.arange(len(y)), np.zeros(len(y), dtype=np.intp)
        for axes, positions in zip(self._axes, self._positions, strict=True):
            cell = 2 * cell + (y[rows, axes[cell]] >= positions[cell])
        return cell


def bounds(axes: list[np.ndarray], positions: list[np.ndarray], dim: int) -> tuple[np.ndarray, np.ndarray]:
    """Returns the lower and upper corners of the cells that the cuts leave, [2^depth, dim] each."""
    low, high = np.zeros((1, dim)), np.ones((1, dim))
    for axis, position in zip(axes, positions, strict=True):
        low, high = halves(low, high, axis, position)
    return low, high


def halves(
    low: np.ndarray, high: np.ndarray, axis: np.ndarray, position: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Returns the corners of the halves of n cells, [2 n, dim] each: those of cell i are 2 i and 2 i + 1.

    Args:
      low: lower corners of the cells, [n, dim].
      high: upper corners, [n, dim].
      axis: coordinate that each is cut along, [n].
      position: where, [n].
    """
    first = 2 * np.arange(len(axis))
    low, high = np.repeat(low, 2, axis=0), np.repeat(high, 2, axis=0)
    high[first, axis] = position
    low[first + 1, axis] = position
    return low, high
