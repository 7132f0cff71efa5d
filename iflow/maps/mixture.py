"""A mixture of Gaussians cut to the unit cube, normalised there exactly."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from iflow.maps.truncated_normal import log_pdf, quantile

# Points at a time: the temporaries of one coordinate then stay in the cache.
_BLOCK = 8192


class GaussianMixture:
    """A mixture whose components are drawn coordinate by coordinate from normals cut to [0, 1].

        q(y) = sum_k weights_k prod_i p(y_i | y_1 .. y_(i-1), k)

    where p is the normal of mean m_i and standard deviation s_i = L_ii, cut to [0, 1], with

        m_i = mean_i + sum_(j<i) L_ij e_j,   e_j = (y_j - m_j) / s_j

    so that without the cuts a component would be the normal of mean `mean` and covariance L L^T. Each
    factor integrates to 1 on [0, 1], hence the product on the cube, whatever L. Where the cuts remove
    little this is the normal cut to the cube; elsewhere it depends on the order of the coordinates.

    Args:
      weights: [K]; non-negative, not all zero; divided by their sum.
      means: [K, dim]; may lie outside the cube.
      factors: L, lower-triangular with a positive diagonal, [K, dim, dim].

    Raises:
      ValueError: the shapes do not fit together, or the values are not as above.

    Reference:
      Geweke (1991), Hajivassiliou (1990), Keane (1990): the sequential draw;
      Genz, J. Comput. Graph. Stat. 1 (1992) 141: as a map from the unit cube.
    """

    def __init__(self, weights: np.ndarray, means: np.ndarray, factors: np.ndarray):
        self.weights = np.asarray(weights, float)
        self.means, self.factors = np.asarray(means, float), np.asarray(factors, float)
        self._check()
        self.weights = self.weights / self.weights.sum()
        # e = inverse y - offset; row i of `inverse` gives e_i from y_1 .. y_i.
        self._inverse = triangular_inverse(self.factors)
        self._offset = np.einsum("kij,kj->ki", self._inverse, self.means)

    @classmethod
    def from_precisions(cls, weights: np.ndarray, inverse: np.ndarray, offset: np.ndarray) -> GaussianMixture:
        """Returns the mixture with e = inverse y - offset: [K], [K, dim, dim] and [K, dim]."""
        factors = triangular_inverse(inverse)
        return cls(weights, np.einsum("kij,kj->ki", factors, offset), factors)

    def _check(self) -> None:
        k, dim = self.means.shape if self.means.ndim == 2 else (0, 0)
        if k == 0 or dim == 0 or self.weights.shape != (k,) or self.factors.shape != (k, dim, dim):
            raise ValueError(
                "weights, means and factors must have the shapes [K], [K, dim] and [K, dim, dim], got "
                f"{self.weights.shape}, {self.means.shape} and {self.factors.shape}"
            )
        if not all(np.isfinite(array).all() for array in (self.weights, self.means, self.factors)):
            raise ValueError("weights, means and factors must be finite, got nan or inf among them")
        if (self.weights < 0.0).any() or self.weights.sum() <= 0.0:
            raise ValueError(f"weights must be non-negative and not all zero, got {self.weights}")
        if np.triu(self.factors, 1).any() or (np.diagonal(self.factors, axis1=1, axis2=2) <= 0.0).any():
            raise ValueError(
                "factors must be lower-triangular with a positive diagonal, as numpy.linalg.cholesky "
                "returns them for a covariance"
            )

    @property
    def dim(self) -> int:
        """Number of coordinates of a point."""
        return self.means.shape[1]

    @property
    def latent_dim(self) -> int:
        """Number of coordinates of a latent: the first one picks the component."""
        return self.dim + 1

    @property
    def precisions(self) -> tuple[np.ndarray, np.ndarray]:
        """The inverse factors, [K, dim, dim], and what they make of the means, [K, dim]."""
        return self._inverse, self._offset

    def place(self, u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Returns points y [n, dim] strictly inside the cube and log q(y) [n].

        Uniform latents give points of density q, whether independent or of a low-discrepancy sequence.

        Args:
          u: latents in [0, 1], [n, dim + 1].
        """
        y = np.empty((len(u), self.dim))
        edges = np.cumsum(self.weights)[:-1]
        for rows in _blocks(len(u)):
            component = np.searchsorted(edges, u[rows, 0], side="right")
            latents = np.ascontiguousarray(u[rows, 1:].T)
            placed = np.empty_like(latents)
            for k in np.unique(component):
                members = np.flatnonzero(component == k)
                placed[:, members] = self._place_component(int(k), latents[:, members])
            y[rows] = placed.T
        return y, self.log_density(y)

    def _place_component(self, k: int, u: np.ndarray) -> np.ndarray:
        inverse, offset = self._inverse[k], self._offset[k]
        x = np.empty_like(u)
        for i in range(self.dim):
            x[i] = quantile(u[i], inverse[i, :i] @ x[:i] - offset[i], inverse[i, i])
        return x

    def log_density(self, y: np.ndarray) -> np.ndarray:
        """Returns log q at points y [n, dim] of the cube, [n]."""
        log_q = np.empty(len(y))
        for rows in _blocks(len(y)):
            joint = self.log_joint(np.ascontiguousarray(y[rows].T))
            largest = joint.max(axis=0)
            log_q[rows] = largest + np.log(np.exp(joint - largest).sum(axis=0))
        return log_q

    def log_joint(self, x: np.ndarray) -> np.ndarray:
        """Returns log(weights_k p(x | k)), [K, n], at points with the coordinates first, x: [dim, n]."""
        joint = np.empty((len(self.weights), x.shape[1]))
        with np.errstate(divide="ignore"):
            joint[:] = np.log(self.weights)[:, None]
        for k, (inverse, offset) in enumerate(zip(self._inverse, self._offset, strict=True)):
            a = np.tril(inverse, -1) @ x - offset[:, None]
            for i in range(self.dim):
                joint[k] += log_pdf(x[i], a[i], inverse[i, i])
        return joint


def _blocks(n: int) -> Iterator[slice]:
    for start in range(0, n, _BLOCK):
        yield slice(start, start + _BLOCK)


def triangular_inverse(matrix: np.ndarray) -> np.ndarray:
    """Returns the inverse of lower-triangular matrices, [K, dim, dim], by forward substitution."""
    inverse = np.zeros_like(matrix)
    for i in range(matrix.shape[1]):
        inverse[:, i, i] = 1.0 / matrix[:, i, i]
        product = np.einsum("kj,kjl->kl", matrix[:, i, :i], inverse[:, :i, :i])
        inverse[:, i, :i] = -product * inverse[:, i, i, None]
    return inverse
