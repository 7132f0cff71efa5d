"""The integrator: prepares a proposal, freezes it, measures with it."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from iflow.batch import concatenate
from iflow.diagnostics import doubts, remarks
from iflow.engine.admission import require_training_budget
from iflow.engine.measurement import Measurement
from iflow.engine.measuring import Measuring
from iflow.engine.preparation import Preparation
from iflow.events import Events
from iflow.logbook import Logbook
from iflow.options import Options
from iflow.points import STREAMS
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
            require_training_budget(self._target.max_neval)
        chosen = self._options.seed
        self.seed = int(np.random.SeedSequence().generate_state(1)[0]) if chosen is None else chosen
        seeds = np.random.SeedSequence(self.seed).spawn(4)
        probe_seed, preparation_seed, self._points_seed, self._events_seed = seeds
        self._sampler = Sampler(f, region, seed=probe_seed, max_neval=self._target.max_neval)
        self._options.flow.require_dim(self._sampler.dim)
        self._logbook = Logbook(make_reporter(self._options.progress, self._target.max_neval))
        self._preparation = Preparation(
            self._sampler,
            self._logbook,
            self._options,
            seed=preparation_seed,
        )
        self._measuring: Measuring | None = None
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
                self._stop_reason = self._start_measuring().run(self._n_sampled)
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
        proposal = self._preparation.proposal
        (seed,) = self._events_seed.spawn(1)
        points = STREAMS["random"](proposal.latent_dim, seed)
        sizes = [LARGEST_BATCH] * (n // LARGEST_BATCH) + [n % LARGEST_BATCH]
        self._n_sampled += n
        batch = concatenate([self._sampler.draw(points.take(size), proposal) for size in sizes if size])
        return Events(batch.x, batch.sign * np.exp(batch.log_weight))

    def _start_measuring(self) -> Measuring:
        """Returns the measurement with the proposal that is now frozen; begins it once."""
        if self._measuring is None:
            proposal, nets = self._preparation.proposal, self._preparation.nets
            self._measuring = Measuring(
                self._sampler,
                self._logbook,
                self._target,
                proposal=proposal,
                measurement=Measurement(
                    proposal.latent_dim, kind="sobol" if nets else "random", seed=self._points_seed
                ),
                n_expected=self._preparation.n_expected,
            )
        return self._measuring

    @property
    def result(self) -> Result:
        """The result as it stands."""
        preparation, measurement = self._preparation, self._measurement()
        estimate = measurement.estimate()
        chi2, dof, q_value = measurement.consistency()
        tail_index = measurement.tail_index()
        reasons = doubts(
            estimate,
            tail_index=tail_index,
            q_value=q_value,
            beta=preparation.beta,
            seen=preparation.seen,
            pilots=preparation.pilots,
        )
        allowed = self._target.error_allowed(estimate.mean)
        converged = estimate.n > 1 and estimate.sdev <= allowed
        n_needed = None
        if not converged and estimate.n:
            ratio = estimate.sdev / allowed if allowed else math.inf
            n_needed = estimate.n * ratio * ratio  # inf, where ** would raise
        notes = remarks(
            estimate,
            pointwise=self._sampler.pointwise,
            n_needed=n_needed,
            spread_ratio=measurement.spread_ratio(),
            not_traced=self._sampler.not_traced,
        )
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
            proposal=preparation.proposal.name,
            converged=converged,
            reliable=not reasons,
            stop_reason=self._stop_reason,
            warnings=reasons + notes + preparation.remarks(),
            seconds=self.seconds,
            seed=self.seed,
            history=self._logbook.rows,
            weight_histogram=measurement.histogram(),
        )

    def _measurement(self) -> Measurement:
        """Returns the measurement so far, an empty one if it has not begun."""
        if self._measuring is None:
            return Measurement(self._sampler.dim, kind="random", seed=self._points_seed)
        return self._measuring.measurement
