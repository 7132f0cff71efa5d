"""The integrator: prepares a proposal, freezes it, measures with it."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from iflow import plan as planning
from iflow.batch import concatenate
from iflow.diagnostics import doubts, remarks
from iflow.events import Events
from iflow.logbook import Logbook
from iflow.measurement import Measurement
from iflow.options import Options
from iflow.preparation import Preparation
from iflow.progress import make_reporter
from iflow.result import Result
from iflow.sampler import LARGEST_BATCH, Sampler


class Integrator:
    """Integrates f over a region in steps: `train`, then `integrate`.

    Args:
      f: vectorised function, x float64 [n, dim] -> [n]; a function of one point is recognised. It is
        probed at a few points right away.
      region: the number of dimensions d of the unit cube, or a sequence of (low, high) pairs.
      **options: those of `iflow.integrate`.

    Raises:
      TypeError: for an f that cannot be called or does not return real numbers, a malformed region, an
        unknown option.
      ValueError: for limits or options out of range, flow=True with too small a budget, values of f
        that are nan or inf or have the wrong shape.

    Attributes:
      seed: repeats the run; drawn from the operating system when none was given.
    """

    def __init__(self, f: Callable[..., Any], region: Any, **options: Any):
        self._options = Options.from_keywords(**options)
        self._target = self._options.target
        if self._options.use_flow is True:
            planning.require_training_budget(self._target.max_neval)
        chosen = self._options.seed
        self.seed = int(np.random.SeedSequence().generate_state(1)[0]) if chosen is None else chosen
        points_seed, training_seed = np.random.SeedSequence(self.seed).spawn(2)
        self._sampler = Sampler(f, region, seed=points_seed, max_neval=self._target.max_neval)
        self._logbook = Logbook(make_reporter(self._options.progress, self._target.max_neval))
        self._preparation = Preparation(
            self._sampler,
            self._logbook,
            self._options,
            seed=int(training_seed.generate_state(1)[0]) % 2**30,
        )
        self._measurement = Measurement()
        self._stop_reason = "not finished"
        self._n_sampled = 0

    @property
    def neval(self) -> int:
        """Evaluations of f so far, everything included."""
        return self._sampler.neval

    @property
    def seconds(self) -> float:
        """Wall-clock time since the run began, in seconds."""
        return self._logbook.seconds

    def train(self) -> None:
        """Surveys f with uniform points and, where it pays, trains the flow; freezes the proposal.

        A second call does nothing: the proposal stays what the measurement has begun with.
        """
        with self._logbook:
            self._preparation.run()

    def integrate(self) -> Result:
        """Measures with the frozen proposal until the target, the budget or the time limit.

        Trains first if `train` has not been called. Called again after Ctrl-C or an exception it goes
        on where it stopped: nothing evaluated is lost. Ctrl-C returns what there is so far.
        """
        with self._logbook:
            try:
                self._preparation.run()
                self._stop_reason = self._measure()
            except KeyboardInterrupt:
                self._stop_reason = "interrupted"
            except BaseException:
                self._stop_reason = "exception"
                raise
        return self.result

    def sample(self, n: int) -> Events:
        """Returns n weighted points from the frozen proposal; trains first if that is still to be done.

        The n evaluations count in `neval`, are not bounded by `max_neval` and do not enter the result.

        Raises:
          ValueError: if n < 1.
        """
        if n < 1:
            raise ValueError(f"the number of events must be at least 1, got {n}")
        self.train()
        sizes = [LARGEST_BATCH] * (n // LARGEST_BATCH) + [n % LARGEST_BATCH]
        proposal = self._preparation.proposal
        self._n_sampled += n
        batch = concatenate([self._sampler.draw(size, proposal) for size in sizes if size])
        return Events(batch.x, batch.sign * np.exp(batch.log_weight))

    @property
    def result(self) -> Result:
        """The result as it stands."""
        estimate = self._measurement.estimate()
        chi2, dof, q_value = self._measurement.consistency()
        tail_index = self._measurement.tail_index()
        reasons = doubts(
            estimate,
            tail_index=tail_index,
            q_value=q_value,
            beta=self._preparation.beta,
            seen=self._preparation.seen,
        )
        converged = estimate.n > 1 and estimate.sdev <= self._target.error_allowed(estimate.mean)
        n_needed = None if converged else planning.points_needed(estimate, self._target)
        return Result(
            mean=estimate.mean,
            sdev=estimate.sdev,
            chi2=chi2,
            dof=dof,
            Q=q_value,
            neval=self.neval,
            neval_measured=estimate.n,
            ess=estimate.ess,
            max_weight_share=estimate.max_weight_share,
            tail_index=tail_index,
            n_nonzero=estimate.n_nonzero,
            proposal=self._preparation.proposal.name,
            converged=converged,
            reliable=not reasons,
            stop_reason=self._stop_reason,
            warnings=reasons + remarks(estimate, pointwise=self._sampler.pointwise, n_needed=n_needed),
            seconds=self.seconds,
            seed=self.seed,
            history=self._logbook.rows,
            weight_histogram=self._measurement.histogram(),
        )

    def _measure(self) -> str:
        """Measures round by round; returns why it stopped."""
        self._logbook.say("measuring")
        while True:
            estimate = self._measurement.estimate()
            left = self._target.max_neval - (self.neval - self._n_sampled)
            met = estimate.sdev <= self._target.error_allowed(estimate.mean)
            if met and planning.may_stop(estimate.n, self._preparation.n_expected):
                return "target"
            if left <= 0:
                return "max_neval"
            if self._out_of_time():
                return "max_seconds"
            self._measure_round(planning.round_size(self._preparation.n_expected, estimate.n, left))

    def _out_of_time(self) -> bool:
        """Returns whether the time limit is over; something is measured in any case."""
        return self._measurement.estimate().n > 0 and self.seconds > self._target.max_seconds

    def _batch_size(self) -> int:
        """Returns how many points to take at once: fewer where they would overrun the time limit."""
        if math.isinf(self._target.max_seconds):
            return LARGEST_BATCH
        left = max(self._target.max_seconds - self.seconds, 0.0)
        return min(LARGEST_BATCH, max(100, int(left * self.neval / max(self.seconds, 1e-9))))

    def _measure_round(self, n: int) -> None:
        while n > 0 and not self._out_of_time():
            batch = self._sampler.draw(min(n, self._batch_size()), self._preparation.proposal)
            self._measurement.add(batch)
            n -= len(batch.sign)
        own = self._measurement.close_round()
        total = self._measurement.estimate()
        chi2, dof, q_value = self._measurement.consistency()
        self._logbook.write(
            "measurement",
            own,
            self.neval,
            running_mean=total.mean,
            running_sdev=total.sdev,
            chi2_per_dof=chi2 / dof if dof else math.nan,
            q_value=q_value if dof else math.nan,
        )
