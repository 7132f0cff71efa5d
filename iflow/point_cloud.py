"""Points of a proposal with their weights, as pictures take them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from iflow.batch import Batch


@dataclass(frozen=True, eq=False)
class PointCloud:
    """Points drawn from one proposal q, with weights w = f/q.

    Unweighted they show q; weighted by |w| they show |f|.

    Args:
      x: points of the user's region, float64 [n, dim], n >= 1.
      weight: f(x) / q(x), up to a common factor, [n].
      u: the latents that the proposal made them of, [n, latent_dim]; None where they are not known.
      names: of the axes of x, dim of them; None calls them x0, x1, ..
      uniform_share: where the first latent chooses what a point comes from, the share of the uniform
        points, which have a first latent below it; 0 where it is a coordinate like the others.

    Raises:
      ValueError: for shapes that do not fit together, no point, or a weight that is not finite.
    """

    x: np.ndarray
    weight: np.ndarray
    u: np.ndarray | None = None
    names: tuple[str, ...] | None = None
    uniform_share: float = 0.0

    def __post_init__(self) -> None:
        """Checks the shapes."""
        if np.ndim(self.x) != 2 or not len(self.x):
            raise ValueError(f"x must be points [n, dim], n >= 1, got shape {np.shape(self.x)}")
        n, dim = self.x.shape
        if np.shape(self.weight) != (n,) or not np.isfinite(self.weight).all():
            raise ValueError(f"weight must be {n} finite numbers, one a point, got {self.weight!r}")
        if self.u is not None and (np.ndim(self.u) != 2 or len(self.u) != n):
            raise ValueError(f"u must be latents [{n}, latent_dim], one a point, got shape {self.u.shape}")
        if self.names is not None and len(self.names) != dim:
            raise ValueError(f"names must be {dim}, one an axis, got {self.names!r}")

    @property
    def dim(self) -> int:
        """Number of coordinates of a point."""
        return self.x.shape[1]

    @property
    def labels(self) -> tuple[str, ...]:
        """What the axes are called, [dim]."""
        return self.names or tuple(f"$x_{{{axis}}}$" for axis in range(self.dim))

    @property
    def absolute(self) -> np.ndarray:
        """|weight| over its sum, [n]; all 0 where f was 0 everywhere."""
        size = np.abs(self.weight)
        total = size.sum()
        return size / total if total else size

    @classmethod
    def of(
        cls,
        batch: Batch,
        *,
        u: np.ndarray | None = None,
        names: Iterable[str] | None = None,
        uniform_share: float = 0.0,
    ) -> PointCloud:
        """Returns the points of a batch; the weights are scaled to a largest one of 1, so none overflows."""
        log_weight = batch.log_weight
        largest = float(log_weight.max(initial=-np.inf))
        weight = batch.sign * np.exp(log_weight - (largest if np.isfinite(largest) else 0.0))
        kept = None if names is None else tuple(names)
        return cls(batch.x, weight, u=u, names=kept, uniform_share=uniform_share)
