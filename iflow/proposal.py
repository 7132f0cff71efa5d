"""What points of the unit cube are drawn from, with density: NumPy in, NumPy out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

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


class GraphMap(Map, Protocol):
    """A map that computes in a graph, and can go on there from its points.

    What follows is a function of graphs, from points [n, dim] to tensors whose first axis is that of the
    points: it runs where the points are, and they do not have to come back first.
    """

    def place_then(self, u: np.ndarray, follow: Callable[..., Any]) -> list[np.ndarray]:
        """Returns what `place` does, and what follows."""

    def log_density_then(self, y: np.ndarray, follow: Callable[..., Any]) -> list[np.ndarray]:
        """Returns what `log_density` does, and what follows."""


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

    @property
    def share(self) -> float:
        """Share of the uniform points: those whose first latent is below it."""
        return self._share

    def place(self, u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Returns points y [n, dim], strictly inside the cube, and log q(y) [n]."""
        y, log_q = self._place(u, self._learned.place, lambda y: [self._learned.log_density(y)])
        return y, log_q

    def _place(
        self,
        u: np.ndarray,
        place: Callable[[np.ndarray], Sequence[np.ndarray]],
        look: Callable[[np.ndarray], Sequence[np.ndarray]],
    ) -> list[np.ndarray]:
        """Returns points, their log q, and what else there is of those that are placed or looked at."""
        uniform = u[:, 0] < self._share
        given, drawn = np.clip(u[uniform, 1:], _LEAST, _LARGEST), place(self._latents(u[~uniform]))
        if not len(given):
            y, log_q, *rest = drawn
        else:
            pairs = zip((given, *look(given)), drawn, strict=True)
            y, log_q, *rest = (_merged(uniform, *pair) for pair in pairs)
        return [np.clip(y, _LEAST, _LARGEST), self._mix(log_q), *rest]

    def _latents(self, u: np.ndarray) -> np.ndarray:
        """Returns latents of the map, made of those that do not come from the uniform share."""
        if not self._shares_first:
            return u[:, 1:]
        first = np.clip((u[:, :1] - self._share) / (1.0 - self._share), _LEAST, _LARGEST)
        return np.concatenate([first, u[:, 1:]], axis=1)

    def log_density(self, y: np.ndarray) -> np.ndarray:
        """Returns log q at points y [n, dim], [n]."""
        return self._mix(self._learned.log_density(y))

    def _mix(self, log_q: np.ndarray) -> np.ndarray:
        return np.logaddexp(np.log1p(-self._share) + log_q, np.log(self._share))


class DefendedFlow(Defended):
    """The same of a map that computes in a graph, where what follows may run too.

    Args: those of `Defended`.
    """

    def __init__(self, name: str, learned: GraphMap, *, dim: int, share: float):
        super().__init__(name, learned, dim=dim, share=share)
        self._graph_map = learned

    def place_then(self, u: np.ndarray, follow: Callable[..., Any]) -> list[np.ndarray]:
        """Returns what `place` does, and what follows; see `GraphMap`.

        Args:
          u: latents, [n, dim + 1].
          follow: takes points on a face of the cube inside, as `place` does.
        """
        return self._place(
            u,
            lambda u: self._graph_map.place_then(u, follow),
            lambda y: self._graph_map.log_density_then(y, follow),
        )


def _merged(rows: np.ndarray, there: np.ndarray, elsewhere: np.ndarray) -> np.ndarray:
    """Returns one array of what belongs to some rows, bool [n], and to all the others."""
    merged = np.empty((len(rows), *elsewhere.shape[1:]), np.result_type(there, elsewhere))
    merged[rows], merged[~rows] = there, elsewhere
    return merged
