"""What may draw the points: each learns from the replay buffer and makes a proposal of it."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

import numpy as np
from threadpoolctl import threadpool_limits

from iflow.engine import costs
from iflow.engine.replay import Sample
from iflow.maps.grid import fit_grid
from iflow.maps.mixture import GaussianMixture
from iflow.maps.mixture_fit import fit_mixture
from iflow.maps.spline_fit import fit_spline_grid
from iflow.maps.spline_grid import flat_spline_grid
from iflow.options import Options
from iflow.proposal import Defended, Plain, Proposal, Uniform

if TYPE_CHECKING:
    from iflow.engine.learner import Learner

# Share of uniform points that defends the proposal: one in all for maps of correlated coordinates, and
# spread over the axes for maps of single ones, whose density then has a floor in every axis.
_DEFENCE = 1.0 / 64.0
_MOST_COMPONENTS = 16


class Contender(Protocol):
    """A kind of proposal."""

    @property
    def seconds_per_point(self) -> float:
        """What a point of it costs, the integrand apart."""

    @property
    def seconds_per_fit(self) -> float:
        """What the next fit is expected to take."""

    @property
    def loss(self) -> float:
        """Divergence of the latest fit, averaged over its steps; nan where there is none."""

    def proposal(self) -> Proposal:
        """Returns the proposal as fitted last."""

    def fit(self, sample: Sample, beta: float) -> None:
        """Fits |f|^beta."""


class UniformContender:
    """No map at all."""

    name = "uniform"
    loss = math.nan
    seconds_per_fit = 0.0

    def __init__(self, dim: int):
        self._dim = dim
        self.seconds_per_point = costs.seconds_per_point("uniform", dim)

    def proposal(self) -> Proposal:
        """Returns the uniform proposal."""
        return Uniform(self._dim)

    def fit(self, sample: Sample, beta: float) -> None:
        """Learns nothing."""


class GridContender:
    """The VEGAS map."""

    name = "grid"
    loss = math.nan

    def __init__(self, dim: int):
        self._floor = _DEFENCE / dim
        self._proposal: Proposal = Uniform(dim)
        self.seconds_per_point = costs.seconds_per_point(self.name, dim)
        self.seconds_per_fit = costs.seconds_per_fit(self.name, dim)

    def proposal(self) -> Proposal:
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

    def __init__(self, dim: int):
        self._floor, self._grid = _DEFENCE / dim, flat_spline_grid(dim)
        self.seconds_per_point = costs.seconds_per_point(self.name, dim)
        self.seconds_per_fit = costs.seconds_per_fit(self.name, dim)

    def proposal(self) -> Proposal:
        """Returns the map fitted last."""
        return Plain(self.name, self._grid)

    def fit(self, sample: Sample, beta: float) -> None:
        """Fits the density of each axis to |f|^beta."""
        weight = _weights(sample.log_weight(beta))
        if weight.any():
            self._grid = fit_spline_grid(sample.y, weight, self._grid, floor=self._floor)


class MixtureContender:
    """A mixture of Gaussians cut to the cube.

    Args:
      dim: number of coordinates.
      seed: of the fits.
    """

    name = "mixture"
    loss = math.nan

    def __init__(self, dim: int, *, seed: int):
        self._dim, self._rng = dim, np.random.default_rng(seed)
        self._mixture: GaussianMixture | None = None
        self.seconds_per_fit = costs.seconds_per_fit(self.name, dim)

    @property
    def seconds_per_point(self) -> float:
        """What a point costs: more for more components."""
        n = 1 if self._mixture is None else len(self._mixture.weights)
        return n * costs.seconds_per_point(self.name, self._dim)

    def proposal(self) -> Proposal:
        """Returns the defended mixture fitted last; uniform before."""
        if self._mixture is None:
            return Uniform(self._dim)
        return Defended(self.name, self._mixture, dim=self._dim, share=_DEFENCE)

    def fit(self, sample: Sample, beta: float) -> None:
        """Fits the components to |f|^beta."""
        log_weight = sample.log_weight(beta)
        if np.isfinite(log_weight).any():
            # Products of thin matrices: threads gain nothing here, and lose much where cores are busy.
            with threadpool_limits(1, user_api="blas"):
                self._mixture = fit_mixture(
                    sample.y,
                    log_weight,
                    max_components=_MOST_COMPONENTS,
                    seed=self._rng,
                    start=self._mixture,
                )


class FlowContender:
    """The normalizing flow; making one imports TensorFlow.

    Args:
      dim: number of coordinates.
      options: of the run; the shape of the flow and how it is trained.
      seed: of its first weights and of the minibatches.
    """

    name = "flow"

    def __init__(self, dim: int, options: Options, *, seed: int):
        from iflow.engine.learner import Learner

        self._dim, self.loss, self.batch = dim, math.nan, options.training.batch
        self.learner: Learner = Learner(dim, options.flow, options.training, seed=seed)
        self.seconds_per_point = costs.seconds_per_point(self.name, dim)
        self.seconds_per_step = costs.seconds_per_step(dim)
        self.seconds_per_fit = options.training.steps * self.seconds_per_step

    def proposal(self) -> Proposal:
        """Returns the defended flow as it is now."""
        return Defended(self.name, self.learner.flow, dim=self._dim, share=_DEFENCE)

    def fit(self, sample: Sample, beta: float) -> None:
        """Trains on |f|^beta."""
        loss = self.learner.fit(sample, beta)
        # The one constant: another nan would make equal histories differ.
        self.loss = math.nan if math.isnan(loss) else loss


def make_contender(name: str, dim: int, options: Options, *, seed: int) -> Contender:
    """Returns a new contender; for a flow this imports TensorFlow."""
    makers: dict[str, Callable[[], Contender]] = {
        "uniform": lambda: UniformContender(dim),
        "grid": lambda: GridContender(dim),
        "spline grid": lambda: SplineContender(dim),
        "mixture": lambda: MixtureContender(dim, seed=seed),
        "flow": lambda: FlowContender(dim, options, seed=seed),
    }
    return makers[name]()


def _weights(log_weight: np.ndarray) -> np.ndarray:
    """Returns weights relative to the largest one."""
    largest = log_weight.max()
    return np.exp(log_weight - largest) if np.isfinite(largest) else np.zeros(len(log_weight))
