"""Latents of the unit cube: scrambled Sobol points or pseudo-random ones, each stream of its own seed."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from iflow.points import sobol


class Points(Protocol):
    """A stream of latents that goes on where it stopped."""

    def take(self, n: int) -> np.ndarray:
        """Returns the next n latents, [n, dim], strictly inside the unit cube."""


class SobolPoints:
    """One randomisation of the Sobol sequence; its first 2^m points are a net for every m.

    Args:
      dim: number of coordinates of a latent.
      seed: of the scrambling (a random linear matrix and a digital shift).

    Reference:
      Matousek, J. Complexity 14 (1998) 527.
    """

    def __init__(self, dim: int, seed: np.random.SeedSequence):
        rng = np.random.default_rng(seed)
        self._points: Points
        self._points = sobol.Sobol(dim, rng) if dim <= sobol.MOST_DIMENSIONS else _ScipySobol(dim, rng)

    def take(self, n: int) -> np.ndarray:
        """Returns the next n latents, [n, dim]; the first n taken should be a power of 2."""
        return self._points.take(n)


class _ScipySobol:
    """Scrambled Sobol points of more coordinates than there are direction numbers of ours."""

    def __init__(self, dim: int, rng: np.random.Generator):
        from scipy.stats.qmc import Sobol  # takes a second to import

        self._sobol = Sobol(dim, scramble=True, bits=sobol.BITS, rng=rng)

    def take(self, n: int) -> np.ndarray:
        """Returns the next n points, [n, dim], in the middle of their intervals."""
        u: np.ndarray = self._sobol.random(n) + 2.0 ** -(sobol.BITS + 1)
        return u


class RandomPoints:
    """Pseudo-random latents, the first coordinate stratified over what is taken at once.

    The first coordinate decides which part of a mixed proposal a point comes from: stratified, the
    parts get their shares of the points without adding to the variance.

    Args:
      dim: number of coordinates of a latent.
      seed: of the generator.
    """

    def __init__(self, dim: int, seed: np.random.SeedSequence):
        self._dim, self._rng = dim, np.random.default_rng(seed)

    def take(self, n: int) -> np.ndarray:
        """Returns the next n latents, [n, dim]."""
        u = self._rng.random((n, self._dim))
        u[:, 0] = (self._rng.permutation(n) + u[:, 0]) / n
        return np.clip(u, np.finfo(float).tiny, 1.0 - 2.0**-53)


STREAMS: dict[str, type[SobolPoints] | type[RandomPoints]] = {"sobol": SobolPoints, "random": RandomPoints}
