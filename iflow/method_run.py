"""One method's run on one integrand, in the form that methods are compared in."""

from __future__ import annotations

from dataclasses import dataclass, field

from iflow.statistics.weight_histogram import WeightHistogram


@dataclass(frozen=True)
class TracePoint:
    """The running estimate at a moment of the measurement.

    Args:
      neval: evaluations of f up to here, training and adaptation included.
      mean: estimate so far.
      sdev: its standard error.
    """

    neval: int
    mean: float
    sdev: float


@dataclass(frozen=True)
class MethodRun:
    """What a method returned and what it took.

    Args:
      method: name for people.
      mean: estimate of the integral.
      sdev: its standard error.
      neval: evaluations of f in all.
      seconds: wall-clock time.
      reliable: what the method itself says of its result; None where it says nothing.
      trace: the running estimate along the measurement.
      weights: distribution of the weights it measured with.
    """

    method: str
    mean: float
    sdev: float
    neval: int
    seconds: float
    reliable: bool | None
    trace: tuple[TracePoint, ...] = field(repr=False)
    weights: WeightHistogram = field(repr=False, compare=False)

    def pull(self, exact: float) -> float:
        """Returns (mean - exact) / sdev: how many standard errors off; nan when sdev is 0 or inf."""
        if not 0.0 < self.sdev < float("inf"):
            return float("nan")
        return (self.mean - exact) / self.sdev
