"""Expectation maximisation for a mixture of Gaussians cut to the unit cube, from weighted points.

Reference:
  Dempster, Laird, Rubin, J. R. Stat. Soc. B 39 (1977) 1; Cappe, Douc, Guillin, Marin, Robert, Stat.
  Comput. 18 (2008) 447, arXiv:0710.4242 (for importance weights).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from iflow.maps.mixture import GaussianMixture
from iflow.maps.mixture_fit.component import effective_size, fit_component

# Shares of a point below this are left to the other components.
_LEAST_SHARE = 1e-4
# A component that holds fewer points than this is dropped.
_LEAST_SIZE = 2.0


@dataclass(frozen=True)
class Points:
    """Weighted points, with the coordinates first.

    Args:
      x: [dim, n].
      weight: [n]; non-negative.
    """

    x: np.ndarray
    weight: np.ndarray

    def select(self, rows: np.ndarray) -> Points:
        """Returns some of the points."""
        return Points(self.x[:, rows], self.weight[rows])

    def resampled(self, n: int, rng: np.random.Generator) -> Points:
        """Returns at most n points of whole-number weights, as good as any n can be."""
        edges = np.cumsum(self.weight)
        counts = np.diff(np.floor(edges / edges[-1] * n + rng.random()), prepend=0.0)
        rows = np.flatnonzero(counts)
        return Points(self.x[:, rows], counts[rows])


def shares(mixture: GaussianMixture, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Returns each component's share of each point, [K, n], and log q, [n], for x: [dim, n]."""
    joint = mixture.log_joint(x)
    largest = joint.max(axis=0)
    joint -= largest
    np.exp(joint, out=joint)
    total = joint.sum(axis=0)
    joint /= total
    return joint, largest + np.log(total)


def improve(mixture: GaussianMixture, points: Points, steps: int, tolerance: float = 1e-3) -> GaussianMixture:
    """Returns the mixture after some steps of EM; stops when log q grows by less than `tolerance`."""
    last = -np.inf
    for _ in range(steps):
        share, log_q = shares(mixture, points.x)
        mean = float(np.average(log_q, weights=points.weight))
        if mean - last < tolerance:
            break
        last = mean
        mixture = _maximise(mixture, points, share)
    return mixture


def _maximise(mixture: GaussianMixture, points: Points, share: np.ndarray) -> GaussianMixture:
    weights, rows = [], []
    for k, start in enumerate(zip(*mixture.precisions, strict=True)):
        members = np.flatnonzero(share[k] > _LEAST_SHARE)
        weight = points.weight[members] * share[k, members]
        if effective_size(weight) >= _LEAST_SIZE:
            rows.append(fit_component(points.x[:, members], weight, start))
            weights.append(weight.sum())
    if not rows:
        return single(points)
    inverse, offset = map(np.stack, zip(*rows, strict=True))
    return GaussianMixture.from_precisions(np.array(weights), inverse, offset)


def single(points: Points) -> GaussianMixture:
    """Returns one component, from the moments of the points."""
    inverse, offset = fit_component(points.x, points.weight)
    return GaussianMixture.from_precisions(np.ones(1), inverse[None], offset[None])


def component(mixture: GaussianMixture, k: int) -> GaussianMixture:
    """Returns one component as a mixture of its own."""
    return GaussianMixture(np.ones(1), mixture.means[k : k + 1], mixture.factors[k : k + 1])


def join(mixtures: list[GaussianMixture], weights: np.ndarray) -> GaussianMixture:
    """Returns the mixture of mixtures with these weights, [len(mixtures)]."""
    inverse, offset = (np.concatenate(parts) for parts in zip(*(m.precisions for m in mixtures), strict=True))
    scaled = np.concatenate([w * m.weights for w, m in zip(weights, mixtures, strict=True)])
    return GaussianMixture.from_precisions(scaled, inverse, offset)
