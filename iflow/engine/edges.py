"""Finds integrable singularities at limits, where a power of the coordinate takes them away."""

from __future__ import annotations

import math

import numpy as np

from iflow.batch import Batch
from iflow.domain.bend import Bend
from iflow.domain.box import Box
from iflow.logbook import Logbook
from iflow.sampler import Sampler

# Points of largest |f|, an eighth of all and at most 32, that tell at which ends f may be singular: where 3
# of 10 lie within so much of it. Of 32 uniform ones that is so at one end in 50.
_MOST_HIGHEST, _LEAST_HIGHEST, _NEAR, _SHARE_NEAR = 32, 8, 0.15, 0.3
# Distances from the end, as parts of the axis, between which f must grow like a power.
_FAR, _CLOSE = 1e-3, 1e-6
# Powers of the distance: below, the singularity is mild or a logarithm; above, the integral is hard to tell
# from an infinite one.
_LEAST, _LARGEST = 0.15, 0.95
# The integral that floats next to a limit other than 0 cannot resolve, relative to the whole.
_LARGEST_LOST = 1e-7
# So much may log|f| differ from the power beyond, relative, for it to go on; and the least distance there.
_LARGEST_DEVIATION, _TINY = 0.1, 1e-300
# Of the evaluations that are left.
_LARGEST_SHARE = 0.02


