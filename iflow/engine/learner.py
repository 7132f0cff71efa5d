"""A flow in training, fitted to weighted points of the replay buffer."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from iflow.engine.replay import Sample
from iflow.flow import build_flow
from iflow.options import FlowOptions, TrainingOptions
from iflow.training import Trainer

# Points are seen this often in one fit at most: few points taken often are learned by heart.
_MOST_EPOCHS = 6
# Of the points, those that judge a polish and take no part in it; they are cut like the others.
_HELD_OUT = 0.1
_LARGEST_RATIO = 50.0


class Learner:
    """Fits a flow to samples; importing it imports TensorFlow.

    Args:
      dim: number of coordinates.
      flow: the shape of the flow.
      training: how it is trained.
      seed: of the flow's initial weights and of the minibatches.

    Attributes:
      flow: in its present state.
    """

    def __init__(self, dim: int, flow: FlowOptions, training: TrainingOptions, *, seed: int):
        self._rng, self._options = np.random.default_rng(seed), training
        self.flow = build_flow(dim, flow, seed=seed)
        self._trainer = Trainer(self.flow, training)

    def __getstate__(self) -> dict[str, Any]:
        """Returns flow, optimiser and random numbers as they are; graphs are made again."""
        kept = {name: value for name, value in vars(self).items() if name != "_trainer"}
        return kept | {"_trainer": self._trainer.get_state()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Puts back what `__getstate__` returned."""
        vars(self).update(state)
        self._trainer = Trainer(self.flow, self._options)
        self._trainer.set_state(state["_trainer"])

    def get_state(self) -> dict[str, Any]:
        """Returns all that a fit changes: of the flow, the optimiser and the random numbers."""
        return {
            "flow": self.flow.get_weights(),
            "optimiser": self._trainer.get_state(),
            "random": self._rng.bit_generator.state,
        }

    def set_state(self, state: Mapping[str, Any]) -> None:
        """Puts back what `get_state` returned."""
        self.flow.set_weights(state["flow"])
        self._trainer.set_state(state["optimiser"])
        self._rng.bit_generator.state = state["random"]

    def n_steps(self, sample: Sample) -> int:
        """Returns the steps of a whole fit."""
        n = len(sample.log_q)
        return min(self._options.steps, math.ceil(_MOST_EPOCHS * n / min(n, self._options.batch)))

    def fit(self, sample: Sample, beta: float, steps: int | None = None) -> float:
        """Trains on |f|^beta with the divergence that the user chose.

        Args:
          sample: to learn from.
          beta: tempering exponent.
          steps: how many; None for those of a whole fit.

        Returns:
          The divergence, averaged over the steps; nan when f was 0 at every point, or there are no steps.
        """
        log_weight = sample.log_weight(beta)
        steps = self.n_steps(sample) if steps is None else steps
        if not steps or not np.isfinite(log_weight).any():
            return math.nan
        log_f = log_weight + sample.log_q
        return self._trainer.fit(sample.y, log_f, sample.log_q, steps=steps, rng=self._rng)

    def polish(self, sample: Sample, steps: int) -> float:
        """Trains on the variance of the weights, keeping the state that held-out points like better.

        Returns:
          Held-out variance of the weights after over that before, at most 1.
        """
        log_weight = sample.log_weight(1.0)
        judges = self._rng.random(len(log_weight)) < _HELD_OUT
        before, weights = self._variance(sample, log_weight, judges), self.flow.get_weights()
        log_f = log_weight + sample.log_q
        learned = ~judges
        self._trainer.polish(
            sample.y[learned], log_f[learned], sample.log_q[learned], steps=steps, rng=self._rng
        )
        after = self._variance(sample, log_weight, judges)
        if not after < before:
            self.flow.set_weights(weights)
            return 1.0
        return after / before

    def _variance(self, sample: Sample, log_weight: np.ndarray, rows: np.ndarray) -> float:
        """Returns the variance of f/q over the square of its mean, estimated from these rows."""
        log_weight = log_weight[rows]
        largest = log_weight.max()
        if not np.isfinite(largest):
            return math.nan
        weight = np.exp(log_weight - largest)
        log_ratio = log_weight + sample.log_q[rows] - self.flow.log_density(sample.y[rows])
        log_ratio -= largest + math.log(weight.mean())
        ratio = np.minimum(np.exp(np.minimum(log_ratio, 50.0)), _LARGEST_RATIO)
        return float((weight * ratio).mean() / weight.mean() - 1.0)
