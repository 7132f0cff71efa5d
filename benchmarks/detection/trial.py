"""A run of the study, and what came of it, in a form that a file can hold."""

from __future__ import annotations

import json
import math
import zlib
from dataclasses import dataclass
from typing import Any

from benchmarks.detection.families import FAMILIES
from benchmarks.detection.structured import Structured

LARGEST_PULL = 5.0
# A mean that differs from the exact value by rounding alone is right, whatever its error.
_ROUNDING = 1e-11


@dataclass(frozen=True)
class Trial:
    """One run to make; equal trials are the same run.

    Args:
      method: name of the method.
      family: name of the family.
      dim: number of coordinates.
      value: of the family's knob.
      max_neval: calls at most.
      number: counts the runs that are otherwise equal; each has a structure of its own.
      rtol: relative error to reach; 0 spends all calls.
    """

    method: str
    family: str
    dim: int
    value: float
    max_neval: int
    number: int
    rtol: float = 0.0

    @property
    def seed(self) -> int:
        """Of the method: the same for all methods, else another for each run."""
        return self._number("method")

    def build(self) -> Structured:
        """Returns the integrand, its structure at the same place for all methods."""
        # Not by the seed of the method: its first random numbers would be those that place the structure.
        return FAMILIES[self.family].make(self.dim, self.value, self._number("structure"))

    def _number(self, use: str) -> int:
        what = (self.family, self.dim, self.value, self.max_neval, self.number, use)
        return zlib.crc32(repr(what).encode())

    @property
    def label(self) -> str:
        """One line for people."""
        knob = f"{FAMILIES[self.family].knob} {self.value:g}"
        target = f", rtol {self.rtol:g}" if self.rtol else ""
        calls = f"{self.max_neval:,} calls"
        return f"{self.method} on {self.family}, {knob}, dim {self.dim}, {calls}, run {self.number}{target}"


@dataclass(frozen=True)
class Answer:
    """What a method says.

    Args:
      mean: estimate of the integral.
      sdev: its standard error.
      reliable: whether it stands by them; a method that has no word for that always does.
      unseen_volume: volume, of 1, of what it may not have seen, at 95% confidence; nan where it says nothing.
      unseen_share: the same as a share of what it drew its points from.
      hidden_share: the true share of what was not seen; nan where that is not known, 0 where all was seen.
      q_value: probability of a chi2 between its rounds at least as large.
      tail_index: Pareto index of the weights.
      ess: effective sample size.
      neval_measured: points that the estimate is made of.
      proposal: what they were drawn from.
      warnings: what else it has to say.
    """

    mean: float = math.nan
    sdev: float = math.nan
    reliable: bool = True
    unseen_volume: float = math.nan
    unseen_share: float = math.nan
    hidden_share: float = math.nan
    q_value: float = math.nan
    tail_index: float = math.nan
    ess: float = math.nan
    neval_measured: int = 0
    proposal: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finding:
    """A trial, and what came of it.

    Args:
      task: the trial.
      answer: what the method said.
      exact: the integral.
      volumes: in which each structure shows, [k].
      n_shown: evaluated points that showed each, [k].
      neval: evaluated points.
      seconds: wall-clock time.
      version: of the method's package.
      failure: why there is no answer; "" where there is one.
    """

    task: Trial
    answer: Answer
    exact: float
    volumes: tuple[float, ...]
    n_shown: tuple[int, ...]
    neval: int
    seconds: float
    version: str = ""
    failure: str = ""

    @property
    def failed(self) -> bool:
        """Whether nothing came back."""
        return bool(self.failure)

    @property
    def is_shown(self) -> bool:
        """Whether each structure was shown by an evaluated point."""
        return min(self.n_shown) > 0

    @property
    def pull(self) -> float:
        """(mean - exact) / sdev; infinite for a wrong value without an error, 0 for a right one."""
        off = self.answer.mean - self.exact
        if abs(off) <= _ROUNDING * abs(self.exact):
            return 0.0
        return off / self.answer.sdev if self.answer.sdev else math.copysign(math.inf, off)

    @property
    def is_right(self) -> bool:
        """Whether the value is within 5 of its own, finite, errors."""
        return math.isfinite(self.answer.sdev) and abs(self.pull) <= LARGEST_PULL

    @property
    def hidden_volume(self) -> float:
        """The largest volume of a structure that no point showed; 0 where all were shown."""
        hidden = [volume for volume, n in zip(self.volumes, self.n_shown, strict=True) if not n]
        return max(hidden, default=0.0)

    @property
    def report(self) -> str:
        """One line for people."""
        if self.failed:
            return f"{self.task.label}: failed: {self.failure}, {self.seconds:.1f} s"
        verdict = ("right" if self.is_right else "WRONG") + ("" if self.answer.reliable else ", doubted")
        seen = "" if self.is_shown else ", nothing seen"
        return f"{self.task.label}: pull {self.pull:+.1f}, {verdict}{seen}, {self.seconds:.1f} s"


def finding_from(line: str) -> Finding:
    """Returns the finding that `benchmarks.record.dumps` wrote."""
    data = json.loads(line)
    answer = {name: _number(value) for name, value in data["answer"].items()}
    answer["warnings"] = tuple(answer["warnings"])
    lists = {
        "volumes": tuple(_number(each) for each in data["volumes"]),
        "n_shown": tuple(data["n_shown"]),
    }
    return Finding(**data | lists | {"task": Trial(**data["task"]), "answer": Answer(**answer)})


def _number(value: Any) -> Any:
    """Returns the number that a word such as inf stands for, and all else as it is."""
    return float(value) if value in ("nan", "inf", "-inf") else value
