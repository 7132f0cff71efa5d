"""How much of the volume points that count as 0, whatever f is there, stand for."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from iflow.reasons import Reason


@dataclass(frozen=True)
class OmittedShare:
    """The share of the unit cube whose points are omitted, as so many points tell it.

    Args:
      n: points.
      n_raised: at how many of them f raised.
      n_nonfinite: at how many it was nan or inf.
      share: sum of 1/q over both, over n; unbiased wherever the points came from.
      sdev: its standard error, of independent points; 0 where none was omitted, which tells nothing.
      effective: as many points of equal 1/q would tell it as well; what the error itself can be trusted by.
    """

    n: int
    n_raised: int
    n_nonfinite: int
    share: float
    sdev: float
    effective: float

    @property
    def n_omitted(self) -> int:
        """Points that were omitted, for either reason."""
        return self.n_raised + self.n_nonfinite


class OmittedSums:
    """Sums 1/q over points that were omitted; what any number of them say is added and merged.

    The weight of a point without a value is 1/q(x) for the volume, as it is f(x)/q(x) for the integral: a
    proposal that has learned to keep away from there, because f seemed to be 0, makes such points rare, each
    of which then stands for much.
    """

    def __init__(self) -> None:
        self._n, self._n_raised, self._n_nonfinite = 0, 0, 0
        self._first, self._second = 0.0, 0.0
        self._log_largest = -math.inf

    def add(self, reasons: np.ndarray | None, log_q: np.ndarray, log_f: np.ndarray | None = None) -> None:
        """Adds points.

        Args:
          reasons: why each of them was omitted, a `Reason` or 0, uint8 [n]; None where none was.
          log_q: log density that they were drawn from, on the unit cube, [n].
          log_f: log(|f| |dx/dy|), [n]; None where it does not matter.
        """
        self._n += len(log_q)
        if log_f is not None:
            self._log_largest = max(self._log_largest, float(log_f.max(initial=-math.inf)))
        if reasons is None or not reasons.any():
            return
        with np.errstate(over="ignore"):
            volume = np.exp(-log_q[reasons > 0])
            self._first += float(volume.sum())
            self._second += float(np.square(volume).sum())
        self._n_raised += int(np.count_nonzero(reasons == Reason.RAISED))
        self._n_nonfinite += int(np.count_nonzero(reasons == Reason.NONFINITE))

    def merge(self, other: OmittedSums) -> None:
        """Adds everything that another has summed."""
        self._n += other._n
        self._n_raised += other._n_raised
        self._n_nonfinite += other._n_nonfinite
        self._first += other._first
        self._second += other._second
        self._log_largest = max(self._log_largest, other._log_largest)

    @property
    def log_largest(self) -> float:
        """Logarithm of the largest |f| |dx/dy| that was seen; -inf where it was 0 everywhere."""
        return self._log_largest

    def share(self) -> OmittedShare:
        """Returns what was found so far."""
        n = max(self._n, 1)
        share = self._first / n
        variance = max(0.0, self._second / n - share * share) / max(n - 1, 1)
        effective = self._first**2 / self._second if 0.0 < self._second < math.inf else 0.0
        counts = self._n, self._n_raised, self._n_nonfinite
        return OmittedShare(*counts, share, math.sqrt(variance), effective)
