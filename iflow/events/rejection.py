"""Accept-reject: events of weight one from weighted points.

The maximum is determined with pilot points, and none of them becomes an event: a maximum that came from
the very points it is used on would depend on which of them are to be accepted.
"""

from __future__ import annotations

import math

import numpy as np

from iflow.batch import Batch
from iflow.events.events import Events
from iflow.events.expectation import effective_size
from iflow.events.source import LARGEST_LOG, LARGEST_TAKE, EventStore, Source
from iflow.events.unweight_options import UnweightOptions
from iflow.events.unweighting import Unweighting
from iflow.statistics.estimate import Accumulator, Estimate

_LEAST_TAKE = 64
# A weight that exceeds the maximum by rounding is no overweight.
_ROUNDING = 1e-9
# Overweights that carry so many times what was allowed for say that the pilot missed the tail.
_TOO_MANY_TIMES = 5.0


def unit_events(source: Source, n: int, options: UnweightOptions) -> Events:
    """Returns n events of weight one, but for the overweights; see `Unweighting`.

    Where a float cannot hold their integral, it is nan.

    Raises:
      ValueError: if f was 0 at all pilot points, or more evaluations would be needed than are allowed.
    """
    rejection = _Rejection(source, n, options)
    rejection.run()
    log_unit = rejection.total.log_scale
    of_float, store = abs(log_unit) < LARGEST_LOG, rejection.store
    estimate = rejection.total.estimate(0.0 if of_float else log_unit)
    return Events(
        points=store.points,
        weights=store.weights,
        names=source.names,
        observables=source.observe(store.points),
        integral=estimate.mean if of_float else math.nan,
        integral_sdev=estimate.sdev if of_float else math.nan,
        n_trials=rejection.n_trials,
        unweighting=rejection.report(() if of_float else (_no_float(estimate),)),
        component_weights=store.component_weights,
        component_names=source.component_names if store.component_weights is not None else (),
    )


def maximum_for(log_weight: np.ndarray, quantile: float) -> float:
    """Returns log of the least weight m with sum_(|w| > m) |w| <= (1 - quantile) sum |w|.

    Args:
      log_weight: log|w|, [n]; -inf where w = 0, which not all are.
      quantile: in (0, 1].
    """
    ordered = np.sort(log_weight)
    shares = np.cumsum(np.exp(ordered - ordered[-1]))
    # Rounding must not lift the share of all of them above that of the last but one.
    row = int(np.searchsorted(shares, quantile * shares[-1]))
    return float(ordered[min(row, len(ordered) - 1)])


