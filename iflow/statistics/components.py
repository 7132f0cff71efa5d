"""Running sums of the weights of several integrals at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from iflow.statistics.estimate import Estimate

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

    Args:
      k: real integrals.
      pairs: whether to sum products of two of them for the covariance, k^2 numbers.
    """

    def __init__(self, k: int, *, pairs: bool = False):
        self._n = 0
        self._scale = np.zeros(k)
        self._n_nonzero = np.zeros(k, dtype=np.int64)
        self._mean, self._squares = np.zeros(k), np.zeros(k)
        self._absolute, self._second, self._largest = np.zeros(k), np.zeros(k), np.zeros(k)
        self._least = np.full(k, np.inf)
        self._products = np.zeros((k, k)) if pairs else None

    @property
    def n(self) -> int:
        """Points so far."""
        return self._n

    @property
    def mean(self) -> np.ndarray:
        """Means of the weights so far, [k]."""
        return self._mean * self._scale

    def add(self, weights: np.ndarray) -> None:
        """Adds the weights of n points, [n, k].

        Raises:
          OverflowError: if one is too large for a float.
        """
        n = len(weights)
        if n == 0:
            return
        sizes = np.abs(weights)
        largest = sizes.max(axis=0)
        if not np.isfinite(largest).all():
            raise OverflowError("weights f / q must stay below 1e308: give f in larger units")
        self._raise_scale(largest)
        scaled = weights / np.where(self._scale == 0.0, 1.0, self._scale)
        rows = np.argmax(np.abs(scaled), axis=0)
        furthest = np.take_along_axis(scaled, rows[np.newaxis], axis=0)[0]
        self._largest = np.where(np.abs(furthest) > np.abs(self._largest), furthest, self._largest)
        mean, total = scaled.mean(axis=0), self._n + n
        shift = mean - self._mean
        centred = scaled - mean
        self._squares += np.square(centred).sum(axis=0) + np.square(shift) * (self._n * n / total)
        if self._products is not None:
            self._products += centred.T @ centred + np.outer(shift, shift) * (self._n * n / total)
        self._mean = self._mean + shift * (n / total)
        self._absolute += np.abs(scaled).sum(axis=0)
        self._second += np.square(scaled).sum(axis=0)
        self._n_nonzero += np.count_nonzero(weights, axis=0)
        self._least = np.minimum(self._least, sizes.min(axis=0, where=sizes > 0.0, initial=np.inf))
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
        off = np.square(self._largest[varies] - self._mean[varies])
        share[varies] = np.minimum(1.0, off / self._squares[varies])
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
        self._mean, self._largest = self._mean * factor, self._largest * factor
        self._absolute *= factor
        self._squares *= factor * factor
        self._second *= factor * factor
        if self._products is not None:
            self._products *= np.outer(factor, factor)
        self._scale = scale
