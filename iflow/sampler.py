"""Draws points of a proposal and computes the integrand there."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from functools import partial
from itertools import chain, islice
from typing import TYPE_CHECKING, Protocol

import numpy as np

from iflow.batch import Batch, concatenate
from iflow.evaluator import Evaluator
from iflow.proposal import DefendedFlow, Proposal, Uniform
from iflow.underway import Underway

if TYPE_CHECKING:
    from iflow.checkpoint import Recorder

# Points handed to f at once: enough to amortise the call, few enough to keep memory flat; of many integrals
# so few that their values are not more than this many numbers.
LARGEST_BATCH = 65_536
_MOST_VALUES, _LEAST_BATCH = 1 << 20, 1_024
# Batches that are begun before the first one is there, at most: they are all in memory.
_MOST_AHEAD = 32


class _Search(Uniform):
    """Stands for a search in the box where the name of a proposal is asked for."""

    name = "search"


_SEARCH = _Search(0)


class Learned(Protocol):
    """Makes one number a point of the values of several integrals."""

    @property
    def is_settled(self) -> bool:
        """Whether no batch changes it any more."""

    def see(self, components: np.ndarray, log_q: np.ndarray) -> None:
        """Takes what it needs to know from the first batch: f_k |dx/dy|, [n, k], and log q, [n]."""

    def sign_and_log(self, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Returns sign and logarithm of it, [n] each, for values [n, k]."""

    def log_size(self, values: np.ndarray) -> np.ndarray:
        """Returns the logarithm of how large values [n, k] are, [n], before any is known to be large."""


