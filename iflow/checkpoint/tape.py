"""The tape of a run: every batch is written before it is used, and played back instead of evaluated."""

from __future__ import annotations

import hashlib
import weakref
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from iflow import archive
from iflow.batch import Batch
from iflow.checkpoint.folder import Folder

# What a file that is damaged leads to; one that the system does not hand out is none of them.
_DAMAGE = (FileNotFoundError, KeyError, TypeError, ValueError)


@dataclass(frozen=True)
class Limits:
    """From when on the sums of a measurement are stored instead of its points.

    Args:
      points: so many points of a measurement are stored in any case.
      seconds_per_call: beyond them, those of an integrand that takes longer than this.
      seconds: how often the sums are stored then, at most.
    """

    points: int = 1 << 22
    seconds_per_call: float = 1e-4
    seconds: float = 1.0


@dataclass(frozen=True)
class Counts:
    """Where the counters of a run stand after a batch.

    Args:
      neval: evaluations so far.
      seconds: that f has taken for those that were timed.
      n_timed: how many those are.
      n_skipped: points so far at which f raised, and that count as 0.
      n_searched: evaluations that it took to find them, none of which is among those of `neval`.
      n_nonfinite: points so far at which f was nan or inf, and that count as 0.
      elapsed: what the clock of the run shows, in seconds.
    """

    neval: int
    seconds: float
    n_timed: int
    n_skipped: int
    n_searched: int
    n_nonfinite: int
    elapsed: float

    @classmethod
    def of(cls, stored: Mapping[str, np.ndarray]) -> Counts:
        """Returns those in a file."""
        return cls(**{field.name: stored[field.name].item() for field in fields(cls)})

    @property
    def of_sampler(self) -> tuple[int, float, int, int, int, int]:
        """The counters of who evaluates."""
        counted = self.neval, self.seconds, self.n_timed
        return *counted, self.n_skipped, self.n_searched, self.n_nonfinite


