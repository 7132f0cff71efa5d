"""Events of an integrator: weighted ones, and of weight one."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from iflow.checks import require_integer
from iflow.events import Events
from iflow.events.observables import Observables, require_observables
from iflow.events.rejection import unit_events
from iflow.events.source import Source, weighted_events
from iflow.events.unweight_options import UnweightOptions
from iflow.options import Options
from iflow.sampler import Sampler

if TYPE_CHECKING:
    from iflow.engine.preparation import Preparation
    from iflow.several.counted import Counted


class Drawing:
    """An integrator that draws events from its frozen proposal."""

    _options: Options
    _sampler: Sampler
    _preparation: Preparation
    _counted: Counted | None
    _events_seed: np.random.SeedSequence
    _n_sampled: int
    seed: int

    def _require_trained(self) -> None:
        raise NotImplementedError

    def _recording(self) -> AbstractContextManager[Any]:
        raise NotImplementedError

    def _keep(self, *, preparation_changed: bool = False) -> None:
        raise NotImplementedError

    def sample(self, n: int, *, observables: Observables | None = None) -> Events:
        """Returns n weighted events from the frozen proposal; trains first if that is still to be done.

        The n evaluations count in `neval`, are not bounded by `max_neval` and do not enter the result.
        Every call returns new events. A checkpoint counts them, but does not hold them: they are the
        caller's.

        Args:
          n: number of events, at least 1.
          observables: to be kept with the events: a function of points [n, dim] that returns a dict of
            arrays [n, ...], or a dict of functions of points.

        Raises:
          ValueError: if n < 1.
          RuntimeError: if a callback stopped the training.
        """
        return self._make_events(n, observables, weighted_events)

    def unweight(
        self,
        n: int,
        *,
        observables: Observables | None = None,
        max_quantile: float = 0.999,
        n_pilot: int | None = None,
        max_neval: int | None = None,
    ) -> Events:
        """Returns n events of weight one by accept-reject; what it did is in their `unweighting`.

        Evaluations count as those of `sample` do. A few events may exceed the maximum; they keep what they
        exceed it by as a weight above one, so that nothing is biased. Where f < 0 weights are negative. The
        nearer the proposal is to |f|, the fewer evaluations an event takes: a smaller `rtol` trains longer.

        Args:
          n: number of events, at least 1.
          observables: as for `sample`.
          max_quantile: share of the integral of |f| that comes from weights up to the maximum.
          n_pilot: points that determine the maximum, and nothing else; None: n/4, 2,000 to 65,536.
          max_neval: evaluations that the events may take; None: 1,000 n, at least 1,000,000.

        Raises:
          ValueError: if n < 1, f is 0 at all pilot points, or the events would take more than `max_neval`.
          RuntimeError: if a callback stopped the training.
        """
        options = UnweightOptions(max_quantile, n_pilot, max_neval)
        return self._make_events(n, observables, partial(unit_events, options=options))

    @property
    def _learns_norm(self) -> bool:
        """Whether the proposals learn no integral of the user's, but the norm of several."""
        return self._counted is not None and not self._counted.is_one_real

    def _make_events(
        self, n: int, observables: Observables | None, make: Callable[[Source, int], Events]
    ) -> Events:
        """Returns what is made of fresh points; these are outside of the budget of the measurement."""
        require_integer("n", n, 1)
        require_observables(observables)
        self._require_trained()
        proposal = self._preparation.proposal
        (seed,) = self._events_seed.spawn(1)
        source = Source(
            lambda u: self._sampler.draw(u, proposal),
            latent_dim=proposal.latent_dim,
            names=self._sampler.names,
            observables=observables,
            seed=seed,
            component_names=() if self._counted is None else self._sampler.layout.names,
            covers=self._counted is not None
            and self._counted.counts_all
            and not callable(self._options.components.norm),
        )
        before = self._sampler.neval
        try:
            return replace(make(source, n), seed=self.seed, of_norm=self._learns_norm)
        finally:
            self._n_sampled += self._sampler.neval - before
            with self._recording():
                self._keep()
