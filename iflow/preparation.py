"""Survey and training: finds the proposal that the measurement draws from."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from iflow import plan as planning
from iflow.batch import Batch, concatenate
from iflow.diagnostics import Seen
from iflow.estimate import Estimate
from iflow.logbook import Logbook
from iflow.options import Options
from iflow.proposal import Proposal
from iflow.sampler import Sampler

if TYPE_CHECKING:
    from iflow.learner import Learner


# Points of each batch that are kept to see what the frozen proposal makes of them.
_N_HEAVIEST = 500


class Preparation:
    """Looks at uniform points and, where it pays, trains a flow. What is done is never done twice.

    Args:
      sampler: evaluates f; its points make up the survey and the training.
      logbook: takes a row for each batch.
      options: of the run.
      seed: of the flow's weights and its minibatches.

    Attributes:
      done: whether the proposal is settled.
      proposal: what to measure with; uniform until a flow has proved better.
      n_expected: points that are expected to meet the target with it; inf when it cannot be told.
      beta: tempering exponent at which training ended; None when the proposal is not a flow.
      seen: the heaviest points of survey and training, as the proposal weighs them.
    """

    def __init__(self, sampler: Sampler, logbook: Logbook, options: Options, *, seed: int):
        self._sampler, self._logbook, self._options, self._seed = sampler, logbook, options, seed
        self._target = options.target
        self._plan = planning.make_plan(
            self._target.max_neval, n_probe=sampler.neval, flow=options.use_flow is not False
        )
        self._survey: tuple[Batch, Estimate] | None = None
        self._learner: Learner | None = None
        self._trained: list[Estimate] = []
        self._batches: list[tuple[int, Batch]] = []
        self.done = False
        self.proposal: Proposal = sampler.uniform
        self.n_expected = math.inf
        self.beta: float | None = None
        self.seen = Seen(np.empty(0), np.empty(0))

    def run(self) -> None:
        """Does what is still to be done; after an exception it can be called again."""
        if self.done:
            return
        batch, survey = self._survey or self._take_survey()
        self.n_expected = planning.points_needed(survey, self._target)
        if self._learner is not None or self._wants_flow(survey):
            learner = self._learner or self._start_learner(batch)
            self._train(learner, survey)
        self.seen = self._look_back()
        self.done = True

    def _look_back(self) -> Seen:
        """Returns what the proposal makes of the heaviest points of every batch."""
        n = sum(size for size, _ in self._batches)
        heavy = concatenate([batch for _, batch in self._batches])
        return Seen(
            log_weight=heavy.log_f - self.proposal.log_density(heavy.y),
            log_share=heavy.log_weight - math.log(max(n, 1)),
        )

    def _take_survey(self) -> tuple[Batch, Estimate]:
        self._logbook.say("survey")
        batch = self._sampler.draw(min(self._plan.n_survey, self._sampler.left), self.proposal)
        self._survey = batch, batch.estimate()
        self._batches.append((len(batch.sign), batch.heaviest(_N_HEAVIEST)))
        self._logbook.write("survey", self._survey[1], self._sampler.neval)
        return self._survey

    def _wants_flow(self, survey: Estimate) -> bool:
        if not self._plan.n_iterations:
            return False
        forced = self._options.use_flow is True
        if self._logbook.seconds > 0.5 * self._target.max_seconds:
            return False
        return forced or planning.worth_training(survey, self._target, self._plan)

    def _start_learner(self, survey: Batch) -> Learner:
        self._logbook.say("starting TensorFlow")
        from iflow.learner import Learner

        self._learner = Learner(
            self._sampler.dim,
            self._options.flow,
            self._options.training,
            n_batches=self._plan.n_iterations,
            seed=self._seed,
        )
        self._learner.remember(survey)
        return self._learner

    def _train(self, learner: Learner, survey: Estimate) -> None:
        """Draws from the flow and fits it to what it drew, in turn; then decides whether to use it."""
        self._logbook.say("training")
        while not self._is_trained(learner, survey):
            batch = self._sampler.draw(self._plan.n_per_iteration, learner.exploring())
            # Everything is kept before anyone is told: what the reporter does must not lose it.
            self._batches.append((len(batch.sign), batch.heaviest(_N_HEAVIEST)))
            loss = learner.learn(batch)
            own = batch.estimate()
            self._trained.append(own)
            self._logbook.write("training", own, self._sampler.neval, beta=learner.beta, loss=loss)
        if not self._trained:
            return
        newest = self._trained[-1]
        tempered = learner.beta < 1.0
        if self._options.use_flow is True or tempered or planning.flow_is_better(newest, survey):
            self.proposal, self.beta = learner.measuring(), learner.beta
            self.n_expected = planning.points_needed(newest, self._target)

    def _is_trained(self, learner: Learner, survey: Estimate) -> bool:
        n_done = len(self._trained)
        if n_done == self._plan.n_iterations or self._logbook.seconds > 0.5 * self._target.max_seconds:
            return True
        if self._sampler.left < 2 * self._plan.n_per_iteration:  # spent on batches that f did not survive
            return True
        if n_done == 0:
            return False
        if learner.beta < 1.0:
            return False
        newest = self._trained[-1]
        if planning.trained_enough(newest, self._target, self._sampler.neval):
            return True
        forced = self._options.use_flow is True
        return not forced and planning.nothing_to_learn(newest, survey, n_done)
