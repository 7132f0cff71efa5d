"""Latents of the unit cube: scrambled Sobol points or pseudo-random ones, each stream of its own seed."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from iflow.points import sobol
from iflow.points.dither import Dither

# Points that are taken at once to get past them.
_BLOCK = 1 << 14


class Reserved(Protocol):
    """Latents that are made later, or by another process; small, and can be pickled."""

    @property
    def dither(self) -> Dither | None:
        """By what they are displaced; None where they are uniform."""

    def __len__(self) -> int:
        """Returns how many they are."""

    def take(self) -> np.ndarray:
        """Returns them, [n, dim]; the same ones each time."""


@dataclass(frozen=True)
class Taken:
    """Latents that are there, as if they were reserved.

    Args:
      latents: [n, dim].
      dither: by what they are displaced; None where they are uniform.
    """

    latents: np.ndarray
    dither: Dither | None

    def __len__(self) -> int:
        """Returns how many they are."""
        return len(self.latents)

    def take(self) -> np.ndarray:
        """Returns them, [n, dim]."""
        return self.latents


class Points(Protocol):
    """A stream of latents that goes on where it stopped."""

    @property
    def dither(self) -> Dither | None:
        """By what they are displaced; None where they are uniform."""

    def take(self, n: int) -> np.ndarray:
        """Returns the next n latents, [n, dim], strictly inside the unit cube."""

    def reserve(self, n: int) -> Reserved:
        """Returns what `take` would, to be made later; the stream goes on after them."""


@dataclass(frozen=True)
class _Net:
    """So many points of a randomised Sobol sequence, from a number on."""

    dim: int
    seed: np.random.SeedSequence
    start: int
    n: int
    dither = None

    def __len__(self) -> int:
        return self.n

    def take(self) -> np.ndarray:
        points = sobol.Sobol(self.dim, np.random.default_rng(self.seed))
        points.skip(self.start)
        return points.take(self.n)


@dataclass(frozen=True)
class _Next:
    """The next points of a stream as it stood."""

    points: Points
    n: int
    dither = None

    def __len__(self) -> int:
        return self.n

    def take(self) -> np.ndarray:
        return copy.deepcopy(self.points).take(self.n)


class SobolPoints:
    """One randomisation of the Sobol sequence; its first 2^m points are a net for every m.

    Args:
      dim: number of coordinates of a latent.
      seed: of the scrambling (a random linear matrix and a digital shift).

    Reference:
      Matousek, J. Complexity 14 (1998) 527.
    """

    dither = None

    def __init__(self, dim: int, seed: np.random.SeedSequence):
        self._dim, self._seed = dim, seed
        self._points: sobol.Sobol | _ScipySobol
        if dim <= sobol.MOST_DIMENSIONS:
            self._points = sobol.Sobol(dim, np.random.default_rng(seed))
        else:
            self._points = _ScipySobol(dim, seed)

    def take(self, n: int) -> np.ndarray:
        """Returns the next n latents, [n, dim]; the first n taken should be a power of 2."""
        return self._points.take(n)

    def reserve(self, n: int) -> Reserved:
        """Returns the next n latents, to be made later."""
        if isinstance(self._points, sobol.Sobol):
            net: Reserved = _Net(self._dim, self._seed, self._points.n, n)
            self._points.skip(n)
            return net
        return _reserved(self, n)


class DitheredPoints:
    """A net that is displaced; its points are not uniform, but of the density that its dither tells.

    Args:
      dim: number of coordinates of a latent.
      seed: of the net and of the dither.
      n: points that it begins with.
      most: part of an axis that no point is displaced by more than.
    """

    def __init__(self, dim: int, seed: np.random.SeedSequence, n: int, *, most: float):
        self._net, self.dither = SobolPoints(dim, seed), Dither.drawn(dim, n, seed, most=most)

    def take(self, n: int) -> np.ndarray:
        """Returns the next n latents, [n, dim]."""
        return self.dither.displace(self._net.take(n))

    def reserve(self, n: int) -> Reserved:
        """Returns the next n latents, to be made later."""
        return _Displaced(self._net.reserve(n), self.dither)


@dataclass(frozen=True)
class _Displaced:
    """Latents that are displaced when they are made."""

    latents: Reserved
    dither: Dither

    def __len__(self) -> int:
        return len(self.latents)

    def take(self) -> np.ndarray:
        return self.dither.displace(self.latents.take())


class _ScipySobol:
    """Scrambled Sobol points of more coordinates than there are direction numbers of ours."""

    def __init__(self, dim: int, seed: np.random.SeedSequence):
        from scipy.stats.qmc import Sobol  # takes a second to import

        self._dim, self._n, self._seed = dim, 0, seed
        # SciPy spawns from the seeds that it is handed: a copy, so that ours make the same sequence again.
        rng = np.random.default_rng(copy.deepcopy(seed))
        self._sobol = Sobol(dim, scramble=True, bits=sobol.BITS, rng=rng)

    def __getstate__(self) -> dict[str, Any]:
        """Returns what the scrambling is drawn from, and how many points were taken.

        Not a generator: a copy of one has lost its seeds before NumPy 2.0.
        """
        return {"dim": self._dim, "seed": self._seed, "n": self._n}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Makes the sequence again, and goes on after the points that were taken."""
        _ScipySobol.__init__(self, state["dim"], state["seed"])
        # SciPy's own fast_forward knows 32 digits only.
        while self._n < state["n"]:
            left = state["n"] - self._n
            self.take(min(1 << left.bit_length() - 1, _BLOCK))

    def take(self, n: int) -> np.ndarray:
        """Returns the next n points, [n, dim], in the middle of their intervals."""
        self._n += n
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

    dither = None

    def __init__(self, dim: int, seed: np.random.SeedSequence):
        self._dim, self._rng = dim, np.random.default_rng(seed)

    def take(self, n: int) -> np.ndarray:
        """Returns the next n latents, [n, dim]."""
        u = self._rng.random((n, self._dim))
        u[:, 0] = (self._rng.permutation(n) + u[:, 0]) / n
        return np.clip(u, np.finfo(float).tiny, 1.0 - 2.0**-53)

    def reserve(self, n: int) -> Reserved:
        """Returns the next n latents, to be made later."""
        return _reserved(self, n)


def _reserved(points: Points, n: int) -> Reserved:
    """Returns the next n latents of a stream that has to make them to get past them."""
    reserved = _Next(copy.deepcopy(points), n)
    points.take(n)
    return reserved


STREAMS: dict[str, type[SobolPoints] | type[RandomPoints]] = {"sobol": SobolPoints, "random": RandomPoints}
