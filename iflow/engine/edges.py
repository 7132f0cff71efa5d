"""Finds integrable singularities at limits, where a power of the coordinate takes them away."""

from __future__ import annotations

import math

import numpy as np

from iflow.batch import Batch
from iflow.domain.bend import Bend
from iflow.domain.box import Box
from iflow.logbook import Logbook
from iflow.sampler import Sampler

# Points of largest |f| that tell at which ends f may be singular: a third of them lie within so much of it.
# Of uniform ones that is so at one end in 200.
_N_HIGHEST, _NEAR, _LEAST_NEAR = 32, 0.15, 11
# Distances from the end, as parts of the axis, between which f must grow like a power.
_FAR, _CLOSE = 1e-3, 1e-6
# Powers of the distance: below, the singularity is mild or a logarithm; above, the integral is hard to tell
# from an infinite one.
_LEAST, _LARGEST = 0.15, 0.95
# The integral that floats next to a limit other than 0 cannot resolve, relative to the whole.
_LARGEST_LOST = 1e-7
# Of the evaluations that are left.
_LARGEST_SHARE = 0.02


class Edges:
    """Looks, once uniform points are there, whether |f| grows like r^-a towards limits, and bends the cube.

    Where the points of largest |f| lie near an end of an axis, f is evaluated at two distances from it, once
    beside the highest point and, where it grows, beside three more. With integrands that are largest
    elsewhere this costs nothing.

    Args:
      sampler: evaluates f.
      logbook: is told.

    Attributes:
      done: whether it is settled.
    """

    def __init__(self, sampler: Sampler, logbook: Logbook):
        self._sampler, self._logbook = sampler, logbook
        self._highest: np.ndarray | None = None
        self.done = False

    def begin_with(self, batch: Batch) -> None:
        """Takes the uniform points that tell where |f| is largest."""
        rows = np.argsort(-batch.log_f, kind="stable")[:_N_HIGHEST]
        self._highest = batch.y[rows[np.isfinite(batch.log_f[rows])]]

    def run(self) -> bool:
        """Does it once; after an exception it can be called again.

        Returns:
          Whether the cube was bent: points of before are then points of another cube.
        """
        if self.done or self._highest is None or len(self._highest) < _N_HIGHEST:
            return False
        ends = self._ends()
        if ends and 8 * len(ends) <= _LARGEST_SHARE * self._sampler.left:
            first = self._powers(ends, self._highest[:1])
            ends = [end for end, power in zip(ends, first, strict=True) if power > _LEAST]
        bend = self._bend(ends) if ends else None
        self.done = True
        if bend is None or bend.is_none:
            return False
        self._sampler.bend(bend)
        self._logbook.note(f"singular at limits: bent by the powers {bend.powers.round(3).tolist()}")
        return True

    def _ends(self) -> list[tuple[int, int]]:
        """Returns the ends, (axis, 0 or 1), near which |f| is largest, and that are finite limits."""
        assert self._highest is not None
        box, found = self._sampler.box, []
        for axis in np.flatnonzero(~box.integer).tolist():
            for side, limit in enumerate((box.low[axis], box.high[axis])):
                distance = np.abs(self._highest[:, axis] - side)
                if math.isfinite(limit) and np.count_nonzero(distance < _NEAR) >= _LEAST_NEAR:
                    found.append((axis, side))
        return found

    def _powers(self, ends: list[tuple[int, int]], highest: np.ndarray) -> np.ndarray:
        """Returns the largest a of f ~ r^-a at each end beside some points; -inf where it is not known."""
        z = np.repeat(highest[np.newaxis], 2 * len(ends), axis=0).reshape(len(ends), 2, *highest.shape)
        for number, (axis, side) in enumerate(ends):
            for place, distance in enumerate((_FAR, _CLOSE)):
                z[number, place, :, axis] = abs(side - distance)
        t, _ = self._sampler.box.forward_and_log_slope(z.reshape(-1, highest.shape[1]))
        try:
            log_f = self._sampler.look(t).reshape(len(ends), 2, len(highest))
        except (ArithmeticError, ValueError):  # what f cannot tell so near to a limit counts for nothing
            return np.full(len(ends), -np.inf)
        with np.errstate(invalid="ignore"):
            power = (log_f[:, 1] - log_f[:, 0]) / math.log(_FAR / _CLOSE)
        power = np.where(np.isfinite(power), power, -np.inf)
        largest: np.ndarray = power.max(axis=1)
        return largest

    def _bend(self, ends: list[tuple[int, int]]) -> Bend:
        assert self._highest is not None
        box, found = self._sampler.box, Bend.none(self._sampler.dim)
        for (axis, side), power in zip(ends, self._powers(ends, self._highest[:4]), strict=True):
            if _LEAST < power < _LARGEST and _lost(box, axis, side) ** (1.0 - power) < _LARGEST_LOST:
                found.powers[axis, side] = 1.0 / (1.0 - power)
        return found


def _lost(box: Box, axis: int, side: int) -> float:
    """Returns the distance from a limit, as a part of the axis, that floats do not resolve."""
    low, high = float(box.low[axis]), float(box.high[axis])
    width = high - low if math.isfinite(high - low) else float(box.scale[axis])
    return math.ulp((low, high)[side]) / width
