"""Measures with a frozen proposal, round by round, until the target, the budget or the time limit."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator
from contextlib import closing

from iflow.engine.growth import Part, first_round, next_round
from iflow.engine.measurement import Measurement
from iflow.engine.offload import Offload, Unit
from iflow.engine.tally import Tally
from iflow.logbook import Logbook
from iflow.options import Target
from iflow.proposal import Proposal
from iflow.sampler import Sampler
from iflow.statistics.estimate import Estimate

# The target is tested from so many points on, and from half of those expected: testing often and
# early would pick out rounds whose error happens to be small.
_LEAST_MEASURED, _LEAST_SHARE = 1_000, 0.5
_LEAST_BATCH = 64
_NETS_GAIN = 0.7
# Where it cannot be told what the target takes, the first round is this part of the budget.
_CAUTIOUS = 4.0


class Measuring:
    """The rounds of one measurement.

    Args:
      sampler: evaluates f.
      logbook: takes a row for each round.
      target: when to stop.
      proposal: frozen.
      measurement: takes the points.
      n_expected: points that are expected to meet the target; inf when it cannot be told.
    """

    def __init__(
        self,
        sampler: Sampler,
        logbook: Logbook,
        target: Target,
        *,
        proposal: Proposal,
        measurement: Measurement,
        n_expected: float,
    ):
        self._sampler, self._logbook, self._target = sampler, logbook, target
        self._proposal, self._n_expected = proposal, n_expected
        self.measurement = measurement

    def set_target(self, target: Target) -> None:
        """Goes on to another target; every point of before counts."""
        self._target = target

    def run(self, n_elsewhere: int, offload: Offload | None = None) -> str:
        """Measures on; returns why it stopped: "target", "max_neval" or "max_seconds".

        Args:
          n_elsewhere: evaluations that do not count against the budget.
          offload: measures on workers; None where there are none.
        """
        self._logbook.say("measuring")
        while True:
            if not self.measurement.is_growing:
                estimate = self.measurement.estimate()
                if self._is_met(estimate):
                    return "target"
                left = self._left(n_elsewhere)
                if left <= 0:
                    return "max_neval"
                if self._is_out_of_time():
                    return "max_seconds"
                parts = self._next_parts(estimate, left)
                if not parts:
                    return "max_neval"
                self.measurement.grow(parts)
            stopped = self._finish_round(n_elsewhere, offload)
            if stopped:
                return stopped

    def _left(self, n_elsewhere: int) -> int:
        return self._target.max_neval - (self._sampler.neval - n_elsewhere)

    def _is_met(self, estimate: Estimate) -> bool:
        return estimate.n >= self._least(estimate) and self.measurement.excess(self._target) <= 1.0

    def _least(self, estimate: Estimate) -> float:
        """Returns how many points there must be for the target to be tested."""
        if not math.isfinite(self._n_expected):
            return _LEAST_MEASURED
        # Where all weights are equal, the number expected is what makes a surprise unlikely.
        share = _LEAST_SHARE if estimate.deviation else 1.0
        return max(_LEAST_MEASURED, share * self._n_expected)

    def _next_parts(self, estimate: Estimate, left: int) -> list[Part]:
        """Returns the next round; nothing when what is left would only add to the error."""
        sizes = self.measurement.sizes
        if not sizes:
            expected = self._n_expected if math.isfinite(self._n_expected) else left / _CAUTIOUS
            return first_round(expected, left)
        excess = self.measurement.excess(self._target)
        factor = excess * excess if excess > 1.0 else self._least(estimate) / estimate.n
        parts = next_round(sizes, factor, left)
        # A remnant smaller than a replicate has the error of a small net, and counts by its points: where
        # large nets are far better than that it does harm.
        is_remnant = max(part.n for part in parts) < max(sizes)
        return [] if is_remnant and self.measurement.spread_ratio() < _NETS_GAIN else parts

    def _finish_round(self, n_elsewhere: int, offload: Offload | None) -> str | None:
        """Takes the points of the round under way; returns why, where it does not come to its end."""
        waiting, drawn_from = self.measurement.n_waiting, self._proposal.name
        self._logbook.begin("measurement", waiting, self._sampler.neval, proposal=drawn_from)
        if self._is_out_of_time():
            return "max_seconds"
        self.measurement.begin_again()
        with closing(self._tallies(n_elsewhere, offload)) as tallies:
            for tally in tallies:
                self.measurement.add_tally(tally)
                self._sampler.keep_state(round_is_over=False)
                self._logbook.advance(self._sampler.neval)
                if self.measurement.is_growing and self._is_out_of_time():
                    return "max_seconds"
        if self.measurement.is_growing:  # the budget was spent on batches that f did not survive
            return "max_neval"
        self._close_round()
        return None

    def _tallies(self, n_elsewhere: int, offload: Offload | None) -> Generator[Tally, None, None]:
        """Yields what the batches of the round come to, in their order."""
        is_new = not self._sampler.is_playing
        if offload is not None and is_new and offload.pays(self.measurement.n_waiting):
            self._sampler.keep_only_sums()
            yield from offload.tallies(self._units(n_elsewhere))
            return
        latents = map(self.measurement.next_latents, self._sizes(n_elsewhere))
        for batch in self._sampler.stream(latents, self._proposal, "measurement"):
            yield self.measurement.tally(batch)

    def _units(self, n_elsewhere: int) -> Iterator[Unit]:
        for most in self._sizes(n_elsewhere):
            yield Unit(self.measurement.next_reserved(most), self.measurement.wanted)

    def _sizes(self, n_elsewhere: int) -> Iterator[int]:
        """Yields how many points each batch may have at most, until the round or the budget is at its end."""
        while self.measurement.n_waiting > self.measurement.n_ahead:
            left = self._left(n_elsewhere) - self.measurement.n_ahead
            if left <= 0:
                return
            yield min(left, self._batch_size())

    def _close_round(self) -> None:
        own, total = self.measurement.close_round(), self.measurement.estimate()
        chi2, dof, q_value = self.measurement.consistency()
        self._logbook.write(
            "measurement",
            own,
            self._sampler.neval,
            proposal=self._proposal.name,
            running_mean=total.mean,
            running_sdev=total.sdev,
            log_unit=total.log_unit,
            running_ess=total.ess,
            excess=self.measurement.excess(self._target),
            chi2_per_dof=chi2 / dof if dof else math.nan,
            q_value=q_value if dof else math.nan,
        )
        self._sampler.keep_state()

    def _is_out_of_time(self) -> bool:
        """Returns whether the time limit is over; something is measured in any case."""
        if not self.measurement.n or self._sampler.is_playing:
            return False
        return self._logbook.seconds > self._target.max_seconds

    def _batch_size(self) -> int:
        """Returns how many points to take at once: fewer where they would overrun the time limit."""
        size = self._sampler.next_size
        if size:
            return size
        if math.isinf(self._target.max_seconds):
            return self._sampler.largest_batch
        left = max(self._target.max_seconds - self._logbook.seconds, 0.0)
        per_second = self._sampler.neval / max(self._logbook.seconds, 1e-9)
        return min(self._sampler.largest_batch, max(_LEAST_BATCH, int(left * per_second)))