class Sampler(Evaluator):
    """Draws points of proposals, and computes f there.

    Args: those of `Evaluator`.

    Attributes:
      norm: makes the number that proposals learn of several integrals; to be set before the first draw.
      recorder: writes down what is drawn in a phase of the run; None for nobody.
    """

    norm: Learned | None = None
    recorder: Recorder | None = None

    @property
    def uniform(self) -> Uniform:
        """Uniform points: no map at all."""
        return Uniform(self.dim)

    @property
    def largest_batch(self) -> int:
        """Points handed to f at once, at most."""
        return min(LARGEST_BATCH, max(_LEAST_BATCH, _MOST_VALUES // self.layout.k))

    def keep_state(self, *, round_is_over: bool = True) -> None:
        """Has the state of the run stored, where there is a recorder."""
        if self.recorder is None:
            return
        if round_is_over:
            self.recorder.keep_round()
        else:
            self.recorder.keep_between()

    @property
    def next_size(self) -> int | None:
        """Points of the next batch, where it has been evaluated before."""
        return self.recorder.tape.next_size if self.recorder is not None else None

    @property
    def is_playing(self) -> bool:
        """Whether what is drawn now has been evaluated before, by a run that was stopped."""
        return self.recorder is not None and self.recorder.tape.is_playing

    @property
    def keeps_only_sums(self) -> bool:
        """Whether nobody writes down the points of the measurement, or not any more."""
        return self.recorder is None or self.recorder.tape.sums_only

    def keep_only_sums(self) -> None:
        """Has no more points of the measurement written down, where there is a recorder."""
        if self.recorder is not None:
            self.recorder.tape.sums_only = True

    def draw(self, u: np.ndarray, proposal: Proposal, phase: str = "") -> Batch:
        """Returns the points that a proposal makes of latents u [n, latent_dim], evaluated.

        Args:
          u: latents, [n, latent_dim].
          proposal: what makes points of them.
          phase: "survey", "training" or "measurement": what is drawn in one is recorded, where there is a
            recorder.
        """
        (batch,) = self.stream([u], proposal, phase)
        return batch

    def stream(
        self, latents: Iterable[np.ndarray], proposal: Proposal, phase: str = "", *, at_once: bool = False
    ) -> Generator[Batch, None, None]:
        """Returns an iterator over what `draw` makes of latents [n, latent_dim] after latents, in order.

        Where workers compute f, the next points are made and sent while they are busy with these; what
        has come back of those that are not asked for any more is kept for when they are drawn again.

        Args:
          latents: those of each batch; asked for as they are needed.
          proposal: what makes points of them.
          phase: as for `draw`.
          at_once: whether all points are made before this returns, so that none moves when the proposal
            learns while the batches come in.
        """
        begun = (self._begin_all(u, proposal, phase, at_once) for u in latents)
        return self._hand_over(deque(begun), ()) if at_once else self._hand_over(deque(), begun)

    def _hand_over(
        self, waiting: deque[list[Underway]], begun: Iterable[list[Underway]]
    ) -> Generator[Batch, None, None]:
        """Yields batches as they come in: those that wait, and as many that are begun as workers need."""
        try:
            for underway in begun:
                waiting.append(underway)
                _announce(underway, more_comes=True)
                while waiting and self._has_enough(waiting):
                    yield self._end_all(waiting)
            for batch in waiting:
                _announce(batch, more_comes=False)
            while waiting:
                yield self._end_all(waiting)
        finally:
            for piece in chain.from_iterable(waiting):
                if self._crew is not None and piece.job is not None:
                    self._crew.give_up(piece.job)

    def _begin_all(self, u: np.ndarray, proposal: Proposal, phase: str, at_once: bool) -> list[Underway]:
        size = self.largest_batch
        pieces = [u[start : start + size] for start in range(0, len(u), size)]
        return [self._begin(piece, proposal, phase, at_once) for piece in pieces]

    def _end_all(self, waiting: deque[list[Underway]]) -> Batch:
        """Returns the first batch of those that wait, and takes it off."""
        pieces = []
        for underway in waiting[0]:
            pieces.append(underway.result())
            self.learn_from(pieces[-1])
            self._note_omitted(pieces[-1].x, pieces[-1].omitted)
        waiting.popleft()
        return pieces[0] if len(pieces) == 1 else concatenate(pieces)

    def _has_enough(self, waiting: deque[list[Underway]]) -> bool:
        """Returns whether workers stay busy while the first batch is waited for, or there are none."""
        if self._crew is None or all(underway.job is None for underway in waiting[0]):
            return True
        # When the first one is there, the next is to be under way: it takes a while to make another.
        behind = [underway.job for underway in chain.from_iterable(islice(waiting, 1, None))]
        jobs = [job for job in behind if job is not None]
        return len(waiting) > _MOST_AHEAD or self._crew.has_enough(jobs)

    def _begin(self, u: np.ndarray, proposal: Proposal, phase: str, at_once: bool) -> Underway:
        """Begins a batch, unless it has been evaluated before."""
        if not phase or self.recorder is None:
            return self._send(u, proposal, at_once)
        if self.is_playing or self._crew is None:
            return Underway(
                partial(self.recorder.draw, self._drawing(u, proposal, at_once), u, proposal, phase)
            )
        batch = self.recorder.play(u)
        if batch is not None:
            return Underway(lambda: batch)
        return self._send(u, proposal, at_once).then(partial(self.recorder.record, u, proposal, phase=phase))

    def _send(self, u: np.ndarray, proposal: Proposal, at_once: bool) -> Underway:
        """Begins to compute f at the points made of latents; where there is no crew, when it is asked for."""
        if self._crew is None:
            return Underway(partial(self._drawing(u, proposal, at_once), u, proposal))
        y, log_q = self._placed(u, proposal)
        x, log_slope = self._forward(y)
        pending = self._integrand.begin(x)
        return Underway(lambda: self._batch(x, y, self._finish(pending), log_slope, log_q), pending.job)

    def _drawing(self, u: np.ndarray, proposal: Proposal, at_once: bool) -> Callable[..., Batch]:
        """Returns what evaluates the points that a proposal makes of latents, now or when it is asked for."""
        if not at_once:
            return self._draw
        y, log_q = self._placed(u, proposal)
        return lambda u, proposal: self._evaluated(y, log_q)

    def _placed(self, u: np.ndarray, proposal: Proposal) -> Sequence[np.ndarray]:
        """Returns the points y [n, dim] that a proposal makes of latents, and log q(y) [n]."""
        return self._portions.columns_of(proposal.place, u)

    def _draw(self, u: np.ndarray, proposal: Proposal) -> Batch:
        drawn = self._draw_in_graph(u, proposal)
        if not drawn:
            return self._evaluated(*self._placed(u, proposal))
        y, log_q, x, values = drawn
        _, log_slope = self._forward(y)
        return self._batch(x, y, values, log_slope, log_q)

    def _evaluated(self, y: np.ndarray, log_q: np.ndarray) -> Batch:
        x, log_slope = self._forward(y)
        return self._batch(x, y, self._compute(x), log_slope, log_q)

    def learn_from(self, batch: Batch) -> None:
        """Lets the norm see a batch that was played from a checkpoint, as it would have when it was drawn."""
        if self.norm is not None and batch.components is not None:
            self.norm.see(batch.components, batch.log_q)

    def _batch(
        self, x: np.ndarray, y: np.ndarray, values: np.ndarray, log_slope: np.ndarray, log_q: np.ndarray
    ) -> Batch:
        values, omitted = self._without_omitted(values)
        self._require_few(x, omitted)
        if self.log:
            sign = np.where(values > -np.inf, 1.0, 0.0)
            return Batch(x, y, sign, values + log_slope, log_q, omitted=omitted)
        if values.ndim == 1:
            with np.errstate(divide="ignore"):
                log_f = np.log(np.abs(values)) + log_slope
            return Batch(x, y, np.sign(values), log_f, log_q, omitted=omitted)
        if self.norm is None:
            raise RuntimeError("several integrals need a norm before their points are drawn")
        values = np.ascontiguousarray(values)  # sums depend on the order in memory, by rounding
        with np.errstate(over="ignore"):  # told by whoever sums the weights
            components = values * np.exp(log_slope)[:, np.newaxis]
        self.norm.see(components, log_q)
        sign, log_norm = self.norm.sign_and_log(values)
        if omitted is not None and omitted.any():  # whatever a norm of the user's makes of zeros
            sign, log_norm = np.where(omitted, 0.0, sign), np.where(omitted, -np.inf, log_norm)
        return Batch(x, y, sign, log_norm + log_slope, log_q, components, omitted)

    def _draw_in_graph(self, u: np.ndarray, proposal: Proposal) -> list[np.ndarray] | None:
        """Returns y, log q(y), x and f(x) from a graph of them all; None where there is none."""
        follow = self._follow
        if follow is None or not isinstance(proposal, DefendedFlow):
            return None
        if self._integrand.is_in_instalments(len(u)):
            return None
        self._integrand.neval += len(u)  # even if f raises
        try:
            with self._integrand.around_f():
                y, log_q, x, values = self._portions.columns_of(lambda u: proposal.place_then(u, follow), u)
            self.tell_of_memory()
        except Exception as error:
            if self.left < len(u):
                raise
            # Once more on its own, where f's mistake is told together with the point. If it makes none
            # there, no later batch is to be computed twice.
            self._follow = None
            self._integrand.leave_graphs(error)
            return None
        return [y, log_q, x, self._integrand.take_from_graph(values, x)]

    def look(self, t: np.ndarray) -> np.ndarray:
        """Returns log(|f| |dx/dt|) at points t [n, dim] of the box, [n]; -inf where f = 0.

        Of several integrals the largest that counts is taken.
        """
        if self.recorder is None:
            batch = self._look(t, _SEARCH)
        else:
            batch = self.recorder.draw(self._look, t, _SEARCH, phase="survey")
        self._note_omitted(batch.x, batch.omitted)
        return batch.log_f

    def _look(self, t: np.ndarray, proposal: Proposal) -> Batch:
        """Returns the same as a batch, by points and densities on the box."""
        x, log_slope = self._domain.from_box(t)
        values, omitted = self._without_omitted(self._compute(x))
        if self.log:
            log_f = values
        elif self.norm is not None:
            log_f = self.norm.log_size(values)
        else:
            with np.errstate(divide="ignore"):
                log_f = np.log(np.abs(values))
        if omitted is not None:
            log_f = np.where(omitted, -np.inf, log_f)
        found = np.isfinite(log_f).astype(float)
        return Batch(x, t, found, log_f + log_slope, np.zeros(len(t)), omitted=omitted)


def _announce(batch: list[Underway], *, more_comes: bool) -> None:
    """Says of a batch whether another one follows: how it is cut up depends on that, and nothing else."""
    for underway in batch:
        if underway.job is not None:
            underway.job.more_comes = more_comes
