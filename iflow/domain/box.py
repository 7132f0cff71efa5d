"""The box: the user's limits, infinite ones included, as the image of the unit cube."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from iflow.domain.bend import Bend
from iflow.domain.formulas import FORMULAS, Parameters
from iflow.domain.limits import Axis

# Where f lies so many scales from the only limit, that limit has no part in the map but to cut it.
_AWAY = 3.0


class Box:
    """Maps the unit cube onto a box, axis by axis; see `iflow.domain.Domain` for the formulas.

    Args:
      axes: one or more.
      location: where f is on each axis, [dim]; nan, or None for all, where that is not known.
      scale: and over which distance, [dim], positive; only infinite axes heed both.
      bend: of the unit cube, before all else; None leaves it as it is.

    Attributes:
      low: the lower limits, [dim]; `least` are the smallest points.
      high: the upper limits, [dim]; `largest` are the largest points.
      integer: which axes have integers only, bool [dim].
      unbounded: which axes have an infinite limit, bool [dim].
    """

    def __init__(
        self,
        axes: Sequence[Axis],
        location: np.ndarray | None = None,
        scale: np.ndarray | None = None,
        bend: Bend | None = None,
    ):
        self._axes = tuple(axes)
        self.bend = Bend.none(len(axes)) if bend is None else bend
        self.low, self.high = (np.array([getattr(a, end) for a in axes]) for end in ("low", "high"))
        self.integer = np.array([axis.integer for axis in axes])
        # The integrand never sees a limit itself: many are singular or undefined there.
        self.least = np.nextafter(self.low, np.inf)
        self.largest = np.nextafter(self.high, -np.inf)
        self.unbounded = ~(np.isfinite(self.low) & np.isfinite(self.high))
        given = np.full(len(axes), np.nan) if location is None or scale is None else location
        known = self.unbounded & ~np.isnan(given)
        self.location = np.where(known, given, np.nan)
        self.scale = np.where(known, 1.0 if scale is None else scale, 1.0)
        self._kinds = _kinds(self.low, self.high, self.location, self.scale)
        self._parameters = Parameters.of(self.low, self.high, self.location, self.scale)

    @property
    def dim(self) -> int:
        """Number of axes."""
        return len(self._axes)

    @property
    def bendable(self) -> np.ndarray:
        """Which axes have maps that may be bent at a finite limit, bool [dim]."""
        cauchy = self._kinds.get("cauchy", np.zeros(self.dim, dtype=bool))
        bendable: np.ndarray = ~(self.integer | cauchy)
        return bendable

    def moved(self, location: np.ndarray, scale: np.ndarray) -> Box:
        """Returns this box with the maps of its infinite axes at a location and a scale, [dim] each."""
        return Box(self._axes, location, scale, self.bend)

    def bent(self, bend: Bend) -> Box:
        """Returns this box with the unit cube bent before it is mapped."""
        return Box(self._axes, self.location, self.scale, bend)

    def forward_and_log_slope(self, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Returns t [n, dim], strictly inside the limits, and log|dt/dz| of each axis, [n, dim].

        Args:
          z: points strictly inside the unit cube, float64 [n, dim].
        """
        log_slope = np.broadcast_to(np.log(self._parameters.width), z.shape)
        if self._kinds:
            log_slope = log_slope.copy()
        y, z = z, self.bend.point(z)
        t = self._parameters.low + self._parameters.width * z
        for kind, axes in self._kinds.items():
            own, parameters = z[:, axes], self._parameters.rows(axes)
            t[:, axes] = FORMULAS[kind].point(own, parameters, np)
            log_slope[:, axes] = FORMULAS[kind].log_slope(own, parameters)
        if not self.bend.is_none:
            t, log_slope = self._near_high(t, y, np), log_slope + self.bend.log_slope(y)
        return np.clip(t, self.least, self.largest), log_slope

    def inverse(self, t: np.ndarray) -> np.ndarray:
        """Returns the points of the open unit cube that points t [n, dim] of the box come from."""
        z = (t - self._parameters.low) / self._parameters.width
        for kind, axes in self._kinds.items():
            z[:, axes] = FORMULAS[kind].inverse(t[:, axes], self._parameters.rows(axes))
        z = np.clip(z, np.finfo(float).tiny, 1.0 - 2.0**-53)
        return z if self.bend.is_none else np.clip(self.bend.inverse(z), np.finfo(float).tiny, 1.0 - 2.0**-53)

    def forward_in(self, operations: Any, z: Any) -> Any:
        """Returns t alone, by the operations of another module of arrays, such as `tensorflow`.

        Args:
          operations: has `tan`, `where`, `floor`, `minimum` and `maximum`.
          z: points strictly inside the unit cube, [n, dim].
        """
        y, z = z, self.bend.point(z, operations)
        t = self._parameters.low + self._parameters.width * z
        for kind, axes in self._kinds.items():
            t = operations.where(axes, FORMULAS[kind].point(z, self._parameters, operations), t)
        t = self._near_high(t, y, operations)
        t = operations.minimum(operations.maximum(t, self.least), self.largest)
        if self.integer.any():
            t = operations.where(self.integer, operations.floor(t + 0.5), t)
        return t

    def _near_high(self, t: Any, y: Any, operations: Any) -> Any:
        """Returns t with all digits of the distance from upper limits that are bent; others as they are."""
        if not self.bend.has_upper.any():
            return t
        p, rest = self._parameters, operations.minimum(self.bend.complement(y), 0.5)
        below = self.bend.has_upper & ~np.isfinite(self.low)
        distance = operations.where(below, p.scale * rest / (1.0 - rest), p.width * rest)
        return operations.where((rest < 0.5) & self.bend.has_upper, p.high - distance, t)

    def rounded(self, t: np.ndarray) -> np.ndarray:
        """Returns points t [n, dim] with the integers for the coordinates that are some."""
        if not self.integer.any():
            return t
        # The clip is for limits so large that adding 1/2 rounds.
        nearest = np.clip(np.floor(t + 0.5), self.low + 0.5, self.high - 0.5)
        return np.where(self.integer, nearest, t)

    def log_slope_of(self, t: np.ndarray, z: np.ndarray) -> np.ndarray:
        """Returns log|dt/dz| [n] where points t of the box belong to z, [n, dim]; of integers -log P(k)."""
        slopes = self.forward_and_log_slope(z)[1]
        return np.where(self.integer, self.log_width(self.rounded(t)), slopes).sum(axis=1)

    def log_width(self, t: np.ndarray) -> np.ndarray:
        """Returns -log P(k) of the integers k that are coordinates of t [n, dim]; 0 on other axes."""
        found = np.zeros(t.shape)
        finite = self.integer & ~self.unbounded
        found[:, finite] = np.log(self._parameters.width[finite])
        for kind, axes in self._kinds.items():
            own = axes & self.integer
            if own.any():
                found[:, own] = -FORMULAS[kind].log_probability(t[:, own], self._parameters.rows(own))
        return found


def _kinds(
    low: np.ndarray, high: np.ndarray, location: np.ndarray, scale: np.ndarray
) -> dict[str, np.ndarray]:
    """Returns which axes, bool [dim], take which of the formulas for infinite ones."""
    left, right = np.isfinite(low), np.isfinite(high)
    with np.errstate(invalid="ignore"):
        away = np.where(left, location - low, high - location) > _AWAY * scale
    kinds = {
        "above": left & ~right & ~away,
        "below": ~left & right & ~away,
        "cauchy": (~left & ~right) | ((left ^ right) & away),
    }
    return {kind: axes for kind, axes in kinds.items() if axes.any()}
