"""Displaces nets, each in its own way, so that they do not all miss the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

# In the middle of an axis a net is displaced by no more than so many of its intervals.
_MOST_INTERVALS = 8.0


@dataclass(frozen=True)
class Dither:
    """A smooth map of the unit cube to itself, close to the identity: u + 4 a u (1 - u) = t on each axis.

    A net of n points has one in each of the n intervals of an axis, and all randomisations of it have the
    same intervals. Where f jumps at the end of an interval but for a small part of it, that part counts by
    the one point in n replicates that falls there; the others agree on what is wrong, and their spread
    does not tell. Displaced by some intervals, of random size, replicates differ in where within an
    interval the jump is, and they spread by as much as they err.

    Points t that are uniform become points u of density prod_j (1 + 4 a_j (1 - 2 u_j)).

    Args:
      strength: a of each axis, [dim], between -1/4 and 1/4.
    """

    strength: np.ndarray

    @classmethod
    def drawn(cls, dim: int, n: int, seed: np.random.SeedSequence, *, most: float) -> Dither:
        """Returns one at random; of the same seed it is the same.

        Args:
          dim: number of axes.
          n: points that the net begins with.
          seed: of the strengths.
          most: part of an axis that no point is displaced by more than, below 1/4.
        """
        own = np.random.SeedSequence(seed.entropy, spawn_key=(*seed.spawn_key, 0))
        most = min(_MOST_INTERVALS / n, most)
        return cls(np.random.default_rng(own).uniform(-most, most, dim))

    def displace(self, t: np.ndarray) -> np.ndarray:
        """Returns u at points t [n, dim], strictly inside the unit cube."""
        slope = 1.0 + 4.0 * self.strength
        u = 2.0 * t / (slope + np.sqrt(slope * slope - 16.0 * self.strength * t))
        return np.clip(u, np.finfo(float).tiny, 1.0 - 2.0**-53)

    def log_density(self, u: np.ndarray) -> np.ndarray:
        """Returns the logarithm of the density of points u, [n, dim] -> [n]."""
        log_density: np.ndarray = np.log(np.prod(1.0 + 4.0 * self.strength * (1.0 - 2.0 * u), axis=1))
        return log_density


def log_density(latents: Sequence[np.ndarray], dithers: Sequence[Dither | None]) -> np.ndarray | None:
    """Returns the log density of latents, [n]; None where all are uniform.

    Args:
      latents: in parts, [n_i, dim] each.
      dithers: by which each part was displaced; None for one that was not.
    """
    if all(dither is None for dither in dithers):
        return None
    parts = zip(latents, dithers, strict=True)
    return np.concatenate([np.zeros(len(u)) if d is None else d.log_density(u) for u, d in parts])
