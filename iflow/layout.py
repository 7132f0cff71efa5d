"""How the values of several integrals lie in one row of real numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Leaf:
    """An array of integrals that f returns as a whole, or under one name.

    Args:
      key: its name where f returns a dict; None where it returns one array.
      shape: of the value of one point; () for a number.
      is_complex: whether each number is a real and an imaginary part.
    """

    key: str | None
    shape: tuple[int, ...]
    is_complex: bool

    @property
    def n_numbers(self) -> int:
        """Numbers in it, real or complex."""
        return math.prod(self.shape)

    @property
    def size(self) -> int:
        """Real numbers in it."""
        return self.n_numbers * (2 if self.is_complex else 1)

    def name(self, number: int) -> str:
        """Returns what a number of it is called, as in 'a'[2, 0]; '' for the only one of f."""
        key = "" if self.key is None else repr(self.key)
        if not self.shape:
            return key
        return f"{key}[{', '.join(str(int(i)) for i in np.unravel_index(number, self.shape))}]"

    def __str__(self) -> str:
        """Returns what f returns for n points, as in [n, 3] complex."""
        return f"[{', '.join(['n', *map(str, self.shape)])}]" + " complex" * self.is_complex


@dataclass(frozen=True)
class Layout:
    """The order in which the numbers of one point are laid out: k real components.

    Leaf after leaf, each in C order; a complex number is its real part, then its imaginary part. An
    unnamed array that holds one number a point, [n, 1] or [n, 1, 1], is laid out like [n].

    Args:
      leaves: at least one.
    """

    leaves: tuple[Leaf, ...]

    @classmethod
    def of(cls, values: Any, n: int) -> Layout:
        """Returns the layout of what f returned for n points: an array [n, ...] or a dict of them.

        Raises:
          ValueError: if an array does not have n as its first axis, holds no number, or a dict is empty.
          TypeError: if a name is not a string.
        """
        if not isinstance(values, Mapping):
            leaf = _leaf(None, values, n)
            return cls((replace(leaf, shape=()) if leaf.n_numbers == 1 else leaf,))
        if not values:
            raise ValueError("f must return at least one integral, got an empty dict")
        for key in values:
            if not isinstance(key, str):
                raise TypeError(f"the names of integrals must be strings, got {key!r}; use str(...)")
            if not key:
                raise ValueError("the names of integrals must not be empty, got ''; give it a name")
        layout = cls(tuple(_leaf(key, value, n) for key, value in values.items()))
        layout._require_different_names()
        return layout

    @property
    def k(self) -> int:
        """Real components."""
        return sum(leaf.size for leaf in self.leaves)

    @property
    def is_scalar(self) -> bool:
        """Whether there is one real number, and no name."""
        return self.leaves == (Leaf(None, (), False),)

    @property
    def groups(self) -> np.ndarray:
        """The number that each component belongs to, integer [k]: a complex one has two components."""
        repeats = [np.full(leaf.n_numbers, 2 if leaf.is_complex else 1) for leaf in self.leaves]
        counts = np.concatenate(repeats)
        return np.repeat(np.arange(len(counts)), counts)

    @property
    def first(self) -> np.ndarray:
        """The first component of each number, integer [numbers]: its real part."""
        groups = self.groups
        return np.searchsorted(groups, np.arange(groups[-1] + 1))

    @property
    def is_pair(self) -> np.ndarray:
        """Whether each number is complex, and has two components, bool [numbers]."""
        return np.bincount(self.groups) == 2

    @property
    def names(self) -> tuple[str, ...]:
        """A plain name for each component: "a", "a[0, 1]", "[2]", "a.real"; what results go by."""
        names = []
        for leaf in self.leaves:
            for index in np.ndindex(leaf.shape):
                name = (leaf.key or "") + (f"[{', '.join(map(str, index))}]" if index else "")
                parts = [f"{name}.real".lstrip("."), f"{name}.imag".lstrip(".")]
                names += parts if leaf.is_complex else [name]
        return tuple(names)

    def name(self, component: int) -> str:
        """Returns what one of the k components is called, as in "'a'[2]" or "the real part of 'b'[0]".

        Raises:
          ValueError: unless 0 <= component < k.
        """
        return self._named(component, "")

    def told(self, component: int) -> str:
        """Returns the same as it is told in sentences about f, as in "f's 'a'[2]"."""
        return self._named(component, "f's ")

    def _named(self, component: int, owner: str) -> str:
        left = component
        for leaf in self.leaves:
            if 0 <= left < leaf.size:
                name = leaf.name(left // 2 if leaf.is_complex else left)
                name = owner + name if name else "f"
                return f"the {('real', 'imaginary')[left % 2]} part of {name}" if leaf.is_complex else name
            left -= leaf.size
        raise ValueError(f"a component must be one of 0, ..., {self.k - 1}, got {component}")

    def widened(self, other: Layout) -> Layout:
        """Returns the layout for values of both kinds: complex where either is.

        Raises:
          ValueError: if they differ in more than that.
        """
        self._require_shapes_of(other)
        pairs = zip(self.leaves, other.leaves, strict=True)
        return Layout(tuple(replace(a, is_complex=a.is_complex or b.is_complex) for a, b in pairs))

    def flatten(self, values: Any, n: int) -> np.ndarray:
        """Returns the values of n points as float64 [n, k], in memory of its own.

        A complex function may be real at some points. A real one may return complex numbers as long as
        their imaginary parts are 0: nothing is lost.

        Raises:
          ValueError: if they are laid out otherwise.
          TypeError: for an imaginary part where there was none.
        """
        found = Layout.of(values, n)
        self._require_shapes_of(found)
        columns = [
            _columns(leaf, values if leaf.key is None else values[leaf.key], n) for leaf in self.leaves
        ]
        return columns[0] if len(columns) == 1 else np.concatenate(columns, axis=1)

    def _require_shapes_of(self, other: Layout) -> None:
        # In any order: a dict is told by its names.
        if {a.key: a.shape for a in self.leaves} != {b.key: b.shape for b in other.leaves}:
            raise ValueError(
                f"f must return the same integrals for all points: it returned {self} at first and {other} "
                "now; is there a branch that returns something else?"
            )

    def _require_different_names(self) -> None:
        # Only a name with a bracket or a dot may be that of a part of another.
        if not any("[" in str(leaf.key) or "." in str(leaf.key) for leaf in self.leaves):
            return
        names = self.names
        twice = [name for name in set(names) if names.count(name) > 1]
        if twice:
            raise ValueError(f"two integrals would be called {min(twice)!r}: give one of them another name")

    def __str__(self) -> str:
        """Returns what f returns for n points, as in {'a': [n], 'b': [n, 3]}."""
        if self.leaves[0].key is None:
            return str(self.leaves[0])
        return "{" + ", ".join(f"{leaf.key!r}: {leaf}" for leaf in self.leaves) + "}"


def _leaf(key: str | None, values: Any, n: int) -> Leaf:
    values = np.asarray(values)
    what = "f" if key is None else f"f's {key!r}"
    if values.ndim == 0 or len(values) != n:
        raise ValueError(
            f"{what} must return one value a point, with the points as the first axis, [{n}, ...], got "
            f"shape {values.shape}"
        )
    if math.prod(values.shape[1:]) == 0:
        raise ValueError(f"{what} must return at least one number a point, got shape {values.shape}")
    return Leaf(key, values.shape[1:], np.iscomplexobj(values))


def _columns(leaf: Leaf, values: Any, n: int) -> np.ndarray:
    values = np.asarray(values).reshape(n, leaf.n_numbers)
    if np.iscomplexobj(values) and not leaf.is_complex:
        values = _real(leaf, values)
    kind: Any = np.complex128 if leaf.is_complex else np.float64
    with np.errstate(over="ignore"):  # a wider type may hold what float64 cannot
        columns = values.astype(kind, order="C")
    return columns.view(np.float64) if leaf.is_complex else columns


def _real(leaf: Leaf, values: np.ndarray) -> np.ndarray:
    # A nan is for others to tell.
    rows, numbers = np.nonzero((values.imag != 0.0) & ~np.isnan(values))
    if len(rows):
        what = f"f's {leaf.name(numbers[0])}" if leaf.name(numbers[0]) else "f"
        raise TypeError(
            f"f must return complex numbers from the first call on, or never: {what} was real when it was "
            f"probed, and is {values[rows[0], numbers[0]]} for point {rows[0]} of {len(values)} now; let it "
            "return f(x) + 0j to integrate both parts, f(x).real to drop one"
        )
    return values.real
