"""A flow in training: what it has seen, what it is fitted to, and the proposals it makes."""

from __future__ import annotations

import math

import numpy as np

from iflow.batch import Batch, concatenate
from iflow.flow import build_flow
from iflow.options import FlowOptions, TrainingOptions
from iflow.proposal import DefensiveFlow
from iflow.training import Trainer, choose_beta

# Share of uniform points while training, where they find what was missed, and while measuring.
_TRAINING_DEFENCE = 0.05
_MEASUREMENT_DEFENCE = 0.02
# Batches that a fit looks back on: while the target still changes, and once it is |f| itself.
_RECENT_TEMPERED, _RECENT = 2, 8


class Learner:
    """Fits a flow to batches drawn from it, one after the other; importing it imports TensorFlow.

    Args:
      dim: number of coordinates.
      flow: the shape of the flow.
      training: how it is trained.
      n_batches: batches it is planned to learn from.
      seed: of the flow's initial weights and of the minibatches.

    Attributes:
      beta: tempering exponent of the latest fit; 1 when it was fitted to |f| itself.
    """

    def __init__(self, dim: int, flow: FlowOptions, training: TrainingOptions, *, n_batches: int, seed: int):
        self._rng = np.random.default_rng(seed)
        self._flow = build_flow(dim, flow, seed=seed)
        self._trainer = Trainer(self._flow, training, n_batches)
        self._batches: list[Batch] = []
        self.beta = 0.0

    def exploring(self) -> DefensiveFlow:
        """Returns the proposal to draw the next batch from."""
        return DefensiveFlow(self._flow, _TRAINING_DEFENCE)

    def measuring(self) -> DefensiveFlow:
        """Returns the proposal to measure with."""
        return DefensiveFlow(self._flow, _MEASUREMENT_DEFENCE)

    def remember(self, batch: Batch) -> None:
        """Takes a batch to be learned from later, together with the next one."""
        self._batches = [*self._batches[1 - _RECENT :], batch]

    def learn(self, batch: Batch) -> float:
        """Fits the flow to |f|^beta on the batch and the latest before it.

        beta is as large as the batch allows (see `choose_beta`).

        Returns:
          The divergence, averaged over the steps; nan when f was 0 at every point so far.
        """
        self.remember(batch)
        self.beta = choose_beta(batch.log_f, batch.log_q)
        recent = concatenate(self._batches[-(_RECENT if self.beta == 1.0 else _RECENT_TEMPERED) :])
        if not np.isfinite(recent.log_f).any():
            return math.nan
        return self._trainer.fit(recent.y, self.beta * recent.log_f, recent.log_q, self._rng)
