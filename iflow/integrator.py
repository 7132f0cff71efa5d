"""The run: survey, training, measurement. The only place where all the parts meet."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from iflow import plan as planning
from iflow.batch import Batch, concatenate, evaluate
from iflow.diagnostics import doubts, remarks
from iflow.domain import Domain
from iflow.estimate import Accumulator, Estimate
from iflow.events import Events
from iflow.history import Iteration, Phase
from iflow.integrand import Integrand
from iflow.measurement import Measurement
from iflow.options import Options
from iflow.progress import make_reporter
from iflow.proposal import DefensiveFlow, Proposal, Uniform
from iflow.result import Result

# Share of uniform points while training, where they find what was missed, and while measuring.
_TRAINING_DEFENCE = 0.05
_MEASUREMENT_DEFENCE = 0.02
# Points handed to f at once: enough to amortise the call, few enough to keep memory flat.
_LARGEST_BATCH = 65_536
# Iterations that a fit looks back on: while the target still changes, and once it is |f| itself.
_RECENT_TEMPERED, _RECENT = 2, 8


class Integrator:
    """Integrates f over a region in steps: `train`, then `integrate`.

    Args:
      f: vectorised function, x float64 [n, dim] -> [n]; a function of one point is recognised.
      region: the number of dimensions d of the unit cube, or a sequence of (low, high) pairs.
      **options: those of `iflow.integrate`.

    Raises:
      TypeError: for an f that cannot be called, a malformed region, an unknown option.
      ValueError: for limits or options out of range, or flow=True with too small a budget.

    Attributes:
      seed: repeats the run; drawn from the operating system when none was given.
    """

    def __init__(self, f: Callable[..., Any], region: Any, **options: Any):
        self._options = Options.from_keywords(**options)
        self._domain = Domain(region)
        self._integrand = Integrand(f, self._domain.dim)
        self._target = self._options.target
        self._require_budget_for_flow()
        chosen = self._options.seed
        self.seed = int(np.random.SeedSequence().generate_state(1)[0]) if chosen is None else chosen
        streams = np.random.SeedSequence(self.seed).spawn(3)
        self._points_rng, self._training_rng = map(np.random.default_rng, streams[:2])
        self._flow_seed = int(streams[2].generate_state(1)[0]) % 2**30
        self._reporter = make_reporter(self._options.progress, self._target.max_neval)
        self._begun: float | None = None
        self._proposal: Proposal = Uniform(self._domain.dim)
        self._history: list[Iteration] = []
        self._measurement = Measurement()
        self._n_expected = math.inf
        self._beta: float | None = None
        self._stop_reason = "not started"

    @property
    def neval(self) -> int:
        """Evaluations of f so far, everything included."""
        return self._integrand.neval

    @property
    def seconds(self) -> float:
        """Wall-clock time since the run began, in seconds."""
        return 0.0 if self._begun is None else time.monotonic() - self._begun

    def train(self) -> None:
        """Surveys f with uniform points and, where it pays, trains the flow; freezes the proposal.

        A second call does nothing: the proposal stays what the measurement has begun with.
        """
        with self._reporter:
            self._train()

    def integrate(self) -> Result:
        """Measures with the frozen proposal until the target, the budget or the time limit.

        Trains first if `train` has not been called. Called again after Ctrl-C or an exception it goes
        on where it stopped: no measured point is lost. Ctrl-C returns what there is so far.
        """
        with self._reporter:
            try:
                self._train()
                self._stop_reason = self._measure()
            except KeyboardInterrupt:
                self._stop_reason = "interrupted"
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
        sizes = [_LARGEST_BATCH] * (n // _LARGEST_BATCH) + [n % _LARGEST_BATCH]
        batch = concatenate([self._evaluate(size, self._proposal) for size in sizes if size])
        return Events(batch.x, batch.sign * np.exp(batch.log_weight))

    @property
    def result(self) -> Result:
        """The result as it stands."""
        estimate = self._measurement.estimate()
        chi2, dof, q_value = self._measurement.consistency()
        tail_index = self._measurement.tail_index()
        reasons = doubts(estimate, tail_index=tail_index, q_value=q_value, beta=self._beta)
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
            proposal=self._proposal.name,
            converged=converged,
            reliable=not reasons,
            stop_reason=self._stop_reason,
            warnings=reasons + remarks(pointwise=self._integrand.pointwise, n_needed=n_needed),
            seconds=self.seconds,
            seed=self.seed,
            history=tuple(self._history),
            weight_histogram=self._measurement.histogram(),
        )

    def _train(self) -> None:
        if self._begun is not None:
            return
        self._begun = time.monotonic()
        n_probe = self._probe()
        use_flow = self._options.use_flow
        plan = planning.make_plan(self._target.max_neval, n_probe=n_probe, flow=use_flow is not False)
        survey_batch = self._evaluate(plan.n_survey, self._proposal)
        survey = self._record("survey", survey_batch)
        self._n_expected = planning.points_needed(survey, self._target)
        if not plan.n_iterations:
            return
        if use_flow is True or planning.worth_training(survey, self._target, plan):
            self._train_flow(plan, survey, survey_batch)

    def _train_flow(self, plan: planning.Plan, survey: Estimate, survey_batch: Batch) -> None:
        """Draws from the flow and fits it to what it drew, in turn; then decides whether to use it."""
        self._reporter.say("starting TensorFlow")
        from iflow.flow import build_flow
        from iflow.training import Trainer, choose_beta

        use_flow = self._options.use_flow
        flow = build_flow(self._domain.dim, self._options.flow, seed=self._flow_seed)
        trainer = Trainer(flow, self._options.training, plan.n_iterations)
        proposal = DefensiveFlow(flow, _TRAINING_DEFENCE)
        self._reporter.say("training")
        batches: list[Batch] = [survey_batch]
        spent = plan.n_survey
        newest = survey
        for n_done in range(1, plan.n_iterations + 1):
            batch = self._evaluate(plan.n_per_iteration, proposal)
            batches.append(batch)
            spent += plan.n_per_iteration
            beta = choose_beta(batch.log_f, batch.log_q)
            recent = concatenate(batches[-(_RECENT if beta == 1.0 else _RECENT_TEMPERED) :])
            del batches[:-_RECENT]
            loss = math.nan
            if np.isfinite(recent.log_f).any():
                loss = trainer.fit(recent.y, beta * recent.log_f, recent.log_q, self._training_rng)
            newest = self._record("training", batch, beta=beta, loss=loss)
            self._beta = beta
            if beta == 1.0 and planning.trained_enough(newest, self._target, spent):
                break
            if use_flow == "auto" and planning.nothing_to_learn(newest, survey, n_done):
                break
            if self.seconds > 0.5 * self._target.max_seconds:
                break
        if use_flow is True or planning.flow_is_better(newest, survey):
            self._proposal = DefensiveFlow(flow, _MEASUREMENT_DEFENCE)
            self._n_expected = planning.points_needed(newest, self._target)
        else:
            self._beta = None

    def _measure(self) -> str:
        """Measures round by round; returns why it stopped."""
        self._reporter.say("measuring")
        while True:
            estimate = self._measurement.estimate()
            left = self._target.max_neval - self.neval
            met = estimate.sdev <= self._target.error_allowed(estimate.mean)
            if met and planning.may_stop(estimate.n, self._n_expected):
                return "target"
            if left <= 0:
                return "max_neval"
            if estimate.n and self.seconds > self._target.max_seconds:
                return "max_seconds"
            self._measure_round(planning.round_size(self._n_expected, estimate.n, left))

    def _measure_round(self, n: int) -> None:
        begun = self.neval
        while n > 0:
            batch = self._evaluate(min(n, _LARGEST_BATCH), self._proposal)
            self._measurement.add(batch)
            n -= len(batch.sign)
        own = self._measurement.close_round()
        total = self._measurement.estimate()
        chi2, dof, q_value = self._measurement.consistency()
        self._append(
            "measurement",
            self.neval - begun,
            own,
            running_mean=total.mean,
            running_sdev=total.sdev,
            chi2_per_dof=chi2 / dof if dof else math.nan,
            q_value=q_value if dof else math.nan,
        )

    def _probe(self) -> int:
        n = self._integrand.probe_size
        y, _ = self._proposal.draw(n, self._points_rng)
        self._integrand.probe(self._domain.forward_and_log_det(y)[0])
        return self.neval

    def _evaluate(self, n: int, proposal: Proposal) -> Batch:
        return evaluate(n, proposal, self._domain, self._integrand, self._points_rng)

    def _record(self, phase: Phase, batch: Batch, **values: float) -> Estimate:
        """Adds a row for one batch to the history and returns the batch's own estimate."""
        accumulator = Accumulator()
        accumulator.add(batch.sign, batch.log_weight)
        self._append(phase, len(batch.sign), accumulator.estimate(), **values)
        return accumulator.estimate()

    def _append(self, phase: Phase, n: int, own: Estimate, **values: float) -> None:
        row = Iteration(
            phase=phase,
            neval=n,
            total_neval=self.neval,
            mean=own.mean,
            sdev=own.sdev,
            deviation=own.deviation / abs(own.mean) if own.mean else math.inf,
            seconds=self.seconds,
            **values,
        )
        self._history.append(row)
        self._reporter(row)

    def _require_budget_for_flow(self) -> None:
        if self._options.use_flow is True and self._target.max_neval < planning.LEAST_TO_TRAIN:
            raise ValueError(
                f"max_neval = {self._target.max_neval} is too small to train a flow: flow=True needs "
                f"at least {planning.LEAST_TO_TRAIN}; raise max_neval, or leave flow at 'auto' to "
                "measure without one"
            )
