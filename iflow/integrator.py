"""The integrator: prepares a proposal, freezes it, measures with it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from iflow.checks import require_integer
from iflow.conclusion import Run, conclude
from iflow.counted import Counted
from iflow.engine.admission import require_training_budget
from iflow.engine.component_measurement import ComponentMeasurement
from iflow.engine.measurement import Measurement
from iflow.engine.measuring import Measuring
from iflow.engine.preparation import Preparation
from iflow.events import Events
from iflow.events.observables import Observables, require_observables
from iflow.events.rejection import unit_events
from iflow.events.source import Source, weighted_events
from iflow.events.unweight_options import UnweightOptions
from iflow.layout import Layout
from iflow.logbook import Logbook
from iflow.norm import Norm
from iflow.options import Options
from iflow.pictures import (
    OF_RESULT,
    Wanted,
    density_lattice,
    draw_cloud,
    plot_of_points,
    usual_size,
)
from iflow.point_cloud import PointCloud
from iflow.result import Result
from iflow.results import Results
from iflow.sampler import Sampler
from iflow.watching import Stopped, make_reporter

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.figure import Figure

# Child of the seed that pictures are drawn with; the first few belong to the run.
_PICTURES = (1_000,)


class Integrator:
    """Integrates f over a region in steps: `train`, then `integrate`.

    Args:
      f: vectorised function, x float64 [n, dim] -> [n]; a function of one point is recognised. It is
        probed at a few points right away.
      region: as for `iflow.integrate`.
      **options: those of `iflow.integrate`.

    Raises:
      TypeError: for an f that cannot be called or does not return real numbers, a malformed region, an
        unknown option.
      ValueError: for limits or options out of range, flow=True with too small a budget, values of f
        that are nan or inf or have the wrong shape.

    Attributes:
      seed: repeats the run; drawn from the operating system when none was given.
      names: what to call each coordinate of x.
    """

    def __init__(self, f: Callable[..., Any], region: Any, **options: Any):
        self._options = Options.from_keywords(**options)
        self._target = self._options.target
        if self._options.use_flow is True:
            require_training_budget(self._target.max_neval)
        chosen = self._options.seed
        self.seed = int(np.random.SeedSequence().generate_state(1)[0]) if chosen is None else chosen
        seeds = np.random.SeedSequence(self.seed).spawn(4)
        probe_seed, preparation_seed, self._points_seed, self._events_seed = seeds
        log = self._options.components.log
        self._sampler = Sampler(f, region, seed=probe_seed, max_neval=self._target.max_neval, log=log)
        self.names = self._sampler.names
        self._options.flow.require_dim(self._sampler.dim)
        self._counted = self._count(getattr(f, "component", None))
        self._logbook = Logbook(make_reporter(self._options.watching, self._target))
        self._preparation = Preparation(
            self._sampler,
            self._logbook,
            self._options,
            seed=preparation_seed,
            counted=self._counted,
        )
        self._measuring: Measuring | None = None
        self._stop_reason = "not finished"
        self._n_sampled = 0
        self._cloud: PointCloud | None = None

    @property
    def neval(self) -> int:
        """Evaluations of f so far, everything included."""
        return self._sampler.neval

    @property
    def layout(self) -> Layout:
        """What f returns: one real integral, or several and how they lie in a row."""
        return self._sampler.layout

    @property
    def seconds(self) -> float:
        """Wall-clock time since the run began, in seconds."""
        return self._logbook.seconds

    def train(self) -> None:
        """Surveys f with uniform points and, where it pays, trains the flow; freezes the proposal.

        A second call does nothing: the proposal stays what the measurement has begun with. Where a
        callback stops it, the next call goes on.
        """
        with self._logbook, contextlib.suppress(Stopped):
            self._preparation.run()

    def integrate(self) -> Result | Results:
        """Measures with the frozen proposal until the target, the budget or the time limit.

        Trains first if `train` has not been called. Called again after Ctrl-C or an exception it goes
        on where it stopped: nothing evaluated is lost. Ctrl-C, or a callback that raises StopIteration,
        returns what there is so far.
        """
        with self._logbook:
            try:
                self._preparation.run()
                self._stop_reason = self._start_measuring().run(self._n_sampled)
            except KeyboardInterrupt:
                self._stop_reason = "interrupted"
            except Stopped:
                self._stop_reason = "callback"
            except BaseException:
                self._stop_reason = "exception"
                raise
        result = self.result
        self._logbook.finish(result)
        return result

    def sample(self, n: int, *, observables: Observables | None = None) -> Events:
        """Returns n weighted events from the frozen proposal; trains first if that is still to be done.

        The n evaluations count in `neval`, are not bounded by `max_neval` and do not enter the result.
        Every call returns new events.

        Args:
          n: number of events, at least 1.
          observables: to be kept with the events: a function of points [n, dim] that returns a dict of
            arrays [n, ...], or a dict of functions of points.
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
          ValueError: if n < 1.
          RuntimeError: if a callback stopped the training.
          ValueError: if f is 0 at all pilot points, or the events would take more than `max_neval`.
        """
        options = UnweightOptions(max_quantile, n_pilot, max_neval)
        return self._make_events(n, observables, partial(unit_events, options=options))

    def _make_events(
        self, n: int, observables: Observables | None, make: Callable[[Source, int], Events]
    ) -> Events:
        """Returns what is made of fresh points; these are outside of the budget of the measurement."""
        require_integer("n", n, 1)
        require_observables(observables)
        self.train()
        if not self._preparation.done:
            raise RuntimeError("the callback stopped the training: call train() again to go on, then sample")
        proposal = self._preparation.proposal
        (seed,) = self._events_seed.spawn(1)
        source = Source(
            lambda u: self._sampler.draw(u, proposal),
            latent_dim=proposal.latent_dim,
            names=self._sampler.names,
            observables=observables,
            seed=seed,
        )
        before = self.neval
        try:
            return replace(make(source, n), seed=self.seed)
        finally:
            self._n_sampled += self.neval - before

    def cloud(self, n: int | None = None) -> PointCloud:
        """Returns points of the frozen proposal with latents and weights, for pictures; trains first.

        They are drawn once: asked again for as many or fewer, the same come back. The evaluations count in
        `neval`, are not bounded by `max_neval` and do not enter the result.

        Args:
          n: points at least; None takes a tenth of the calls so far, 2,000 to 20,000.

        Raises:
          ValueError: if n < 1.
        """
        if n is not None:
            require_integer("n", n, 1)
        self.train()
        if self._cloud is None or (n is not None and n > len(self._cloud.x)):
            n = usual_size(self.neval) if n is None else n
            self._n_sampled += n
            seed = np.random.SeedSequence(self.seed, spawn_key=_PICTURES)
            self._cloud = draw_cloud(self._sampler, self._preparation.proposal, n, seed)
        return self._cloud

    def plot(
        self,
        path: str | Path | None = None,
        *,
        kind: str = "overview",
        axes: Sequence[int] | None = None,
        n: int | None = None,
    ) -> Figure:
        """Draws the run or points of its proposal; nothing is shown, the matplotlib figure is returned.

        Args:
          path: file to write; its ending sets the format. None writes nothing.
          kind: "overview", "convergence", "weights" or "training" as for `Result.plot`; or of points, which
            cost evaluations (see `cloud`): "points" (a corner plot of q against |f|), "density" (two
            coordinates) or "latent_weights" (where the variance remains).
          axes: for points: the coordinates, or latents, to show; None chooses.
          n: points, see `cloud`.

        Raises:
          ValueError: for another kind, or axes that are not there.
        """
        wanted = Wanted(kind, path, axes)
        if kind in OF_RESULT:
            return self.result.plot(path, kind=kind)
        cloud, proposal = self.cloud(n), self._preparation.proposal
        return plot_of_points(wanted, cloud, lambda: density_lattice(proposal, self._sampler.domain, cloud))

    def report(self, path: str | Path, *, title: str = "Integration", n: int | None = None) -> None:
        """Writes one self-contained HTML page: the result, how it came about, and all figures.

        Args:
          path: file to write.
          title: of the page.
          n: points to draw for the pictures, which cost evaluations (see `cloud`); 0 draws none.
        """
        from iflow.html import html_report

        cloud = None if n == 0 else self.cloud(n)
        html_report(self.result, points=cloud, options=self._options.as_keywords(), title=title, path=path)

    def _start_measuring(self) -> Measuring:
        """Returns the measurement with the proposal that is now frozen; begins it once."""
        if self._measuring is None:
            proposal, nets = self._preparation.proposal, self._preparation.nets
            self._measuring = Measuring(
                self._sampler,
                self._logbook,
                self._target,
                proposal=proposal,
                measurement=self._empty_measurement(proposal.latent_dim, "sobol" if nets else "random"),
                n_expected=self._preparation.n_expected,
            )
        return self._measuring

    @property
    def result(self) -> Result | Results:
        """The result as it stands: `Results` where f returns several integrals, or complex values."""
        return conclude(
            Run(
                self._options,
                self.seed,
                self._sampler,
                self._logbook,
                self._preparation,
                self._measurement(),
                self._counted,
                self._stop_reason,
            )
        )

    def _measurement(self) -> Measurement:
        """Returns the measurement so far, an empty one if it has not begun."""
        if self._measuring is None:
            return self._empty_measurement(self._sampler.dim, "random")
        return self._measuring.measurement

    def _empty_measurement(self, latent_dim: int, kind: str) -> Measurement:
        components = None
        if self._counted is not None:
            components = ComponentMeasurement(
                self._sampler.layout.k,
                self._counted,
                nets=kind == "sobol",
                correlate=self._options.components.correlate,
            )
        return Measurement(
            latent_dim, kind=kind, seed=self._points_seed, log=self._sampler.log, components=components
        )

    def _count(self, preferred: Any) -> Counted | None:
        """Returns which of several integrals count, by the user or else by f; None for a single one."""
        chosen, layout = self._options.components, self._sampler.layout
        if layout.is_scalar:
            if chosen.component is not None:
                raise ValueError(f"component = {chosen.component!r}, but f returns a single integral")
            return None
        counted = Counted(layout, preferred if chosen.component is None else chosen.component)
        self._sampler.norm = Norm(counted, chosen, self._target)
        return counted