class _Rejection:
    """One run: a pilot, then batches until there are n events.

    Attributes:
      store: the events.
      total: of the weights of all evaluations.
      n_trials: points of the accept-reject stage up to the one that became the last event.
    """

    def __init__(self, source: Source, n: int, options: UnweightOptions):
        self._source, self._n, self._options = source, n, options
        self._n_pilot, self._budget = options.pilot_for(n), options.budget_for(n)
        self.total, self.store, self.n_trials = Accumulator(), EventStore(n), 0
        self._log_max, self._neval, self._n_tried, self._expected = 0.0, 0, 0, 0.0

    def run(self) -> None:
        """Draws and accepts until the events are complete."""
        if self._n_pilot >= self._budget:
            raise ValueError(
                f"max_neval must be more than the {self._n_pilot:,} points of the pilot, got "
                f"{self._budget:,}; give more, or fewer of them by n_pilot="
            )
        efficiency = self._pilot()
        self._require(self._n / efficiency, efficiency)
        while self.store.missing:
            if self._n_tried:
                efficiency = max(self._expected, 1.0) / self._n_tried
            needed = self.store.missing / efficiency
            # Powers of 2 from below: little too much at the end, and few sizes for what is compiled for each.
            size = min(1 << math.floor(math.log2(max(needed, _LEAST_TAKE))), LARGEST_TAKE)
            left = self._budget - self._neval
            if left < 1:
                self._require(needed, efficiency)
            self._try(min(size, left))

    def _pilot(self) -> float:
        """Determines the maximum; returns the efficiency to expect."""
        log_weight = np.concatenate(
            [
                self._take(min(LARGEST_TAKE, self._n_pilot - start)).log_weight
                for start in range(0, self._n_pilot, LARGEST_TAKE)
            ]
        )
        if not np.isfinite(log_weight).any():
            raise ValueError(
                f"events need an f that is not 0, but f was 0 at all {self._n_pilot:,} pilot points; if it "
                "is not 0 everywhere, give more of them by n_pilot="
            )
        self._log_max = maximum_for(log_weight, self._options.max_quantile)
        return float(np.minimum(np.exp(np.minimum(log_weight - self._log_max, 0.0)), 1.0).mean())

    def _take(self, n: int) -> Batch:
        """Returns n new points."""
        batch = self._source.take(n)
        self._neval += n
        self.total.add(batch.sign, batch.log_weight)
        return batch

    def _try(self, n: int) -> None:
        """Adds what is accepted of n new points."""
        batch = self._take(n)
        ratio = np.exp(batch.log_weight - self._log_max)
        accepted = np.flatnonzero(self._source.choices.random(n) < ratio)
        self._n_tried += n
        self._expected += float(np.minimum(ratio, 1.0).sum())
        if len(accepted) >= self.store.missing:
            accepted = accepted[: self.store.missing]
            self.n_trials += int(accepted[-1]) + 1
        else:
            self.n_trials += n
        weight = ratio[accepted]
        weight = np.where(weight > 1.0 + _ROUNDING, weight, 1.0)
        chosen = batch.take(accepted)
        self.store.add(chosen.x, chosen.sign * weight, self._component_weights(chosen, weight))

    def _component_weights(self, chosen: Batch, weight: np.ndarray) -> np.ndarray | None:
        """Returns what events are to count for single integrals, [n, k]: f_k/|f| times their weight."""
        if chosen.components is None or not self._source.covers:
            return None
        components: np.ndarray = chosen.components * (weight * np.exp(-chosen.log_f))[:, np.newaxis]
        return components

    def _require(self, needed: float, efficiency: float) -> None:
        """Raises if so many more evaluations are more than there may be."""
        if self._neval + needed <= self._budget:
            return
        raise ValueError(
            f"{self._n:,} events would take about {self._neval + needed:,.0f} evaluations, but at most "
            f"{self._budget:,} are allowed: of the points drawn a share of {efficiency:.2g} is accepted. "
            "Ask for fewer events, allow more evaluations by max_neval=, give a lower max_quantile= (now "
            f"{self._options.max_quantile:g}), or train longer for a better proposal"
        )

    def report(self, remarks: tuple[str, ...] = ()) -> Unweighting:
        """Returns what was done, with remarks of the caller's."""
        weights = self.store.weights
        size, over = np.abs(weights), np.abs(weights) > 1.0
        efficiency = self._expected / self._n_tried
        share = float(size[over].sum() / size.sum())
        return Unweighting(
            maximum=_exp(self._log_max),
            max_quantile=self._options.max_quantile,
            efficiency=efficiency,
            effective_efficiency=efficiency * effective_size(weights) / len(weights),
            overweight_events=float(over.mean()),
            overweight_integral=share,
            largest_overweight=float(size.max()),
            negative_events=float((weights < 0.0).mean()),
            cancellation=float((weights.sum() / size.sum()) ** 2),
            n_pilot=self._n_pilot,
            neval=self._neval,
            warnings=self._warnings(share, float(size.max())) + remarks,
        )

    def _warnings(self, share: float, largest: float) -> tuple[str, ...]:
        allowed = 1.0 - self._options.max_quantile
        # A few events more than expected are no surprise.
        if share <= _TOO_MANY_TIMES * allowed + 10.0 * largest / self._n:
            return ()
        return (
            f"overweights carry {share:.2g} of the integral where {allowed:.2g} was allowed for: the pilot "
            "missed the tail of the weights; give it more points by n_pilot=",
        )


def _no_float(estimate: Estimate) -> str:
    log_mean = estimate.log_unit + math.log(abs(estimate.mean)) if estimate.mean else -math.inf
    return (
        f"the integral, exp({log_mean:.6g}), is outside of floats, so that here and in histograms it is nan; "
        f"for a number return log|f| - ({log_mean:.0f}), which are the same events"
    )


def _exp(log: float) -> float:
    """Returns exp(log), inf where that overflows."""
    return float(np.exp(log)) if log < 709.0 else math.inf
