"""A flow trained on an integral with a fixed number of calls and of optimiser steps.

The engine's own pieces in a fixed order: flows that differ in one option can then be compared step by
step, whatever the engine would have made of the time they take.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.problem import Problem
from iflow.engine.contenders.contender import DEFENCE
from iflow.engine.learner import Learner
from iflow.engine.replay import Replay, Sample
from iflow.engine.tempering import choose_beta
from iflow.flow import Flow
from iflow.options import FlowOptions, TrainingOptions
from iflow.points import RandomPoints
from iflow.proposal import DefendedFlow
from iflow.sampler import Sampler


@dataclass(frozen=True)
class Course:
    """What a flow is given to learn from.

    Args:
      rounds: of points, the first of them uniform, each followed by a fit.
      n: points of a round.
      steps: optimiser steps of a fit.
      polish: steps on the variance of the weights that come last.
    """

    rounds: int = 5
    n: int = 20_000
    steps: int = 60
    polish: int = 200

    @property
    def neval(self) -> int:
        """Calls of the integrand."""
        return self.rounds * self.n

    @property
    def title(self) -> str:
        """What it is, in a few words."""
        return f"{self.neval:,} calls, {self.rounds * self.steps + self.polish:,} steps"


def train(problem: Problem, options: FlowOptions, course: Course, *, seed: int) -> tuple[Flow, Sample]:
    """Returns a trained flow and what it was trained on.

    Args:
      problem: the integral.
      options: of the flow.
      course: points and steps.
      seed: of everything random.
    """
    dim = problem.dim
    learner = Learner(dim, options, TrainingOptions(steps=course.steps), seed=seed)
    sampler = Sampler(problem.build(), dim, seed=seed, max_neval=2 * course.neval)
    defended, replay = defend(learner.flow), Replay()
    points = RandomPoints(defended.latent_dim, np.random.SeedSequence(seed))
    for number in range(course.rounds):
        u = points.take(course.n)
        # The flow is still the identity in the first round.
        replay.add(sampler.draw(u, defended), defended)
        newest = replay.close_round()
        beta = choose_beta(newest.log_f, newest.log_q) if number < course.rounds - 1 else 1.0
        learner.fit(replay.recent(beta), beta)
    sample = replay.recent(1.0)
    learner.polish(sample, course.polish)
    return learner.flow, sample


def defend(flow: Flow) -> DefendedFlow:
    """Returns the flow as the engine draws from it, mixed with a small uniform share."""
    return DefendedFlow("flow", flow, dim=flow.dim, share=DEFENCE)
