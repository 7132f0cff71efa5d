"""The replay buffer: every evaluated point of survey and training, and the density it was drawn from."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from iflow.batch import Batch
from iflow.engine.tempering import truncated
from iflow.proposal import Proposal

# Rounds that a fit looks back on while the target is still tempered: older ones were drawn for a
# flatter target.
_RECENT = 2


@dataclass
class _Round:
    batches: list[Batch] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)
    log_q: np.ndarray | None = None

    def close(self) -> None:
        """Computes the density of the round as a whole: the mixture of its proposals."""
        if len({proposal.name for proposal in self.proposals}) == 1:
            # As it was drawn: by now it may have learned.
            self.log_q = np.concatenate([batch.log_q for batch in self.batches])
            self.proposals = []
            return
        n = sum(map(len, self.batches))
        log_q = np.full(n, -np.inf)
        y = np.concatenate([batch.y for batch in self.batches])
        for batch, proposal in zip(self.batches, self.proposals, strict=True):
            log_q = np.logaddexp(log_q, np.log(len(batch) / n) + proposal.log_density(y))
        # Nobody asks for the proposals again: they need be neither kept nor stored.
        self.log_q, self.proposals = log_q, []

    def first(self, n: int) -> _Round:
        """Returns a closed round of the first n batches, of a round that has one proposal."""
        part = _Round(self.batches[:n], self.proposals[:n])
        part.close()
        return part


@dataclass(frozen=True)
class Sample:
    """Weighted points to learn from.

    Args:
      y: points of the cube, [n, dim].
      log_f: log|f| on the cube, [n]; -inf where f = 0.
      log_q: log of the density that they count as drawn from, [n].
      sign: of f, -1, 0 or 1, [n].
    """

    y: np.ndarray
    log_f: np.ndarray
    log_q: np.ndarray
    sign: np.ndarray

    def log_weight(self, beta: float) -> np.ndarray:
        """Returns log(|f|^beta / q), truncated at 50 times the mean weight, [n]; -inf where f = 0."""
        log_weight = np.where(np.isfinite(self.log_f), beta * self.log_f - self.log_q, -np.inf)
        return truncated(log_weight) if np.isfinite(log_weight).any() else log_weight


class Replay:
    """Rounds of evaluated points.

    Within a round the points of several proposals count as drawn from their mixture (the balance
    heuristic), so that those of a poor proposal get no heavy weights where a better one drew too.

    Reference:
      Veach, Guibas, SIGGRAPH 1995, section 3.
    """

    def __init__(self) -> None:
        self._rounds: list[_Round] = [_Round()]

    def add(self, batch: Batch, proposal: Proposal) -> None:
        """Adds points of one proposal to the round under way."""
        self._rounds[-1].batches.append(batch.slim())
        self._rounds[-1].proposals.append(proposal)

    def close_round(self) -> Sample:
        """Ends the round under way and returns it; the latest one again until more points are added."""
        if self._rounds[-1].batches:
            self._rounds[-1].close()
            self._rounds.append(_Round())
        return self._sample(self._rounds[-2:-1])

    def arrived(self, n: int) -> Sample:
        """Returns the first n batches, n >= 1, of the round under way, which are all of one proposal."""
        return self._sample([self._rounds[-1].first(n)])

    def recent(self, beta: float, *, n_arrived: int = 0) -> Sample:
        """Returns the points to fit |f|^beta to: all of them at beta = 1, the latest rounds below.

        Args:
          beta: tempering exponent.
          n_arrived: batches of the round under way that count as a round already, see `arrived`.
        """
        rounds = self._rounds[:-1]
        if n_arrived:
            rounds = [*rounds, self._rounds[-1].first(n_arrived)]
        return self._sample(rounds if beta == 1.0 else rounds[-_RECENT:])

    @staticmethod
    def _sample(rounds: list[_Round]) -> Sample:
        batches = [batch for round_ in rounds for batch in round_.batches]
        return Sample(
            y=np.concatenate([batch.y for batch in batches]),
            log_f=np.concatenate([batch.log_f for batch in batches]),
            log_q=np.concatenate([round_.log_q for round_ in rounds if round_.log_q is not None]),
            sign=np.concatenate([batch.sign for batch in batches]),
        )
