"""A round of the flow, which learns from the points that have arrived while others are still evaluated."""

from __future__ import annotations

from contextlib import closing

from iflow.engine.contenders import FlowContender
from iflow.engine.replay import Replay, Sample
from iflow.engine.scout import Scout
from iflow.engine.tempering import choose_beta

# Slices that a round is cut into.
N_SLICES = 2
# Effective sample size, as a fraction of the newest points, at which |f|^beta is learned.
_LEAST_FRACTION = 0.1


def newest_beta(newest: Sample) -> float:
    """Returns the tempering exponent that the newest points are learned with."""
    return choose_beta(newest.log_f, newest.log_q, _LEAST_FRACTION)


class FlowRound:
    """A round in which the flow draws alone, in slices.

    All points are placed by the flow as it is when the round begins. After each slice a part of the steps
    of a fit is taken on everything that has arrived up to it, whether or not more is there already: what
    is learned depends on the slices, and never on when they come in.

    Args:
      flow: draws and learns.
      scout: is about to begin a round in which the flow has the only look.
      replay: where the scout puts what arrives.
    """

    def __init__(self, flow: FlowContender, scout: Scout, replay: Replay):
        self._flow, self._scout, self._replay = flow, scout, replay
        self._start, self._is_over = flow.get_state(), False

    def play(self, beta: float) -> None:
        """Draws and learns.

        After an exception it can be called again: what has arrived is not evaluated again, but learning
        begins anew, because the points that are missing belong to the flow of the beginning.

        Args:
          beta: tempering exponent of the latest fit.
        """
        if self._is_over:
            return
        self._flow.set_state(self._start)
        # Whatever is still being evaluated when learning is interrupted has to be told at once.
        with closing(self._scout.arrivals({self._flow.name: self._flow}, beta)) as arrivals:
            n_done = 0
            for number, n_slices in arrivals:
                if number == n_slices:  # of a part of the newest points alone it would be a guess
                    beta = newest_beta(self._replay.arrived(number))
                sample = self._replay.recent(beta, n_arrived=number)
                steps = max(self._flow.n_steps(sample) * number // n_slices - n_done, 0)
                self._flow.fit(sample, beta, steps)
                n_done += steps
        self._is_over = True
