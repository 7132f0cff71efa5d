"""Keeps a run on disk while it goes on: its batches on the tape, its state round by round."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from iflow import archive
from iflow.batch import Batch
from iflow.checkpoint.folder import Folder
from iflow.checkpoint.interruptions import Interruptions
from iflow.checkpoint.pieces import Pieces
from iflow.checkpoint.tape import Counts, Tape, mark_of
from iflow.fingerprint import key_of


@dataclass(frozen=True)
class Content:
    """The state of a run.

    Args:
      result: as of now; None where there is none.
      run: everything that changes while measuring, by name.
      preparation: everything that was learned.
      proposal: that is measured with, which `run` refers to.
      is_prepared: whether the preparation is done, and changes no more.
      given: objects that are named and not stored; see `iflow.archive`.
    """

    result: Any
    run: Mapping[str, Any]
    preparation: Any
    proposal: Any
    is_prepared: bool
    given: Mapping[str, Any]


class Counted(Protocol):
    """What evaluates, as the recorder sees it."""

    counters: tuple[int, float, int, int, int, int]
    """What was counted so far, in the order of `Counts`."""


class Clock(Protocol):
    """The clock of the run."""

    @property
    def seconds(self) -> float:
        """Seconds so far."""

    def catch_up(self, seconds: float) -> None:
        """Puts it forward to this."""


class Recorder:
    """Writes a run down. Used as a context manager around whatever evaluates: it then holds the lock.

    Args:
      tape: of the batches.
      sampler: whose counters are kept.
      clock: of the run.
      content: returns the state of the run, to be stored.

    Attributes:
      tape: of the batches.
      folder: of the run.
      pieces: of batches that are still being computed.
      interruptions: hold signals back while a batch is evaluated, but for f itself, and written.
      tell: is told in a sentence that the run is not stored any more, and that it is again; None for nobody.
      wind_up: waits for what workers are at, where a signal ends the run; None where there are none.
    """

    tell: Callable[[str], None] | None = None
    wind_up: Callable[..., None] | None = None

    def __init__(self, tape: Tape, *, sampler: Counted, clock: Clock, content: Callable[[], Content]):
        self.tape, self.folder = tape, tape.folder
        self.pieces = Pieces(tape.folder, run_key=tape.run_key)
        self._sampler, self._clock, self._content = sampler, clock, content
        self._n_prepared, self._stored_preparation, self._prepared_seal = 0, False, ""
        self._kept_at = -np.inf
        self._stamp: tuple[int, int] | None = None
        self._open = ExitStack()
        self.interruptions = Interruptions()
        self._gap, self._is_told, self._unforgotten = "", False, list[str]()

    def __enter__(self) -> Recorder:
        """Takes the lock.

        Raises:
          RuntimeError: if another process writes, or has written since.
        """
        with ExitStack() as stack:
            stack.enter_context(self.interruptions)
            stack.enter_context(self.folder.locked())
            if self._stamp is not None and _stamp(self.folder) != self._stamp:
                raise RuntimeError(
                    f"checkpoint {str(self.folder.path)!r} was changed by another run since: go on with "
                    f"iflow.resume({str(self.folder.path)!r}, f)"
                )
            self.folder.sweep()
            stack.enter_context(self.pieces.writing())
            self._open = stack.pop_all()
        return self

    def __exit__(self, *error: object) -> None:
        """Lets go of the lock; where a signal has ended the run, once workers are done."""
        with self._open:
            if self.wind_up is not None and self.interruptions.has_come:
                self.wind_up(leave=self.interruptions.ends_process)

    @property
    def remarks(self) -> tuple[str, ...]:
        """Sentences on what was not as it should be."""
        return tuple(self.tape.remarks)

    @property
    def circumstances(self) -> tuple[str, ...]:
        """Sentences on what is not stored, or was not for a while; no number depends on it."""
        of_pieces = tuple(self.pieces.remarks)
        if self.tape.gap:
            return (
                *of_pieces,
                f"the checkpoint lacks what came last, it could not be written: {self.tape.gap}",
            )
        if not self._gap:
            return of_pieces
        return (
            *of_pieces,
            f"the checkpoint could not be written for a while, but all of it is stored now: {self._gap}",
        )

    def draw(
        self, evaluate: Callable[[np.ndarray, Any], Batch], u: np.ndarray, proposal: Any, phase: str
    ) -> Batch:
        """Returns a batch that is on disk: from there, or evaluated and written.

        Args:
          evaluate: makes the batch of latents and proposal.
          u: latents, [n, latent_dim].
          proposal: what they are made points by.
          phase: of the run.
        """
        batch = self.play(u)
        if batch is None:
            with self.interruptions.held_back():
                batch = evaluate(u, proposal)
                self.record(u, proposal, batch, phase=phase)
        return batch

    def record(self, u: np.ndarray, proposal: Any, batch: Batch, *, phase: str) -> None:
        """Writes a batch that was evaluated, made of latents u [n, latent_dim] by a proposal."""
        counts = Counts(*self._sampler.counters, elapsed=self._clock.seconds)
        self.tape.record(batch, mark_of(u), counts, phase=phase, proposal=proposal.name)
        self._note_gap()
        if self.pieces.is_empty:
            return
        if self.tape.gap:
            self._unforgotten.append(key_of(batch.x))  # as yet they are all that is stored of it
            self.pieces.close(self._unforgotten[-1])
        else:
            self.pieces.forget(key_of(batch.x))

    def play(self, u: np.ndarray) -> Batch | None:
        """Returns what was made of latents u [n, latent_dim], as it was written; None where nothing was."""
        played = self.tape.play(mark_of(u))
        if played is None:
            return None
        batch, counts = played
        if counts is not None:
            self._sampler.counters = counts.of_sampler
            self._clock.catch_up(counts.elapsed)
        return batch

    def keep_between(self) -> None:
        """Stores the state within a round, at times, where it is all that is stored."""
        if self.tape.sums_only and time.monotonic() - self._kept_at > self.tape.limits.seconds:
            self._keep()

    def keep_round(self) -> None:
        """Stores the state at the end of a round, unless the run is where it has been before."""
        if not self.tape.is_playing:
            self._keep()

    def begin(self) -> None:
        """Stores the first state.

        Raises:
          OSError: if it cannot be written.
        """
        self._store()

    def keep(self, *, preparation_changed: bool = False) -> None:
        """Stores the state; where that cannot be done the run goes on, and says so.

        Args:
          preparation_changed: whether what was stored of a preparation that was done is no longer true.
        """
        self._stored_preparation &= not preparation_changed
        self._keep()

    def take_up(self, n_prepared: int, prepared_seal: str) -> None:
        """Begins with a state that was read, and number and seal of the preparation in it (0 for none)."""
        self._n_prepared, self._stored_preparation = n_prepared, n_prepared > 0
        self._prepared_seal = prepared_seal
        self._stamp = _stamp(self.folder)

    def _keep(self) -> None:
        self._kept_at = time.monotonic()
        gap, self.tape.gap = self.tape.gap, ""  # what is stored now lacks nothing
        try:
            self._store()
        except OSError as error:
            self.tape.gap = gap or str(error)
            self._note_gap()
            return
        except BaseException:
            self.tape.gap = gap
            raise
        if not gap:
            return
        self._is_told = False
        if self.tell is not None:
            self.tell("the checkpoint can be written again, and all of it is stored")
        while self._unforgotten:
            self.pieces.forget(self._unforgotten.pop())

    def _note_gap(self) -> None:
        """Tells that the run is not stored any more, the first time and whenever there is another reason."""
        if not self.tape.gap or (self._is_told and self.tape.gap == self._gap):
            return
        self._gap, self._is_told = self.tape.gap, True
        if self.tell is not None:
            self.tell(
                f"the checkpoint is incomplete: {self._gap}; the run goes on, and tries again at the end "
                "of each round; what was stored before can be resumed in any case"
            )

    def _store(self) -> None:
        content = self._content()
        if content.is_prepared and not self._stored_preparation:
            self._n_prepared = max([self._n_prepared, *self.folder.prepared_numbers()]) + 1
            learned = {"proposal": content.proposal, "preparation": content.preparation}
            path = self.folder.prepared(self._n_prepared)
            self._prepared_seal = archive.write(path, learned, given=content.given, locate=self.tape.locate)
            self._stored_preparation = True
        given, run = dict(content.given), dict(content.run)
        if content.is_prepared:
            given |= {"preparation": content.preparation, "proposal": content.proposal}
        run["preparation"] = content.preparation
        header = {
            "result": content.result,
            "n_prepared": self._n_prepared if content.is_prepared else 0,
            "number": self.tape.number,
            "n_measured": self.tape.n_measured,
            "of": self.tape.run_key,
            "prepared_seal": self._prepared_seal,
        }
        archive.write(self.folder.state, header | {"run": run}, given=given, locate=self.tape.locate)
        self._stamp, self._kept_at = _stamp(self.folder), time.monotonic()
        self.tape.forget_recent()
        for number in self.folder.prepared_numbers():
            if number != header["n_prepared"]:
                self.folder.prepared(number).unlink(missing_ok=True)


def read_state(folder: Folder, tape: Tape, given: Mapping[str, Any]) -> tuple[dict[str, Any], int, str]:
    """Returns the state of a run as it was stored, number and seal of its preparation; rewinds the tape.

    Args:
      folder: of the run.
      tape: of the run.
      given: what stands where an object is only named.

    Raises:
      ValueError: for a file that is damaged or missing, or of another run.
      OSError: for one that cannot be read.
    """
    header = ("n_prepared", "number", "n_measured", "of", "prepared_seal")
    try:
        n_prepared, number, n_measured, run_key, seal = archive.read(folder.state, header)
        if run_key != tape.run_key:
            raise ValueError(
                f"{str(folder.state)!r} is of another run than {str(folder.run)!r}: put back the one that "
                "belongs to it"
            )
        known = dict(given)
        if n_prepared:
            names = ("proposal", "preparation")
            path = folder.prepared(n_prepared)
            found = archive.read(path, names, given=given, fetch=tape.fetch, seal=seal)
            known |= dict(zip(names, found, strict=True))
        # The result comes first in the file: what the two share, such as the history, is there.
        _, run = archive.read(folder.state, ("result", "run"), given=known, fetch=tape.fetch)
    except FileNotFoundError as error:
        raise ValueError(f"{error.filename!r} is missing: the run cannot go on without it") from None
    tape.rewind(number, n_measured)
    return run, n_prepared, seal


def _stamp(folder: Folder) -> tuple[int, int] | None:
    """Returns by what a state is known from others: when it was written, and its place on the disk."""
    try:
        status = os.stat(folder.state)
    except FileNotFoundError:
        return None
    return status.st_mtime_ns, status.st_ino
