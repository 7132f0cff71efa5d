"""What the user gave as a region, taken apart."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from iflow.domain.box import Box
from iflow.domain.change import Change
from iflow.domain.entries import EXPECTED, entries_of
from iflow.domain.limits import Axis, axis_of

# Beyond it the grids of all axes alone fill the memory.
MOST_DIMENSIONS = 10_000
# Where a change of variables is looked at first; no coordinate of them is special.
_PROBED = (0.31, 0.47, 0.74)


@dataclass(frozen=True)
class Part:
    """A factor of the region: some axes of the box, and what they are changed to.

    Args:
      axes: of the box.
      n_coordinates: that they become.
      inner: the parts that the change gets its points from; none where the axes are the coordinates.
      change: of variables.
    """

    axes: tuple[Axis, ...]
    n_coordinates: int
    inner: tuple[Part, ...] = ()
    change: Change | None = None

    def forward_and_log_det(self, t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Returns x [n, n_coordinates] and log|det dx/dt| [n] at points t [n, axes]."""
        if self.change is None:
            return t, np.zeros(len(t))
        between, log_det = join(self.inner, t)
        x, own = self.change.forward_and_log_det(between)
        if x.shape[1] != self.n_coordinates:
            raise ValueError(
                "Change: forward must return as many coordinates for all points, it returned "
                f"{self.n_coordinates} at first and {x.shape[1]} for {len(t)} points now; is there a branch "
                "that returns something else?"
            )
        return x, log_det + own


def join(parts: Sequence[Part], t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Returns the coordinates of all parts, [n, m], and log|det| [n], at points t [n, d] of the box."""
    ends = np.cumsum([len(part.axes) for part in parts])
    pieces = [
        part.forward_and_log_det(columns)
        for part, columns in zip(parts, np.split(t, ends[:-1], axis=1), strict=True)
    ]
    return np.concatenate([x for x, _ in pieces], axis=1), np.sum([log_det for _, log_det in pieces], axis=0)


def parts_of(region: Any, where: str = "axis") -> list[Part]:
    """Returns the parts of a region that is no dict; `where` names its axes in errors.

    Raises:
      TypeError: if it is malformed.
      ValueError: if limits or a change of variables do not hold, or there are too many axes.
    """
    if isinstance(region, Change):
        return [_changed(region, where)]
    try:
        dim = operator.index(region)
    except TypeError:
        return _parts_of_sequence(region, where)
    if isinstance(region, (bool, np.bool_)):
        raise TypeError(f"region must be a dimension or a list of limits, got {region!r}")
    if dim < 1:
        raise ValueError(
            f"the number of dimensions must be at least 1, got {dim}; for the unit cube in d "
            "dimensions give d"
        )
    _require_few(dim)
    return [Part((Axis(0.0, 1.0),), 1)] * dim


def _parts_of_sequence(region: Any, where: str) -> list[Part]:
    entries = entries_of(region)
    if not entries:
        raise ValueError(f"{EXPECTED}, got an empty sequence; give at least one pair")
    _require_few(len(entries))
    parts: list[Part] = []
    for entry in entries:
        name = f"{where} {sum(len(part.axes) for part in parts)}"
        parts.append(_changed(entry, name) if isinstance(entry, Change) else Part((axis_of(entry, name),), 1))
    return parts


def _require_few(dim: int) -> None:
    if dim > MOST_DIMENSIONS:
        given = f"{dim:,}" if dim < 10**15 else "more than 1e15"
        raise ValueError(f"a region must have at most {MOST_DIMENSIONS:,} dimensions, got {given}")


def _changed(change: Change, where: str) -> Part:
    """Returns a change of variables as one part; forward is called for the first time."""
    inner = tuple(parts_of(change.region, f"{where}, axis" if where != "axis" else where))
    axes = tuple(axis for part in inner for axis in part.axes)
    box = Box(axes)
    # Quasi-random, so that nothing is symmetric by accident.
    z = (np.outer(_PROBED, np.ones(len(axes))) + 0.618034 * np.arange(len(axes))) % 1.0
    t = box.rounded(box.forward_and_log_slope(z)[0])
    return Part(axes, change.look(join(inner, t)[0]), inner, change)
