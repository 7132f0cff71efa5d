"""What points of the unit cube are drawn from, with density: NumPy in, NumPy out."""

from __future__ import annotations

from typing import Protocol

import numpy as np


class Proposal(Protocol):
    """A density on the unit cube that can be drawn from."""

    name: str

    def draw(self, n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Returns n independent points strictly inside the cube, [n, dim], and log q there, [n]."""

    def log_density(self, y: np.ndarray) -> np.ndarray:
        """Returns log q at points y [n, dim] of the cube, [n]."""


class FlowLike(Protocol):
    """What a proposal needs of a flow; see `iflow.flow.Flow`."""

    dim: int
    resolution: float

    def draw(self, u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Maps latents to points with log density."""

    def log_density(self, y: np.ndarray) -> np.ndarray:
        """Returns log q(y)."""


class Uniform:
    """Uniform on the unit cube: plain Monte Carlo.

    Args:
      dim: number of coordinates.
    """

    name = "uniform"

    def __init__(self, dim: int):
        self._dim = dim

    def draw(self, n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Returns n points [n, dim] and log q = 0 [n]."""
        y = np.maximum(rng.random((n, self._dim)), np.finfo(float).tiny)
        return y, np.zeros(n)

    def log_density(self, y: np.ndarray) -> np.ndarray:
        """Returns log q = 0 at points y [n, dim], [n]."""
        return np.zeros(len(y))


class DefensiveFlow:
    """A flow mixed with a small uniform share, so that no weight can exceed f / share.

        q(y) = (1 - share) q_flow(y) + share

    Each point is drawn from the uniform with probability `share`, so that the weights are independent
    and identically distributed. A region that the flow forgot then shows up as a heavy weight, which
    inflates the error, instead of vanishing.

    Args:
      flow: the flow; used as it is at the moment of drawing.
      share: probability of the uniform, in (0, 1).

    Reference:
      Owen, Zhou, Safe and effective importance sampling, J. Am. Stat. Assoc. 95 (2000) 135.
    """

    name = "flow"

    def __init__(self, flow: FlowLike, share: float):
        self._flow, self._share = flow, share
        self._uniform = Uniform(flow.dim)

    def log_density(self, y: np.ndarray) -> np.ndarray:
        """Returns log q at points y [n, dim], [n]."""
        return self._mix(self._flow.log_density(y))

    def _mix(self, log_flow: np.ndarray) -> np.ndarray:
        return np.logaddexp(np.log1p(-self._share) + log_flow, np.log(self._share))

    def draw(self, n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Returns n independent points [n, dim] and log q [n]."""
        n_uniform = int(rng.binomial(n, self._share))
        uniform, _ = self._uniform.draw(n_uniform, rng)
        learned, log_q_learned = self._flow.draw(rng.random((n - n_uniform, self._flow.dim)))
        # Rounding may put a point on a face of the cube; half the resolution is what it stands for.
        half = 0.5 * self._flow.resolution
        learned = np.clip(learned, np.finfo(float).tiny, min(1.0 - half, np.nextafter(1.0, 0.0)))
        y = np.concatenate([learned, uniform])
        log_flow = np.concatenate([log_q_learned, self._flow.log_density(uniform)])
        log_q = self._mix(log_flow)
        # Any part of the points must be as good a sample as the whole: no block of uniform ones.
        order = rng.permutation(n)
        return y[order], log_q[order]
