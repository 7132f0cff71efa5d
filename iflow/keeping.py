"""What outlives a process: the checkpoint of a run, and an integrator in one file."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from iflow import archive
from iflow.batch import Batch
from iflow.checkpoint import (
    Content,
    Folder,
    Manifest,
    Recorder,
    Tape,
    name_of,
    read_batch,
    read_state,
    require_equal,
)
from iflow.checks import require_boolean
from iflow.destination import require_file, require_path
from iflow.options import Options
from iflow.options.components import NORMS
from iflow.options.integrand import CHANGEABLE
from iflow.sampler import Sampler

if TYPE_CHECKING:
    from iflow.engine.preparation import Preparation
    from iflow.executors import Crew
    from iflow.logbook import Logbook
    from iflow.result import Result
    from iflow.several.results import Results

# Evaluated points of largest |f| at which a resumed integrand is looked at too: those that it was probed
# at may all lie where f is 0.
_N_RECHECKED = 5


class Kept:
    """An integrator that can be stored: everything but the integrand and the region's functions."""

    _f: Callable[..., Any]
    _region: Any
    _options: Options
    _sampler: Sampler
    _logbook: Logbook
    _preparation: Preparation
    _recorder: Recorder | None
    _crew: Crew | None
    seed: int
    # What is handed in again, or has a way of its own to be stored.
    _not_state: ClassVar = (
        "_f",
        "_region",
        "_sampler",
        "_logbook",
        "_preparation",
        "_recorder",
        "_crew",
        "_cloud",
    )

    @property
    def result(self) -> Result | Results:
        """The result as it stands."""
        raise NotImplementedError

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes everything into one file: what was learned and from what, the optimiser, sums, history.

        `Integrator.load` goes on from there as if there had been no break. The file is an npz that NumPy
        reads without pickle; it appears in one go.

        Raises:
          TypeError: if an option holds something that cannot be stored.
          OSError: if it cannot be written.
        """
        file = require_file(path)
        if callable(self._options.components.norm):
            raise TypeError(
                f"norm must be one of {', '.join(NORMS)} to be saved, got a function, which cannot be stored"
            )
        content = self._content()
        stored = {
            "manifest": self._manifest().text(),
            "result": content.result,
            "run": {**content.run, "preparation": content.preparation},
        }
        archive.write(file, stored, given=content.given)

    @classmethod
    def load(
        cls,
        path: str | os.PathLike[str],
        f: Callable[..., Any],
        *,
        region: Any = None,
        warm_start: bool = False,
        **watching: Any,
    ) -> Self:
        """Returns the integrator that `save` wrote; it goes on bit for bit as that one would.

        f is computed at a few points to see that it is the same; they do not count in `neval`.

        Args:
          path: of the file.
          f: the same integrand.
          region: only where it holds functions, which are not stored.
          warm_start: takes another integrand; see `Integrator.warm_start`.
          **watching: `progress`, `callback` and `tensorboard` of `iflow.integrate`; `on_error` and
            `on_nonfinite` from now on, where they are to change.

        Raises:
          ValueError: for a file that is damaged or of another format, or another integrand or region.
          OSError: for one that cannot be read.
        """
        file = require_path("path must be a file", path)
        require_boolean("warm_start", warm_start)
        if file.is_dir():
            raise IsADirectoryError(
                f"{os.fspath(path)!r} is a folder: a run that is kept in one goes on by iflow.resume(path, "
                "f), and what Integrator.save has written is a file"
            )
        (text,) = archive.read(file, ("manifest",))
        manifest = Manifest.from_text(text, file)
        probe = cls._made_again(manifest, f, region, watching)
        if not warm_start:
            manifest.require_same(*probe._sampler.probed, name_of(f))
        _, run = archive.read(file, ("result", "run"), given=probe._given())
        probe._put_back(run, file)
        if not warm_start:
            return probe
        return probe.warm_start(f)  # type: ignore[attr-defined]

    @classmethod
    def resume(
        cls,
        checkpoint: str | os.PathLike[str],
        f: Callable[..., Any],
        *,
        region: Any = None,
        **watching: Any,
    ) -> Self:
        """Returns the integrator of a run in a folder, where it stopped; see `iflow.resume`.

        Args: those of `iflow.resume`.
        """
        folder = Folder(require_path("checkpoint must be a folder", checkpoint))
        folder.require_run()
        with folder.locked():
            manifest = Manifest.read(folder.run)
            again = cls._made_again(manifest, f, region, watching)
            manifest.require_same(*again._sampler.probed, name_of(f))
            tape = Tape(folder, run_key=manifest.key)
            run, n_prepared, seal = read_state(folder, tape, again._given())
            again._put_back(run, folder.state)
            again._recheck(folder, manifest.key)
            again._options = replace(again._options, checkpoint=str(folder.path))
            again._start_recording(tape).take_up(n_prepared, seal)
            changed = {name: getattr(again._options.integrand, name) for name in CHANGEABLE}
            options = {**manifest.options, **changed}
            if options != manifest.options:  # who resumes it next is to know
                archive.replace_text(folder.run, replace(manifest, options=options).text())
        return again

    @classmethod
    def _made_again(
        cls, manifest: Manifest, f: Callable[..., Any], region: Any, watching: Mapping[str, Any]
    ) -> Self:
        """Returns a new integrator with the options that are stored; f is probed at the same points."""
        if region is None:
            region = manifest.region
        if region is None:
            raise ValueError(
                f"region must be given: the stored one, {manifest.region_text}, holds functions, which are "
                "not stored"
            )
        kept = {*Options().keywords()} - CHANGEABLE
        for name in watching:
            if name in kept or name == "checkpoint":
                raise TypeError(
                    f"{name} cannot be given, a stored run keeps what it was begun with: integrate() and "
                    "iflow.resume take rtol, atol, max_neval and max_seconds, warm_start() all options"
                )
        options = {**manifest.options, "seed": manifest.seed, **watching}
        return cls(f, region, **options)  # type: ignore[call-arg]

    def _recheck(self, folder: Folder, key: str) -> None:
        """Raises a ValueError unless f has its stored values where the first batch has the largest.

        Args:
          folder: of the run.
          key: of the run, which its batches have.
        """
        first = next(self._uniform_batches(folder, key), None)
        if first is None:
            return
        self._sampler.learn_from(first)  # a run that was killed early has not stored what it knew of it
        later = (batch for batch in self._uniform_batches(folder, key) if self._is_of_this_cube(batch))
        found = next(later, None)
        if found is None:
            return
        y, sign, log_f = found.y, found.sign, found.log_f
        rows = np.argsort(log_f)[-_N_RECHECKED:]
        counters = self._sampler.counters
        batch = self._sampler.draw(y[rows], self._sampler.uniform)
        self._sampler.counters = counters
        largest = log_f[rows].max()
        if np.isfinite(largest):
            stored_values = sign[rows] * np.exp(log_f[rows] - largest)
            values = batch.sign * np.exp(batch.log_f - largest)
            require_equal(
                stored_values, values, batch.x, f"but in units of its largest value {name_of(self._f)}"
            )

    def _is_of_this_cube(self, batch: Batch) -> bool:
        """Returns whether points were drawn through the maps as they are, not before these changed."""
        x, _ = self._sampler.domain.forward_and_log_det(batch.y[:1])
        return np.allclose(x, batch.x[:1], rtol=1e-9, atol=0.0)

    @staticmethod
    def _uniform_batches(folder: Folder, key: str) -> Iterator[Batch]:
        for number in folder.batch_numbers():
            found = read_batch(folder.batch(number))
            if found is None:
                continue
            batch, stored = found
            if (str(stored["run"]), str(stored["proposal"])) == (key, "uniform"):
                yield batch

    def _record(self, folder: Folder) -> None:
        """Begins to keep the run in a folder."""
        manifest = self._manifest()
        recorder = self._start_recording(Tape(folder, run_key=manifest.key))
        with recorder:
            folder.claim()
            folder.clear()
            recorder.begin()
            archive.replace_text(folder.run, manifest.text())

    def _start_recording(self, tape: Tape) -> Recorder:
        recorder = Recorder(tape, sampler=self._sampler, clock=self._logbook, content=self._content)
        self._recorder = self._sampler.recorder = recorder
        recorder.tell = self._logbook.mishap
        self._sampler.put_around_f(recorder.interruptions.let_through)
        if self._crew is None:
            self._sampler.store_pieces(recorder.pieces)
        else:
            self._crew.store = recorder.pieces
            recorder.wind_up = self._crew.wind_up
        return recorder

    def _manifest(self) -> Manifest:
        x, values = self._sampler.probed
        return Manifest(
            options=self._options.keywords(),
            region=self._region,
            region_text=repr(self._region),
            name=name_of(self._f),
            seed=self.seed,
            names=list(self._sampler.names),
            x=x,
            values=values,
        )

    def _given(self) -> dict[str, Any]:
        """Returns what a reader hands in: it is named and not stored."""
        options = self._options
        return {
            "sampler": self._sampler,
            "logbook": self._logbook,
            "watching": options.watching,
            "execution": options.execution,
        }

    def _content(self) -> Content:
        """Returns the state of the run."""
        return Content(
            result=self._result_so_far(),
            run={
                "integrator": {k: v for k, v in vars(self).items() if k not in self._not_state},
                "sampler": self._sampler.get_state(),
                "logbook": self._logbook.get_state(),
            },
            preparation=self._preparation,
            proposal=self._preparation.proposal,
            is_prepared=self._preparation.done,
            given=self._given(),
        )

    def _result_so_far(self) -> Result | Results | None:
        try:
            return self.result
        except OverflowError:
            return None

    def _put_back(self, run: Mapping[str, Any], path: Path) -> None:
        """Takes the state of a run, which a file held."""
        chosen = self._options.integrand
        try:
            own = {name for name in vars(self) if name not in self._not_state}
            if own != set(run["integrator"]):
                raise KeyError(*(own ^ set(run["integrator"])))
            vars(self).update(run["integrator"])
            self._options = replace(self._options, checkpoint=None, integrand=chosen)
            self._preparation = run["preparation"]
            self._sampler.set_state(run["sampler"])
            self._logbook.set_state(run["logbook"])
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"{path} is damaged or of another version of iflow: {error!r}") from error
