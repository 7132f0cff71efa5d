"""What points of the unit cube are drawn from, with density: NumPy in, NumPy out."""

from __future__ import annotations

from typing import Protocol

import numpy as np

_LEAST, _LARGEST = float(np.finfo(float).tiny), 1.0 - 2.0**-53


class Map(Protocol):
    """A learned map of latents to points of the cube, with its density."""

    @property
    def latent_dim(self) -> int:
        """Coordinates of a latent: those of a point, or one more."""

    def place(self, u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Returns points y [n, dim] and log q(y) [n] for latents u [n, latent_dim]."""

    def log_density(self, y: np.ndarray) -> np.ndarray:
        """Returns log q at points y [n, dim], [n]."""


class Proposal(Map, Protocol):
    """A density on the unit cube that can be drawn from."""

    @property
    def name(self) -> str:
        """What the result shows."""


class Uniform:
    """Uniform on the unit cube: no map at all.

    Args:
      dim: number of coordinates.
    """

    name = "uniform"

    def __init__(self, dim: int):
        self.latent_dim = dim

    def place(self, u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Returns the latents themselves and log q = 0 [n]."""
        return u, np.zeros(len(u))

    def log_density(self, y: np.ndarray) -> np.ndarray:
        """Returns log q = 0 at points y [n, dim], [n]."""
        return np.zeros(len(y))


class Plain:
    """A map as it is; for maps whose density has a floor of its own.

    Args:
      name: of the proposal.
      learned: the map.
    """

    def __init__(self, name: str, learned: Map):
        self.name, self._learned = name, learned
        self.latent_dim = learned.latent_dim

    def place(self, u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Returns points y [n, dim], strictly inside the cube, and log q(y) [n]."""
        y, log_q = self._learned.place(u)
        return np.clip(y, _LEAST, _LARGEST), log_q

    def log_density(self, y: np.ndarray) -> np.ndarray:
        """Returns log q at points y [n, dim], [n]."""
        return self._learned.log_density(y)


class Defended:
    """A map mixed with a small uniform share, so that no weight can exceed f / share.

        q(y) = (1 - share) q_map(y) + share

    The first latent decides which of the two a point comes from. A region that the map forgot then
    shows up as a heavy weight, which inflates the error, instead of vanishing.

    Args:
      name: of the proposal.
      learned: the map; used as it is at the moment of drawing. One that takes a latent more than there
        are coordinates shares its first latent with the choice.
      dim: number of coordinates.
      share: of the uniform points, in (0, 1); a power of 1/2 keeps nets whole.

    Reference:
      Owen, Zhou, Safe and effective importance sampling, J. Am. Stat. Assoc. 95 (2000) 135.
    """

    def __init__(self, name: str, learned: Map, *, dim: int, share: float):
        self.name, self._learned, self._share = name, learned, share
        self.latent_dim = dim + 1
        self._shares_first = learned.latent_dim == dim + 1

    def place(self, u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Returns points y [n, dim], strictly inside the cube, and log q(y) [n]."""
        uniform = u[:, 0] < self._share
        latents = u[~uniform]
        if self._shares_first:
            latents[:, 0] = np.clip((latents[:, 0] - self._share) / (1.0 - self._share), _LEAST, _LARGEST)
        else:
            latents = latents[:, 1:]
        y, log_q = u[:, 1:].copy(), np.empty(len(u))
        y[~uniform], log_q[~uniform] = self._learned.place(latents)
        np.clip(y, _LEAST, _LARGEST, out=y)
        if uniform.any():
            log_q[uniform] = self._learned.log_density(y[uniform])
        return y, self._mix(log_q)

    def log_density(self, y: np.ndarray) -> np.ndarray:
        """Returns log q at points y [n, dim], [n]."""
        return self._mix(self._learned.log_density(y))

    def _mix(self, log_q: np.ndarray) -> np.ndarray:
        return np.logaddexp(np.log1p(-self._share) + log_q, np.log(self._share))
