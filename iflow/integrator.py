"""The integrator: prepares a proposal, freezes it, measures with it."""

from __future__ import annotations

import contextlib
import weakref
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import Any, Self

import numpy as np

from iflow.checkpoint import Folder
from iflow.conclusion import Run, conclude
from iflow.drawing import Drawing
from iflow.engine.admission import require_training_budget
from iflow.engine.component_measurement import ComponentMeasurement
from iflow.engine.measurement import Measurement
from iflow.engine.measuring import Measuring
from iflow.engine.offload import Offload
from iflow.engine.preparation import Preparation
from iflow.executors import Crew, hire
from iflow.keeping import Kept
from iflow.layout import Layout
from iflow.logbook import Logbook
from iflow.options import Options, Target
from iflow.picturing import Pictured
from iflow.point_cloud import PointCloud
from iflow.reasons import Reason
from iflow.result import Result
from iflow.sampler import Sampler
from iflow.several.counted import Counted
from iflow.several.norm import Norm
from iflow.several.results import Results
from iflow.watching import Stopped, make_reporter


class Integrator(Kept, Drawing, Pictured):
    """Integrates f over a region in steps: `train`, then `integrate`.

    Args:
      f: as for `iflow.integrate`; it is probed at a few points right away.
      region: as for `iflow.integrate`.
      **options: those of `iflow.integrate`.

    Raises:
      TypeError: for an f that cannot be called or does not return numbers, a malformed region, an unknown
        option.
      ValueError: for limits or options out of range, flow=True with too small a budget, values of f
        that are nan or inf or have the wrong shape.

    Attributes:
      seed: repeats the run; drawn from the operating system when none was given.
      names: what to call each coordinate of x.
    """

    def __init__(self, f: Callable[..., Any], region: Any, *, _beside: Crew | None = None, **options: Any):
        if _beside is not None and not isinstance(_beside, Crew):
            raise TypeError("unknown option '_beside': it is not for users")
        self._options = Options.from_keywords(**options)
        self._target = self._options.target
        if self._options.use_flow is True:
            require_training_budget(self._target.max_neval)
        chosen = self._options.seed
        self.seed = int(np.random.SeedSequence().generate_state(1)[0]) if chosen is None else chosen
        seeds = np.random.SeedSequence(self.seed).spawn(4)
        probe_seed, preparation_seed, self._points_seed, self._events_seed = seeds
        folder = None if self._options.checkpoint is None else Folder(self._options.checkpoint)
        if folder is not None:
            folder.claim()  # before anything is evaluated
        self._f, self._region, self._recorder = f, region, None
        log = self._options.components.log
        self._crew = hire(self._options.execution, beside=_beside)
        self._sampler = Sampler(
            f,
            region,
            seed=probe_seed,
            max_neval=self._target.max_neval,
            log=log,
            crew=self._crew,
            omits=self._options.integrand.omits,
        )
        self.names = self._sampler.names
        self._options.flow.require_dim(self._sampler.dim)
        self._counted = self._count(_preferred_by(f))
        self._logbook = Logbook(make_reporter(self._options.watching, self._target))
        self._sampler.tell = self._logbook.mishap
        if self._crew is not None:
            self._crew.tell = self._logbook.mishap
            self._crew.report = _progress(self._sampler, self._logbook)
            self._logbook.employ(self._crew.workshop.count_heads)
        self._preparation = Preparation(
            self._sampler,
            self._logbook,
            self._options,
            seed=preparation_seed,
            counted=self._counted,
        )
        self._measuring: Measuring | None = None
        self._stop_reason = "not finished"
        self._n_sampled, self._n_warm_starts = 0, 0
        self._cloud: PointCloud | None = None
        if folder is not None:
            self._record(folder)

    @property
    def neval(self) -> int:
        """Evaluations of f so far, everything included."""
        return self._sampler.neval

    @property
    def layout(self) -> Layout:
        """What f returns: one real integral, or several and how they lie in a row."""
        return self._sampler.layout

    @property
    def omits(self) -> frozenset[Reason]:
        """For what reasons points count as 0, instead of ending the run."""
        return self._options.integrand.omits

    @property
    def crew(self) -> Crew | None:
        """Computes f on workers; None where it is computed here."""
        return self._crew

    @property
    def seconds(self) -> float:
        """Wall-clock time since the run began, in seconds."""
        return self._logbook.seconds

    def train(self) -> None:
        """Surveys f with uniform points and, where it pays, trains the flow; freezes the proposal.

        A second call does nothing: the proposal stays what the measurement has begun with. Where a
        callback stops it, the next call goes on.
        """
        with self._recording(), self._logbook, contextlib.suppress(Stopped):
            self._preparation.run()
            self._keep()

    def integrate(
        self,
        f: Callable[..., Any] | None = None,
        *,
        rtol: float | None = None,
        atol: float | None = None,
        max_neval: int | None = None,
        max_seconds: float | None = None,
    ) -> Result | Results:
        """Measures with the frozen proposal until the target, the budget or the time limit.

        Trains first if `train` has not been called. Called again after Ctrl-C or an exception it goes
        on where it stopped: nothing evaluated is lost. Ctrl-C, or a callback that raises StopIteration,
        returns what there is so far.

        Called again after it has come to its end, it adds to what is measured: with a smaller rtol, or
        a larger max_neval or max_seconds where that was the limit. Where nothing is left to do, it
        returns the same result and evaluates nothing. The proposal stays as it was chosen for the first
        target; for one that is far harder a new run may need fewer evaluations.

        Args:
          f: another integrand, related to the first: short for `warm_start(f, ...).integrate()`. What
            is measured of the first does not change.
          rtol: relative error to reach from now on; None leaves it as it is, as for the others.
          atol: absolute error to reach.
          max_neval: evaluations at most, with all before.
          max_seconds: wall-clock limit in seconds, with all before.

        Raises:
          TypeError: for a target that is no number.
          ValueError: for one out of range.
        """
        given = {"rtol": rtol, "atol": atol, "max_neval": max_neval, "max_seconds": max_seconds}
        changes: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
        if f is not None:
            related = self.warm_start(f, **changes)
            try:
                return related.integrate()
            finally:
                related.close()  # the workers that it shares with this one stay
        target = replace(self._target, **changes)
        with self._recording(), self._logbook:
            self._set_target(target)
            try:
                self._preparation.run()
                self._stop_reason = self._start_measuring().run(self._n_sampled, self._offload())
                self._keep()
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

    def warm_start(self, f: Callable[..., Any], **options: Any) -> Integrator:
        """Returns an integrator for a related integrand that begins with what this one has learned.

        Uniform points and the proposal learned here compete in its first round. Where the latter wins, it
        is measured with, and learns on where that pays; where it does not, the run begins afresh. A
        remark among the warnings of the result says what was saved. The results of the two are
        independent. Both compute on the same workers, unless options say otherwise; those that iflow has
        started end when both integrators are closed.

        Args:
          f: another integrand on the same region, such as the same with another value of a parameter.
          **options: those that are to differ.
        """
        self._require_trained()
        self._n_warm_starts += 1
        chosen = self._options.keywords() | self._options.surroundings() | {"tensorboard": None}
        if chosen["seed"] is not None:
            seeds = np.random.SeedSequence([self.seed, self._n_warm_starts])
            chosen["seed"] = int(seeds.generate_state(1)[0])
        if "region" in options:
            raise TypeError("warm_start goes on in the region of this integrator: leave region out")
        related = Integrator(f, self._region, _beside=self._crew, **chosen | options)
        learned = self._preparation.learned()
        if learned is not None:
            with related._recording():
                related._sampler.move(self._sampler.box.location, self._sampler.box.scale)
                related._sampler.bend(self._sampler.box.bend)
                related._preparation.begin_with(learned)
                related._keep()
        return related

    def close(self) -> None:
        """Ends the workers that iflow has started itself, unless a warm start still shares them.

        Where f is to be computed again, others start.
        """
        if self._crew is not None:
            self._crew.close()

    def __enter__(self) -> Self:
        """Returns itself; what it is used in ends with `close`."""
        return self

    def __exit__(self, *error: object) -> None:
        """Ends the workers that iflow has started itself."""
        self.close()

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
                () if self._recorder is None else self._recorder.remarks,
                self._circumstances(),
            )
        )

    def _circumstances(self) -> tuple[str, ...]:
        """Returns sentences on what faults of workers have cost, and where memory or the disk ran out."""
        lost = "" if self._crew is None else self._crew.losses.told()
        told = [lost, *(portions.told() for portions in self._sampler.portions)]
        told += () if self._recorder is None else self._recorder.circumstances
        return tuple(sentence for sentence in told if sentence)

    def _count(self, preferred: Any) -> Counted | None:
        """Returns which of several integrals count, by the user or else by f; None for a single one."""
        chosen, layout = self._options.components, self._sampler.layout
        if layout.is_scalar:
            if chosen.component is not None:
                raise ValueError(
                    f"component = {chosen.component!r}, but f returns a single integral: leave component out"
                )
            return None
        counted = Counted(layout, preferred if chosen.component is None else chosen.component)
        self._sampler.norm = Norm(counted, chosen, self._target)
        return counted

    def _require_trained(self) -> None:
        """Trains if that is still to be done."""
        self.train()
        if not self._preparation.done:
            raise RuntimeError("the callback stopped the training: call train() again to go on, then this")

    def _set_target(self, target: Target) -> None:
        """Goes on to another target."""
        if target == self._target:
            return
        self._target, self._options = target, replace(self._options, target=target)
        self._sampler.set_max_neval(target.max_neval)
        self._preparation.set_target(target)
        if self._measuring is not None:
            self._measuring.set_target(target)
        self._logbook.set_target(target)
        self._keep(preparation_changed=True)

    def _recording(self) -> AbstractContextManager[Any]:
        """Returns what is to be around whatever evaluates: the checkpoint, where there is one."""
        return nullcontext() if self._recorder is None else self._recorder

    def _keep(self, *, preparation_changed: bool = False) -> None:
        """Stores the state, where there is a checkpoint."""
        if self._recorder is not None:
            self._recorder.keep(preparation_changed=preparation_changed)

    def _start_measuring(self) -> Measuring:
        """Returns the measurement with the proposal that is now frozen; begins it once."""
        if self._measuring is None:
            preparation, proposal = self._preparation, self._preparation.proposal
            self._measuring = Measuring(
                self._sampler,
                self._logbook,
                self._target,
                proposal=proposal,
                measurement=self._empty_measurement(
                    proposal.latent_dim,
                    "sobol" if preparation.nets else "random",
                    displacement=preparation.displacement,
                ),
                n_expected=preparation.n_expected,
            )
        return self._measuring

    def _offload(self) -> Offload | None:
        """Returns what measures on workers; None where there are none."""
        if self._crew is None:
            return None
        when, proposal = self._options.execution.offload, self._preparation.proposal
        return Offload(self._crew, self._sampler, proposal, when=when)

    def _measurement(self) -> Measurement:
        """Returns the measurement so far, an empty one if it has not begun."""
        if self._measuring is None:
            return self._empty_measurement(self._sampler.dim, "random")
        return self._measuring.measurement

    def _empty_measurement(self, latent_dim: int, kind: str, *, displacement: float = 0.0) -> Measurement:
        components = None
        if self._counted is not None:
            components = ComponentMeasurement(
                self._sampler.layout.k,
                self._counted,
                nets=kind == "sobol",
                correlate=self._options.components.correlate,
            )
        return Measurement(
            latent_dim,
            kind=kind,
            seed=self._points_seed,
            log=self._sampler.log,
            components=components,
            displacement=displacement,
        )


def _preferred_by(f: Any) -> Any:
    """Returns the component that f itself says counts, as `Histograms` does; None where it says none."""
    try:
        return getattr(f, "component", None)
    except RecursionError:  # an object that inherits from vegas.BatchIntegrand
        return None


def _progress(sampler: Sampler, logbook: Logbook) -> Callable[[int], None]:
    """Returns what tells the logbook of n points that came back of a batch; it keeps no sampler alive."""
    known = weakref.ref(sampler)

    def tell(n: int) -> None:
        alive = known()
        if alive is not None:
            logbook.advance(alive.neval + n)

    return tell
