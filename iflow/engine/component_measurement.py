"""What a measurement says of several integrals at once: errors and covariance from its replicates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from iflow.engine.component_tally import ComponentsWanted, ComponentTally
from iflow.options import Target
from iflow.several.counted import Counted
from iflow.statistics.components import Components, ComponentSums
from iflow.statistics.spread import ROUNDING, Spread, spread
from iflow.statistics.surprise import Surprise
from iflow.statistics.tail import LargestWeights

# Of more integrals the products of two weights, and their largest weights, are not kept.
_MOST_PAIRS, _MOST_TAILS = 256, 32


class _Means:
    """Means of k weights, and of those of the latest round."""

    def __init__(self, k: int):
        self.n, self.sum = 0, np.zeros(k)
        self.n_round, self.sum_round = 0, np.zeros(k)

    def add(self, n: int, total: np.ndarray) -> None:
        """Adds n weights, their sums [k]."""
        self.n_round, self.sum_round = self.n_round + n, self.sum_round + total

    def mean(self) -> np.ndarray:
        mean: np.ndarray = (self.sum + self.sum_round) / max(self.n + self.n_round, 1)
        return mean

    def change(self) -> np.ndarray | None:
        """Returns the mean of the round less that from before; None without either."""
        if not (self.n and self.n_round):
            return None
        change: np.ndarray = self.sum_round / self.n_round - self.sum / self.n
        return change

    def close_round(self) -> None:
        self.n, self.sum = self.n + self.n_round, self.sum + self.sum_round
        self.n_round, self.sum_round = 0, np.zeros(len(self.sum))


@dataclass(frozen=True)
class ComponentResult:
    """What was measured of k real integrals.

    Args:
      found: means, errors and effective sample sizes, arrays [k].
      deviations: factor of the covariance, cov = deviations^T deviations, [R, k]; None where the covariance
        is `found.covariance`, or is not known.
      chi2: of the agreement of rounds, [k].
      dof: its degrees of freedom.
      q_value: probability of a chi2 at least as large, [k].
      tail_index: Pareto index of the largest weights, [k]; nan where it is not known.
    """

    found: Components
    deviations: np.ndarray | None
    chi2: np.ndarray
    dof: int
    q_value: np.ndarray
    tail_index: np.ndarray


class ComponentMeasurement:
    """The weights of several integrals, replicate by replicate.

    Args:
      k: real integrals.
      counted: which of them count.
      nets: whether replicates are nets, whose spread alone tells the error.
      correlate: whether to keep the covariance of independent points too.
    """

    def __init__(self, k: int, counted: Counted, *, nets: bool, correlate: bool):
        self._k, self._counted, self._nets = k, counted, nets
        self._total = ComponentSums(k, pairs=correlate and not nets and k <= _MOST_PAIRS)
        self._largest = [LargestWeights() for _ in range(k if k <= _MOST_TAILS else 0)]
        self._replicates: dict[int, _Means] = {}
        self._surprise = Surprise()

    @property
    def wanted(self) -> ComponentsWanted:
        """What a tally is to keep of a batch."""
        return ComponentsWanted(self._total.has_pairs, tuple(each.log_floor for each in self._largest))

    def add(self, weights: np.ndarray, parts: Sequence[tuple[int, int]]) -> None:
        """Adds weights, [n, k].

        Args:
          weights: of the points of some parts, in their order.
          parts: replicate and number of points of each of them.
        """
        sizes = [size for _, size in parts]
        self.add_tally(ComponentTally.of(weights, sizes, self.wanted), parts)

    def add_tally(self, tally: ComponentTally, parts: Sequence[tuple[int, int]]) -> None:
        """Adds what a batch came to, of which these are the parts; see `add`.

        Raises:
          RuntimeError: if it does not keep what is wanted.
        """
        kept = tally.sums.k, tally.sums.has_pairs, len(tally.largest)
        if kept != (self._k, self._total.has_pairs, len(self._largest)):
            raise RuntimeError("a tally must keep what the measurement wants: make it with its `wanted`")
        self._total.merge(tally.sums)
        for largest, others in zip(self._largest, tally.largest, strict=True):
            largest.merge(others)
        for (replicate, size), total in zip(parts, tally.parts, strict=True):
            self._replicates.setdefault(replicate, _Means(self._k)).add(size, total)

    def close_round(self) -> None:
        """Ends a round: its points are compared with those from before."""
        changes = [means.change() for means in self._replicates.values()]
        self._surprise.add(np.array([change for change in changes if change is not None]))
        for means in self._replicates.values():
            means.close_round()

    def excess(self, target: Target) -> float:
        """Returns how many times the target the worst error is of those that count."""
        return self._counted.excess(self._with_spread(self._total.estimate(), self._spread()), target)

    def result(self) -> ComponentResult:
        """Returns what was measured."""
        apart, own = self._spread(), self._total.estimate()
        ones = np.ones(self._k)
        return ComponentResult(
            found=self._counted.told(self._with_spread(own, apart)),
            deviations=None if apart is None or not self._takes_spread(own) else apart.deviations,
            chi2=self._surprise.chi2 * ones,
            dof=self._surprise.dof,
            q_value=self._surprise.probability() * ones,
            tail_index=np.array([largest.tail_index() for largest in self._largest])
            if self._largest
            else np.full(self._k, np.nan),
        )

    def _spread(self) -> Spread | None:
        parts = list(self._replicates.values())
        if not parts:
            return None
        return spread(
            np.array([part.n + part.n_round for part in parts]), np.array([part.mean() for part in parts])
        )

    def _takes_spread(self, own: Components) -> bool:
        """Returns whether replicates tell the errors: nets do, and points whose pairs are not kept."""
        return self._nets or own.correlation is None

    def _with_spread(self, own: Components, apart: Spread | None) -> Components:
        if apart is None or not self._takes_spread(own):
            return own
        known = np.isfinite(own.sdev) & (own.sdev > 0.0)
        sdev = np.maximum(apart.sdev, ROUNDING * np.abs(own.mean))
        return replace(own, sdev=np.where(known, sdev, own.sdev))
