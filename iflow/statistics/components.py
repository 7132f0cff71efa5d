"""Running sums of the weights of several integrals at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from iflow.statistics.estimate import Estimate, sum_and_rest

# Below it an error would lose its digits among the denormal numbers.
_LEAST = 1e-303


@dataclass(frozen=True)
class Components:
    """What the weights of k real integrals say, each array [k]; the fields are those of `Estimate`.

    Args:
      n: number of points.
      n_nonzero: points at which each integrand is not 0.
      mean: of the weights, unbiased estimates of the integrals.
      sdev: standard errors of the means; inf where nothing nonzero was seen.
      ess: effective sample sizes.
      max_weight_share: largest |w| over the sum of |w|.
      max_square_share: how much of the error rests on one point.
      deviation: standard deviation of a single weight.
      absolute: mean of |w|.
      least: smallest |w| that is not 0; inf where all are.
      correlation: of the means of independent points, [k, k], 0 where an error is 0; None where it was not
        summed up.
    """

    n: int
    n_nonzero: np.ndarray
    mean: np.ndarray
    sdev: np.ndarray
    ess: np.ndarray
    max_weight_share: np.ndarray
    max_square_share: np.ndarray
    deviation: np.ndarray
    absolute: np.ndarray
    least: np.ndarray
    correlation: np.ndarray | None = None

    @property
    def covariance(self) -> np.ndarray | None:
        """Of the means of independent points, [k, k]; None where it was not summed up."""
        if self.correlation is None:
            return None
        sdev = np.where(np.isfinite(self.sdev), self.sdev, 0.0)
        with np.errstate(over="ignore", under="ignore"):
            covariance: np.ndarray = self.correlation * sdev[:, np.newaxis] * sdev
        return covariance

    def estimate(self, number: int) -> Estimate:
        """Returns what is known of one of them."""
        return Estimate(
            n=self.n,
            n_nonzero=int(self.n_nonzero[number]),
            mean=float(self.mean[number]),
            sdev=float(self.sdev[number]),
            ess=float(self.ess[number]),
            max_weight_share=float(self.max_weight_share[number]),
            max_square_share=float(self.max_square_share[number]),
            deviation=float(self.deviation[number]),
            absolute=float(self.absolute[number]),
        )


class ComponentSums:
    """Sums the weights of k integrals batch by batch, each relative to the largest one seen.

    To add a batch is to merge what it alone comes to; see `Accumulator`, whose sums these are.

    Args:
      k: real integrals.
      pairs: whether to sum products of two of them for the covariance, k^2 numbers.
    """

    # What the means lack by rounding, [k]; files of earlier versions do not have it.
    _mean_rest: np.ndarray | float = 0.0

    def __init__(self, k: int, *, pairs: bool = False):
        self._n = 0
        self._scale = np.zeros(k)
        self._n_nonzero = np.zeros(k, dtype=np.int64)
        self._mean, self._mean_rest, self._squares = np.zeros(k), np.zeros(k), np.zeros(k)
        self._absolute, self._second = np.zeros(k), np.zeros(k)
        self._lowest, self._highest = np.full(k, np.inf), np.full(k, -np.inf)
        self._least = np.full(k, np.inf)
        self._products = np.zeros((k, k)) if pairs else None

    @classmethod
    def of(cls, weights: np.ndarray, *, pairs: bool = False) -> ComponentSums:
        """Returns what the weights of one batch come to.

        Args:
          weights: [n, k].
          pairs: as for the class.

        Raises:
          OverflowError: if one is too large for a float.
        """
        made = cls(weights.shape[1], pairs=pairs)
        made._n = len(weights)
        if not made._n:
            return made
        sizes = np.abs(weights)
        made._scale = sizes.max(axis=0)
        if not np.isfinite(made._scale).all():
            raise OverflowError("weights f / q must stay below 1e308: give f in larger units")
        made._n_nonzero = np.count_nonzero(weights, axis=0)
        made._least = sizes.min(axis=0, where=sizes > 0.0, initial=np.inf)
        unit = np.where(made._scale == 0.0, 1.0, made._scale)
        made._lowest, made._highest = weights.min(axis=0) / unit, weights.max(axis=0) / unit
        scaled = weights / unit
        made._mean = scaled.mean(axis=0)
        made._second = np.square(scaled).sum(axis=0)
        np.divide(sizes, unit, out=sizes)
        made._absolute = sizes.sum(axis=0)
        scaled -= made._mean
        made._squares = np.square(scaled).sum(axis=0)
        if pairs:
            made._products = scaled.T @ scaled
        return made

    @property
    def n(self) -> int:
        """Points so far."""
        return self._n

    @property
    def k(self) -> int:
        """Real integrals."""
        return len(self._scale)

    @property
    def has_pairs(self) -> bool:
        """Whether products of two are summed."""
        return self._products is not None

    @property
    def mean(self) -> np.ndarray:
        """Means of the weights so far, [k]."""
        return (self._mean + self._mean_rest) * self._scale

    def add(self, weights: np.ndarray) -> None:
        """Adds the weights of n points, [n, k].

        Raises:
          OverflowError: if one is too large for a float.
        """
        self.merge(ComponentSums.of(weights, pairs=self.has_pairs))

    def merge(self, other: ComponentSums) -> None:
        """Adds everything that another of as many integrals has summed.

        Raises:
          ValueError: if it is of others, or lacks the pairs that are summed here.
        """
        if self.k != other.k or (self.has_pairs and not other.has_pairs):
            raise ValueError(
                f"sums must be of {self.k} integrals, with pairs where they are kept ({self.has_pairs}), "
                f"got {other.k} ({other.has_pairs})"
            )
        if not other._n:
            return
        self._raise_scale(other._scale)
        factor = other._scale / np.where(self._scale == 0.0, 1.0, self._scale)
        self._lowest = np.minimum(self._lowest, other._lowest * factor)
        self._highest = np.maximum(self._highest, other._highest * factor)
        total, shift = self._n + other._n, other._mean * factor - self._mean
        shift = shift + (other._mean_rest * factor - self._mean_rest)
        share = other._n / total
        self._squares = self._squares + other._squares * factor**2 + np.square(shift) * (self._n * share)
        if self._products is not None and other._products is not None:
            products = other._products * np.outer(factor, factor)
            self._products = self._products + products + np.outer(shift, shift) * (self._n * share)
        self._mean, lost = sum_and_rest(self._mean, shift * share)
        self._mean_rest = self._mean_rest + lost
        self._absolute = self._absolute + other._absolute * factor
        self._second = self._second + other._second * factor**2
        self._n_nonzero = self._n_nonzero + other._n_nonzero
        self._least = np.minimum(self._least, other._least)
        self._n = total

    def estimate(self) -> Components:
        """Returns what everything added so far says; every weight counts as independent."""
        k, n, scale = len(self._mean), self._n, self._scale
        seen = self._n_nonzero > 0
        sdev = np.full(k, np.inf)
        if n > 1:
            known = seen & (scale > _LEAST)
            sdev[known] = scale[known] * np.sqrt(self._squares[known] / (n - 1) / n)
        share = np.zeros(k)
        varies = self._squares > 0.0
        farthest = np.maximum(self._highest - self._mean, self._mean - self._lowest)[varies]
        share[varies] = np.minimum(1.0, farthest**2 / self._squares[varies])
        absolute = np.where(seen, self._absolute, 1.0)
        correlation = None
        if self._products is not None and n > 1:
            size = np.where(varies, np.sqrt(np.where(varies, np.diagonal(self._products), 1.0)), np.inf)
            correlation = self._products / size[:, np.newaxis] / size
        return Components(
            n=n,
            n_nonzero=self._n_nonzero.copy(),
            mean=self.mean,
            sdev=sdev,
            ess=np.where(seen, absolute**2 / np.where(seen, self._second, 1.0), 0.0),
            max_weight_share=np.where(seen, 1.0 / absolute, 0.0),
            max_square_share=share,
            deviation=sdev * np.sqrt(max(n, 1)),
            absolute=scale * self._absolute / max(n, 1),
            least=self._least.copy(),
            correlation=correlation,
        )

    def _raise_scale(self, largest: np.ndarray) -> None:
        scale = np.maximum(self._scale, largest)
        factor = np.where(scale == 0.0, 1.0, self._scale / np.where(scale == 0.0, 1.0, scale))
        self._mean, self._mean_rest = self._mean * factor, self._mean_rest * factor
        if self._n:
            self._lowest, self._highest = self._lowest * factor, self._highest * factor
        self._absolute = self._absolute * factor
        self._squares = self._squares * factor**2
        self._second = self._second * factor**2
        if self._products is not None:
            self._products = self._products * np.outer(factor, factor)
        self._scale = scale
