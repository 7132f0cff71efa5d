"""All that runs say: a score for each cell, for each integrand with its budgets together, and for all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.bands import JOINT_RATE
from benchmarks.calibration.plan import Cell, by_cell
from benchmarks.calibration.sample import Sample, pooled, samples_of
from benchmarks.calibration.score import Score, joint_rate, n_tests, score
from benchmarks.record import Run


@dataclass(frozen=True)
class Study:
    """The scores of one method.

    Args:
      method: that made the runs.
      cells: of each integrand, budget and mode.
      rows: of each integrand and mode, all budgets together.
      totals: of each mode.
      rate: of each test; altogether they have a false alarm with a probability of at most `JOINT_RATE`.
      n_tests: how many there are.
    """

    method: str
    cells: tuple[Score, ...]
    rows: tuple[Score, ...]
    totals: tuple[Score, ...]
    rate: float
    n_tests: int

    @property
    def scores(self) -> tuple[Score, ...]:
        """All of them."""
        return self.cells + self.rows + self.totals

    @property
    def n_failed(self) -> int:
        """Runs that brought nothing back."""
        samples = [each.sample for each in self.cells]
        # A run of several integrals is in the samples of all of them, and once in that of their chi2.
        return sum(each.n_failed for each in samples if each.mode != "joint" or each.is_chi2)

    @property
    def n_faults(self) -> int:
        """What lies outside of its band."""
        return sum(len(each.faults) for each in self.scores)


def studies(runs: Sequence[Run], cells: Sequence[Cell]) -> list[Study]:
    """Returns what the runs of the cells say, a study for each method."""
    found = by_cell(runs, cells)
    return [_study(method, found) for method in dict.fromkeys(method for method, _ in found)]


def _study(method: str, found: dict[tuple[str, Cell], list[Run]]) -> Study:
    singles = [
        sample
        for (name, cell), runs in found.items()
        if name == method
        for sample in samples_of(method, cell.mode, runs)
    ]
    scalar = [sample for sample in singles if sample.mode != "joint"]
    chi2 = [sample for sample in singles if sample.is_chi2]
    rows = _together(scalar, lambda sample: (sample.mode, sample.label))
    totals = _together(scalar, lambda sample: (sample.mode, "all"))
    totals += _together(chi2, lambda sample: (sample.mode, "all: chi2"))
    every = [*singles, *rows, *totals]
    rate = joint_rate(every, JOINT_RATE)
    cells, pools, sums = (tuple(score(each, rate) for each in some) for some in (singles, rows, totals))
    return Study(method, cells, pools, sums, rate, sum(map(n_tests, every)))


def _together(samples: Sequence[Sample], key: Callable[[Sample], tuple[str, str]]) -> list[Sample]:
    """Returns the samples of each key as one; what is alone would only be said twice, and is left out."""
    groups: dict[tuple[str, str], list[Sample]] = {}
    for sample in samples:
        groups.setdefault(key(sample), []).append(sample)
    return [pooled(same, label) for (_, label), same in groups.items() if len(same) > 1]