class Edges:
    """Looks, once uniform points are there, whether |f| grows like r^-a towards limits, and bends the cube.

    Where the points of largest |f| lie near an end of an axis, f is evaluated at two distances from it, once
    beside the highest point and, where it grows, beside three more; and then at all other ends. With
    integrands that are largest elsewhere this costs nothing.

    Args:
      sampler: evaluates f.
      logbook: is told.

    Attributes:
      done: whether it is settled.
      lost: of the integral, about, what lies nearer to singular limits than floats resolve.
    """

    def __init__(self, sampler: Sampler, logbook: Logbook):
        self._sampler, self._logbook = sampler, logbook
        self._highest: np.ndarray | None = None
        self.done, self.lost = False, 0.0

    def begin_with(self, batch: Batch) -> None:
        """Takes the uniform points that tell where |f| is largest."""
        rows = np.argsort(-batch.log_f, kind="stable")[: min(_MOST_HIGHEST, len(batch) // 8)]
        self._highest = batch.y[rows[np.isfinite(batch.log_f[rows])]]

    def find(self) -> Bend | None:
        """Returns how to bend the cube, or None where that would not help; `bend` is still to be called.

        Once it has returned None it returns nothing else; after an exception it can be called again.
        """
        highest = self._highest
        if self.done or highest is None or len(highest) < _LEAST_HIGHEST:
            return None
        ends = self._ends(highest)
        singular = self._singular(ends, highest, n_calls=8)
        if singular:  # where f is so at one end it may be so at others, which the few points do not show
            others = [end for end in self._limits() if end not in ends]
            singular += self._singular(others, highest, n_calls=2)
            found = self._bend(singular, highest)
            if not found.is_none:
                return found
        self.done = True
        return None

    def bend(self, bend: Bend) -> None:
        """Bends the cube: points of before are then points of another one."""
        self._sampler.bend(bend)
        self.done = True
        self._logbook.note(f"singular at limits: bent by the powers {bend.powers.round(3).tolist()}")

    def _limits(self) -> list[tuple[int, int]]:
        """Returns the ends, (axis, 0 or 1), that are finite limits."""
        box = self._sampler.box
        return [
            (axis, side)
            for axis in np.flatnonzero(box.bendable).tolist()
            for side, limit in enumerate((box.low[axis], box.high[axis]))
            if math.isfinite(limit)
        ]

    def _ends(self, highest: np.ndarray) -> list[tuple[int, int]]:
        """Returns those near which |f| is largest."""
        return [
            (axis, side)
            for axis, side in self._limits()
            if np.mean(np.abs(highest[:, axis] - side) < _NEAR) >= _SHARE_NEAR
        ]

    def _singular(
        self, ends: list[tuple[int, int]], highest: np.ndarray, *, n_calls: int
    ) -> list[tuple[int, int]]:
        """Returns those at which f grows like a power beside the highest point; none if calls do not last."""
        if not ends or n_calls * len(ends) > _LARGEST_SHARE * self._sampler.left:
            return []
        first = self._powers(ends, highest[:1])
        return [end for end, power in zip(ends, first, strict=True) if power > _LEAST]

    def _bend(self, ends: list[tuple[int, int]], highest: np.ndarray) -> Bend:
        box, found = self._sampler.box, Bend.none(self._sampler.dim)
        self.lost = 0.0
        for end, power in zip(ends, self._powers(ends, highest[:4]), strict=True):
            if not _LEAST < power < _LARGEST:
                continue
            lost = _resolution(box, *end) ** (1.0 - power)
            if lost >= _LARGEST_LOST:
                self.lost = max(self.lost, float(lost))
            elif self._goes_on(end, power, highest[0]):
                found.powers[end] = 1.0 / (1.0 - power)
        return found

    def _powers(self, ends: list[tuple[int, int]], highest: np.ndarray) -> np.ndarray:
        """Returns the largest a of f ~ r^-a at each end beside some points; -inf where none is known."""
        log_f = self._look([(end, highest, np.array([_FAR, _CLOSE])) for end in ends])
        with np.errstate(invalid="ignore"):
            power = (log_f[..., 1] - log_f[..., 0]) / math.log(_FAR / _CLOSE)
        largest: np.ndarray = np.where(np.isfinite(power), power, -np.inf).max(axis=1)
        return largest

    def _goes_on(self, end: tuple[int, int], power: float, highest: np.ndarray) -> bool:
        """Returns whether f follows the power as far as a point of the bent cube will come to the end."""
        n = max(self._sampler.left, 2)
        distance = max(float(n) ** (-1.0 / (1.0 - power)), _TINY)
        if distance >= _CLOSE:
            return True
        log_f = self._look([(end, highest[np.newaxis], np.array([_CLOSE, distance]))])[0, 0]
        expected = power * math.log(_CLOSE / distance)
        return bool(abs(log_f[1] - log_f[0] - expected) < _LARGEST_DEVIATION * expected)

    def _look(self, places: list[tuple[tuple[int, int], np.ndarray, np.ndarray]]) -> np.ndarray:
        """Returns log|f| near ends, [ends, n, k]; nan where f tells nothing, which counts for nothing.

        Args:
          places: ends, with points of the cube [n, dim] to be moved there, and k distances there.
        """
        sampler = self._sampler
        t = np.stack([_placed(sampler.box, *place) for place in places])
        try:
            with sampler.without_omissions():
                return sampler.look(t.reshape(-1, t.shape[-1])).reshape(t.shape[:-1])
        except OSError:  # of the disk that the run is stored on
            raise
        except Exception:  # so near to a limit a run may never come
            return np.full(t.shape[:-1], np.nan)


def _placed(box: Box, end: tuple[int, int], z: np.ndarray, distances: np.ndarray) -> np.ndarray:
    """Returns points of the box [n, k, dim]: those of the cube, z [n, dim], at k distances from an end."""
    t, _ = box.forward_and_log_slope(z)
    t = t[:, np.newaxis].repeat(len(distances), axis=1)
    axis, side = end
    steps = distances * _width(box, axis)
    t[..., axis] = box.high[axis] - steps if side else box.low[axis] + steps
    return np.clip(t, box.least, box.largest)


def _width(box: Box, axis: int) -> float:
    """Returns the length of an axis, the scale of an infinite one."""
    width = float(box.high[axis] - box.low[axis])
    return width if math.isfinite(width) else float(box.scale[axis])


def _resolution(box: Box, axis: int, side: int) -> float:
    """Returns the distance from a limit, as a part of the axis, that floats do not resolve."""
    return math.ulp(float((box.low, box.high)[side][axis])) / _width(box, axis)
