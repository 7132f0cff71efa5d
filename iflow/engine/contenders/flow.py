"""The flow."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from iflow.engine import costs
from iflow.engine.contenders.contender import DEFENCE
from iflow.engine.replay import Sample
from iflow.options import Options
from iflow.proposal import DefendedFlow, Proposal

if TYPE_CHECKING:
    from iflow.engine.learner import Learner


class FlowContender:
    """The normalizing flow; making one imports TensorFlow.

    Args:
      dim: number of coordinates.
      options: of the run; the shape of the flow and how it is trained.
      seed: of its first weights and of the minibatches.
    """

    name = "flow"
    stratifies = False

    def __init__(self, dim: int, options: Options, *, seed: int):
        from iflow.engine.learner import Learner

        self._dim, self.loss, self.batch = dim, math.nan, options.training.batch
        self.learner: Learner = Learner(dim, options.flow, options.training, seed=seed)
        self.seconds_per_point = costs.seconds_per_point(self.name, dim)
        self.seconds_per_step = costs.seconds_per_step(dim)
        self.seconds_per_fit = options.training.steps * self.seconds_per_step

    def proposal(self, size: float) -> Proposal:
        """Returns the defended flow as it is now."""
        return DefendedFlow(self.name, self.learner.flow, dim=self._dim, share=DEFENCE)

    def n_steps(self, sample: Sample) -> int:
        """Returns the steps of a whole fit."""
        return self.learner.n_steps(sample)

    def fit(self, sample: Sample, beta: float, steps: int | None = None) -> None:
        """Trains on |f|^beta.

        Args:
          sample: to learn from.
          beta: tempering exponent.
          steps: how many; None for those of a whole fit.
        """
        loss = self.learner.fit(sample, beta, steps)
        # The one constant: another nan would make equal histories differ.
        self.loss = math.nan if math.isnan(loss) else loss

    def get_state(self) -> dict[str, Any]:
        """Returns all that a fit changes."""
        return {"learner": self.learner.get_state(), "loss": self.loss}

    def set_state(self, state: Mapping[str, Any]) -> None:
        """Puts back what `get_state` returned."""
        self.learner.set_state(state["learner"])
        self.loss = math.nan if math.isnan(state["loss"]) else state["loss"]
