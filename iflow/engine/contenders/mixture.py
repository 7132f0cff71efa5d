"""The mixture of Gaussians."""

from __future__ import annotations

import math

import numpy as np
from threadpoolctl import threadpool_limits

from iflow.engine import costs
from iflow.engine.contenders.contender import DEFENCE
from iflow.engine.replay import Sample
from iflow.maps.mixture import GaussianMixture
from iflow.maps.mixture_fit import fit_mixture
from iflow.proposal import Defended, Proposal, Uniform

_MOST_COMPONENTS = 16


class MixtureContender:
    """A mixture of Gaussians cut to the cube.

    Args:
      dim: number of coordinates.
      seed: of the fits.
    """

    name = "mixture"
    loss = math.nan
    stratifies = False

    def __init__(self, dim: int, *, seed: int):
        self._dim, self._rng = dim, np.random.default_rng(seed)
        self._mixture: GaussianMixture | None = None
        self.seconds_per_fit = costs.seconds_per_fit(self.name, dim)

    @property
    def seconds_per_point(self) -> float:
        """What a point costs: more for more components."""
        n = 1 if self._mixture is None else len(self._mixture.weights)
        return n * costs.seconds_per_point(self.name, self._dim)

    def proposal(self, size: float) -> Proposal:
        """Returns the defended mixture fitted last; uniform before."""
        if self._mixture is None:
            return Uniform(self._dim)
        return Defended(self.name, self._mixture, dim=self._dim, share=DEFENCE)

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
