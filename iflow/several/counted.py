"""Which of several integrals count: for the target, and for what the proposals learn."""

from __future__ import annotations

import difflib
import math
from dataclasses import replace
from typing import Any

import numpy as np

from iflow.layout import Layout
from iflow.options import Target
from iflow.statistics.components import Components


class Counted:
    """The integrals that have to meet the target: all, or those that the user named.

    Args:
      layout: of what f returns.
      component: name, index, or (name, index), of a number or of an array; None for all.

    Raises:
      TypeError: for something that cannot be an index of that layout.
      ValueError: for a name or an index that is not there.

    Attributes:
      numbers: numbers that count, real or complex, integer [m].
      columns: their real components, integer [at least m].
    """

    def __init__(self, layout: Layout, component: Any = None):
        groups = layout.groups
        self.numbers = select(layout, component)
        self.columns = np.flatnonzero(np.isin(groups, self.numbers))
        self._first, self._pairs = layout.first, layout.is_pair

    @property
    def is_one_real(self) -> bool:
        """Whether a single real integral counts."""
        return len(self.columns) == 1

    @property
    def counts_all(self) -> bool:
        """Whether every integral counts."""
        return len(self.numbers) == len(self._first)

    def first_column(self, number: int) -> int:
        """Returns the first component of a number: its real part."""
        return int(self._first[number])

    def sizes(self, values: np.ndarray) -> np.ndarray:
        """Returns the absolute values of numbers given as real components, [..., k] -> [..., numbers]."""
        sizes = np.abs(values[..., self._first])
        pairs = self._first[self._pairs]
        sizes[..., self._pairs] = np.hypot(values[..., pairs], values[..., pairs + 1])
        return sizes

    def told(self, found: Components) -> Components:
        """Returns the same with no error for parts of complex numbers that vanish.

        A part vanishes that was 0 at all points, where the other part was not.
        """
        seen = found.n_nonzero > 0
        pairs = self._first[self._pairs]
        vanishes = np.zeros(len(seen), dtype=bool)
        vanishes[pairs], vanishes[pairs + 1] = seen[pairs + 1] & ~seen[pairs], seen[pairs] & ~seen[pairs + 1]
        if not vanishes.any():
            return found
        sdev, deviation = (np.where(vanishes, 0.0, values) for values in (found.sdev, found.deviation))
        return replace(found, sdev=sdev, deviation=deviation)

    def all_seen(self, found: Components) -> bool:
        """Returns whether each integral that counts was nonzero somewhere."""
        return bool((self.sizes(found.n_nonzero)[self.numbers] > 0).all())

    def excess(self, found: Components, target: Target) -> float:
        """Returns how many times the target the worst error is: max of sdev / max(atol, rtol |mean|).

        An integrand that was 0 wherever it was looked at has no error that more points would lower, and
        does not count where another was not; inf where all were.
        """
        found = self.told(found)
        mean, sdev = self.sizes(found.mean)[self.numbers], self.sizes(found.sdev)[self.numbers]
        seen = self.sizes(found.n_nonzero)[self.numbers] > 0
        if not seen.any():
            return math.inf
        return float(np.max(target.excess(mean[seen], sdev[seen])))


def select(layout: Layout, component: Any) -> np.ndarray:
    """Returns the numbers that a name, an index, or (name, index) stands for, integer [m]."""
    if component is None:
        return np.arange(layout.groups[-1] + 1)
    key, index = component, ()
    if layout.leaves[0].key is None:
        key, index = None, component
    elif isinstance(component, tuple) and component:
        key, index = component[0], component[1:]
    start = 0
    for leaf in layout.leaves:
        if leaf.key == key:
            return start + _within(leaf.shape, index, component)
        start += leaf.n_numbers
    names = [str(leaf.key) for leaf in layout.leaves]
    near = difflib.get_close_matches(str(key), names, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"f returns {', '.join(map(repr, names))}"
    raise ValueError(f"component must be the name of an integral, got {key!r}: {hint}")


def _within(shape: tuple[int, ...], index: Any, component: Any) -> np.ndarray:
    numbers = np.arange(math.prod(shape)).reshape(shape)
    try:
        return np.atleast_1d(numbers[index]).ravel()
    except IndexError as error:
        wanted = f"component {component!r} must be an index of integrals of shape {list(shape)}"
        raise ValueError(f"{wanted}: {error}") from None
