"""What an integration returns."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from iflow.destination import require_page
from iflow.history import Iteration
from iflow.notation import with_error, with_log_error
from iflow.sameness import SameNumbers
from iflow.statistics.weight_histogram import WeightHistogram
from iflow.summary import omitted_lines, summary_table

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.figure import Figure


_DRAWN_FROM = {
    "uniform": "uniform points",
    "grid": "the grid",
    "spline grid": "the spline grid",
    "mixture": "the mixture",
    "cells": "the cells",
    "flow": "the flow",
}


@dataclass(frozen=True, eq=False)
class Result(SameNumbers):
    """The integral, its error, and whether to believe them.

    `mean, sdev = result` unpacks; `str(result)` is "0.98166(10)", with a mark when unreliable.

    Args:
      mean: estimate of the integral, from measurement points only.
      sdev: its standard error, from the spread of at least 16 replicates where Sobol points were taken
        (widened for their degrees of freedom); inf when f was 0 wherever it was looked at.
      chi2: consistency of the measurement rounds (see `iflow.statistics.surprise.Surprise`).
      dof: degrees of freedom of chi2.
      Q: probability of a chi2 at least as large; tiny values mean that rounds disagree.
      neval: evaluations of f in all: probe, survey, training and measurement.
      neval_measured: those that the mean is made of.
      ess: effective sample size of the measured weights; small for cells, whose error is that of
        stratified points.
      max_weight_share: share of the sum that its largest weight carries.
      tail_index: Pareto index of the largest weights (infinite variance from 1/2); nan if unknown.
      n_nonzero: measured points with f != 0.
      proposal: what the measured points were drawn from: "uniform", "grid" (the VEGAS map), "spline grid"
        (its smooth successor), "mixture" (of Gaussians), "cells" (small where f varies) or "flow".
      converged: whether sdev met the target.
      reliable: whether no reason was found to doubt the error.
      stop_reason: "target", "max_neval", "max_seconds", "interrupted" (Ctrl-C), "callback" (which
        raised StopIteration), "exception", or "not finished".
      warnings: sentences; the first ones say why the result is not reliable, if it is not.
      seconds: wall-clock time of the run.
      seed: repeats the run bit for bit with the same options.
      history: a row for each batch of the survey and of training, with what it was drawn from and the
        points it would take to the target, and for each measurement round.
      weight_histogram: distribution of the measured weights.
      of_log: logarithm of the integral and its error, of a run with log=True; there mean and sdev are 0 or
        inf where a float cannot hold them.
      correlated: makes the `gvar.GVar`, where that is correlated with those of other integrals.
      of_norm: whether this is the norm over several integrals that the proposals learned: a run as a whole,
        in `Results.run`, none of the integrals asked for.
      error_allowed: the sdev that meets the target for this mean, max(atol, rtol |mean|), or for its
        logarithm where that is given; nan if unknown.
      n_skipped: points, of all evaluations, at which f raised and that count as 0, with on_error="skip"; the
        warnings say what they could amount to.
      n_searched: evaluations that it took to find them, none of which is among those of `neval`; unlike all
        other numbers it depends on how many workers computed f.
      n_nonfinite: points, of all evaluations, at which f was nan or inf and that count as 0, with
        on_nonfinite="zero"; the warnings say what they could amount to.
      circumstances: sentences on how the run went that no number depends on, and that differ between runs
        that are equal: what faults of workers have cost, a `cost` far from what calls took.
      n_unbent: rows of the history from before the cube was bent towards a singular limit.
    """

    mean: float
    sdev: float
    chi2: float
    dof: int
    Q: float
    neval: int
    neval_measured: int
    ess: float
    max_weight_share: float
    tail_index: float
    n_nonzero: int
    proposal: str
    converged: bool
    reliable: bool
    stop_reason: str
    warnings: tuple[str, ...]
    seconds: float = field(compare=False)
    seed: int
    history: tuple[Iteration, ...] = field(repr=False)
    weight_histogram: WeightHistogram = field(repr=False, compare=False)
    of_log: tuple[float, float] | None = None
    correlated: Callable[[], Any] | None = field(default=None, repr=False, compare=False)
    of_norm: bool = field(default=False, repr=False)

    @property
    def log_mean(self) -> float:
        """Logarithm of |mean|; -inf where that is 0."""
        if self.of_log is not None:
            return self.of_log[0]
        return math.log(abs(self.mean)) if self.mean else -math.inf

    @property
    def log_sdev(self) -> float:
        """Standard error of log_mean, the relative error of the integral; inf where that is 0."""
        if self.of_log is not None:
            return self.of_log[1]
        return self.sdev / abs(self.mean) if self.mean else math.inf

    error_allowed: float = math.nan
    n_skipped: int = 0
    n_searched: int = field(default=0, compare=False)
    n_nonfinite: int = 0
    circumstances: tuple[str, ...] = field(default=(), compare=False, repr=False)
    n_unbent: int = field(default=0, repr=False)

    @property
    def unseen(self) -> float:
        """Share of the proposal that may hold a surprise no measured point has met: 3 / neval_measured.

        n independent points miss a set that the proposal gives a share s with probability (1 - s)^n, so
        that 3/n bounds the share of what was missed at 95% confidence: a share of the volume for uniform
        points, of the probability for others, which count by their density. A scrambled net of n = 2^m
        points meets every box of its elementary partitions for certain, but for a set of any shape the
        bound holds for single points only; take it as a guide there.
        """
        return 3.0 / self.neval_measured if self.neval_measured else 1.0

    @property
    def unseen_volume(self) -> float:
        """Share of the unit cube that may look different from all that was seen: 3 / n, at most 1.

        n counts the points of the run that were drawn uniformly, whatever for. They miss a set of volume V
        with probability (1 - V)^n, so that 3/n bounds at 95% confidence the volume of what no point has
        met - which steered nothing, so that the bound holds for any f and any proposal. A share of the
        region's volume where that is a finite box, unless f is singular at its limits: the cube is bent
        there, and only points of the bent one count.
        """
        n = sum(row.neval for row in self.history[self.n_unbent :] if row.proposal == "uniform")
        return 3.0 / max(n, 3)

    @property
    def var(self) -> float:
        """Square of sdev."""
        return self.sdev * self.sdev  # inf, where ** would raise

    @cached_property
    def gvar(self) -> Any:
        """The result as a `gvar.GVar`, for arithmetic that keeps track of errors and correlations."""
        import gvar

        return self.correlated() if self.correlated else gvar.gvar(self.mean, self.sdev)

    def __iter__(self) -> Iterator[float]:
        """Unpacks as mean, sdev."""
        return iter((self.mean, self.sdev))

    def __str__(self) -> str:
        """Returns mean and error as in 0.98166(10); as in exp(-4000.12(3)) for a run with log=True."""
        return self.text if self.reliable else f"{self.text} [unreliable]"

    @property
    def text(self) -> str:
        """Mean and error as in 0.98166(10), without a mark."""
        return with_log_error(*self.of_log) if self.of_log else with_error(self.mean, self.sdev)

    def summary(self) -> str:
        """Returns the table of iterations that a vegas user knows, then the result and its warnings.

        Rows of the survey and of training are marked and have no running average: they are not in it.
        """
        verdict = "target met" if self.converged else f"target not met ({self.stop_reason})"
        lines = [
            summary_table(self.history),
            "",
            f"result = {self}   {verdict}   Q = {self.Q:.2f}   {self.neval:,} calls, "
            f"{self.neval_measured:,} measured from {_DRAWN_FROM[self.proposal]}   {self.seconds:.1f} s",
        ]
        if self.history:
            share = f"{100.0 * self.unseen_volume:.2g}%"
            lines.append(f"what no point has met may fill up to {share} of the unit cube (95% confidence)")
        lines += omitted_lines(self.n_skipped, self.n_nonfinite, self.n_searched)
        lines += [f"warning: {warning}" for warning in self.warnings]
        lines += [f"note: {circumstance}" for circumstance in self.circumstances]
        return "\n".join(lines)

    def plot(self, path: str | Path | None = None, *, kind: str = "overview") -> Figure:
        """Draws the run; nothing is shown, the matplotlib figure is returned.

        Args:
          path: file to write; its ending sets the format. None writes nothing.
          kind: "overview" (estimates and weights), "convergence", "weights" (with their tail) or "training".

        Raises:
          ValueError: for another kind.
        """
        from iflow.pictures import Wanted, plot_of_result

        return plot_of_result(Wanted(kind, path), self)

    def report(self, path: str | Path, *, title: str = "Integration") -> None:
        """Writes one self-contained HTML page: the result, how it came about, and its figures.

        Args:
          path: file to write.
          title: of the page.
        """
        from iflow.html import html_report

        require_page(path, title)
        html_report(self, title=title, path=path)

    def _repr_html_(self) -> str:
        """Returns what a notebook shows: the result, its verdict in words, the warnings, the table folded."""
        from iflow.html import result_card

        return result_card(self)