class Tape:
    """Writes batches to a folder, and plays those back that a run which was killed had written.

    Args:
      folder: of the run.
      limits: from when on a measurement's points are not written.
      run_key: of the run, see `Manifest.key`: batches of others are not played.

    Attributes:
      number: of the latest batch.
      n_measured: points of the measurement that were written.
      sums_only: whether points of the measurement are no longer written.
      gap: why batches are not written at the moment; "" where they are. It ends as the state of the run is
        stored, which has what they have come to in it.
      remarks: sentences on what was not as it should be.
    """

    def __init__(self, folder: Folder, limits: Limits | None = None, *, run_key: str = ""):
        self.folder, self.limits, self.run_key = folder, limits or Limits(), run_key
        self.number, self.n_measured = 0, 0
        self.sums_only, self.gap = False, ""
        self.remarks: list[str] = []
        self._waiting: set[int] = set()
        self._recent: dict[str, int] = {}
        self._places: dict[int, tuple[weakref.ref[np.ndarray], str, str, str]] = {}

    def rewind(self, number: int, n_measured: int) -> None:
        """Goes back to where the state of the run was stored; what was written after it will be played."""
        self.number, self.n_measured = number, n_measured
        self._waiting = {each for each in self.folder.batch_numbers() if each > number}

    @property
    def is_playing(self) -> bool:
        """Whether there are batches that the run will come to again."""
        return bool(self._waiting)

    @property
    def next_size(self) -> int | None:
        """Points of the next batch, where it will be played."""
        if self.number + 1 not in self._waiting:
            return None
        try:
            return len(_read(self.folder.batch(self.number + 1), "log_q")[0]["log_q"])
        except _DAMAGE:
            return None

    def play(self, mark: str) -> tuple[Batch | None, Counts | None] | None:
        """Returns the next batch and the counters after it; None where it is still to be evaluated.

        The counters are None where they stand there already.

        Args:
          mark: of the latents that are to be evaluated, see `mark_of`. Where others were, the run has
            taken another way than before; what was written after this point is of no use to it then. It
            counts as evaluated, and no batch is returned.
        """
        recent = self._recent.get(mark)
        if recent is not None:  # evaluated and written, but then the run stopped before it was used
            return _batch(_read(self.folder.batch(recent))[0]), None
        number = self.number + 1
        if number not in self._waiting:
            return None
        self._waiting.discard(number)
        try:
            stored, seal = _read(self.folder.batch(number))
            batch, latents = _batch(stored), str(stored["latents"])
            counts = Counts.of(stored)
            if str(stored["run"]) != self.run_key:
                raise ValueError("it is of another run")
        except _DAMAGE as error:
            self.remarks.append(
                f"batch {number} of the checkpoint is damaged and was evaluated again: {error}"
            )
            return None
        if latents != mark:
            return None, self._give_up(number, counts)
        self._count(number, batch, str(stored["phase"]), seal, is_played=True)
        self._recent[latents] = number
        return batch, counts

    def record(self, batch: Batch, mark: str, counts: Counts, *, phase: str, proposal: str) -> None:
        """Writes a batch, unless sums are all that is stored, or it cannot be written: see `gap`.

        Args:
          batch: evaluated.
          mark: of its latents.
          counts: counters after it.
          phase: "survey", "training" or "measurement".
          proposal: name of what it was drawn from.
        """
        number = self.number + 1
        seal = ""
        self.sums_only = phase == "measurement" and (self.sums_only or self._is_enough(counts))
        if not (self.sums_only or self.gap):
            values = {f.name: getattr(batch, f.name) for f in fields(batch)}
            stored = {name: value for name, value in values.items() if value is not None}
            if np.array_equal(batch.x, batch.y):  # the unit cube is its own image
                del stored["y"]
            stored |= {f.name: np.array(getattr(counts, f.name)) for f in fields(counts)}
            stored |= {"phase": np.array(phase), "proposal": np.array(proposal)}
            stored |= {"latents": np.array(mark), "run": np.array(self.run_key)}
            seal = self._write(self.folder.batch(number), stored)
        if not (self.sums_only or self.gap):
            self._recent[mark] = number
        self._count(number, batch, phase, seal)

    def forget_recent(self) -> None:
        """Takes note that all batches so far have been used, and that the state of the run has them in it."""
        self._recent = {}

    def locate(self, array: np.ndarray) -> tuple[str, ...] | None:
        """Returns in which file an array of a batch is stored, its name there, and the file's seal."""
        found = self._places.get(id(array))
        return found[1:] if found and found[0]() is array else None

    def fetch(self, file: str, name: str, seal: str) -> np.ndarray:
        """Returns an array of a batch; see `locate`.

        Raises:
          ValueError: if it is missing, damaged, or of another batch than was learned from.
          OSError: if it cannot be read.
        """
        if Path(file).name != file:
            raise ValueError(f"{file!r} is no file of the checkpoint")
        lost = (
            "without which the run cannot go on as it would have: put back a copy of it; the result so far "
            f"is shown by: iflow report {self.folder.path}"
        )
        try:
            found, sealed = _read(self.folder.path / file, name)
        except FileNotFoundError:
            raise ValueError(f"{file!r} is missing, which the run has learned from, and {lost}") from None
        except (ValueError, KeyError) as error:
            raise ValueError(
                f"{file!r}, which the run has learned from, is damaged, {lost}: {error}"
            ) from error
        if sealed != seal:
            raise ValueError(f"{file!r} is not the batch that the run has learned from, {lost}")
        array = found[name]
        self._places[id(array)] = weakref.ref(array), file, name, seal
        return array

    def _is_enough(self, counts: Counts) -> bool:
        each = counts.seconds / counts.n_timed if counts.n_timed else 0.0
        return self.n_measured >= self.limits.points and each <= self.limits.seconds_per_call

    def _count(self, number: int, batch: Batch, phase: str, seal: str, *, is_played: bool = False) -> None:
        self.number = number
        is_written = is_played or not (self.sums_only or self.gap)
        if phase == "measurement":
            self.n_measured += len(batch) if is_written else 0
        if phase == "measurement" or not is_written:
            return
        file = self.folder.batch(number).name
        for field in fields(batch):
            array = getattr(batch, field.name)
            if array is not None:
                self._places[id(array)] = weakref.ref(array), file, field.name, seal

    def _give_up(self, number: int, counts: Counts) -> Counts:
        """Deletes what is of no use; returns the counters after the last of it that can be read."""
        useless = [number, *sorted(self._waiting)]
        for each in reversed(useless[1:]):
            try:
                counts = Counts.of(_read(self.folder.batch(each))[0])
            except _DAMAGE:
                continue
            break
        self.remarks.append(
            f"{len(useless)} stored batches were of no use: the run took another way than before it was "
            "stopped (a time limit, another machine or another version); their evaluations count"
        )
        for each in useless:
            self.folder.batch(each).unlink()
        self._waiting = set()
        return counts

    def _write(self, path: Path, stored: dict[str, Any]) -> str:
        """Returns the seal of the file that is written; "" where there is no room for one."""
        seals: list[str] = []
        try:
            archive.replace(path, lambda unfinished: seals.append(archive.save_arrays(unfinished, stored)))
        except OSError as error:  # the run has all of it in memory: there is no reason to end it
            self.gap = str(error)
            return ""
        return seals[0]


def _read(path: Path, *names: str) -> tuple[dict[str, np.ndarray], str]:
    """Returns arrays of a file by name, all if none is named, and its seal."""
    with archive.open_arrays(path) as stored:
        found = {name: stored[name] for name in names or stored if name in stored}
        if "y" in names or not names:
            found.setdefault("y", stored["y" if "y" in stored else "x"])
        return found, stored.seal


def read_batch(path: Path) -> tuple[Batch, dict[str, np.ndarray]] | None:
    """Returns a batch and all else that its file holds; None where it is damaged.

    Raises:
      OSError: if it cannot be read.
    """
    try:
        stored, _ = _read(path)
        return _batch(stored), stored
    except _DAMAGE:
        return None


def _batch(stored: dict[str, np.ndarray]) -> Batch:
    batch = Batch(**{f.name: stored[f.name] for f in fields(Batch) if f.name in stored})
    arrays = [getattr(batch, f.name) for f in fields(Batch)]
    if {len(array) for array in arrays if array is not None} != {len(batch)}:
        raise ValueError("its arrays are of different lengths")
    return batch


def mark_of(u: np.ndarray) -> str:
    """Returns by what latents [n, latent_dim] are known again.

    A checksum of them all tells those that differ anywhere, the first and the last one in full those of
    another stream: a cryptographic hash of all would take longer than to write them.
    """
    u = np.ascontiguousarray(u)
    ends = u[:1].tobytes() + u[-1:].tobytes()
    return f"{hashlib.blake2b(ends, digest_size=8).hexdigest()}-{zlib.crc32(u.data):08x}-{len(u)}"
