"""How the values of several integrals lie in one row of real numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Layout:
    """The order in which the numbers of one point are laid out: k real components.

    Leaf after leaf, each in C order; a complex number is its real part, then its imaginary part.

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
            return cls((_leaf(None, values, n),))
        if not values:
            raise ValueError("f must return at least one integral, got an empty dict")
        for key in values:
            if not isinstance(key, str):
                raise TypeError(f"the names of integrals must be strings, got {key!r}")
        return cls(tuple(_leaf(key, value, n) for key, value in values.items()))

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
    def names(self) -> tuple[str, ...]:
        """A name for each component: "a", "a[0, 1]", "[2]", "a.real"."""
        names = []
        for leaf in self.leaves:
            for index in np.ndindex(leaf.shape):
                name = (leaf.key or "") + (f"[{', '.join(map(str, index))}]" if index else "")
                names += (
                    [f"{name}.real".lstrip("."), f"{name}.imag".lstrip(".")] if leaf.is_complex else [name]
                )
        return tuple(names)

    def flatten(self, values: Any, n: int) -> np.ndarray:
        """Returns the values of n points as float64 [n, k].

        Raises:
          ValueError: if they are laid out otherwise.
        """
        found = Layout.of(values, n)
        # A complex function may be real at some points, never the other way round.
        same = [(a.key, a.shape) for a in self.leaves] == [(b.key, b.shape) for b in found.leaves]
        if not same or any(
            b.is_complex and not a.is_complex for a, b in zip(self.leaves, found.leaves, strict=True)
        ):
            raise ValueError(f"f must always return the same integrals, {self}, got {found}")
        return np.concatenate([_columns(leaf, self._part(values, leaf), n) for leaf in self.leaves], axis=1)

    def __str__(self) -> str:
        """Returns what f returns for n points, as in {'a': [n], 'b': [n, 3]}."""
        shapes = [f"[{', '.join(['n', *map(str, leaf.shape)])}]" for leaf in self.leaves]
        shapes = [
            shape + " complex" * leaf.is_complex for shape, leaf in zip(shapes, self.leaves, strict=True)
        ]
        if self.leaves[0].key is None:
            return shapes[0]
        return (
            "{"
            + ", ".join(f"{leaf.key!r}: {shape}" for leaf, shape in zip(self.leaves, shapes, strict=True))
            + "}"
        )

    @staticmethod
    def _part(values: Any, leaf: Leaf) -> Any:
        return values if leaf.key is None else values[leaf.key]


def _leaf(key: str | None, values: Any, n: int) -> Leaf:
    values = np.asarray(values)
    what = "f" if key is None else f"f's {key!r}"
    if values.ndim == 0 or len(values) != n:
        raise ValueError(f"{what} must have one value a point, [{n}, ...], got shape {values.shape}")
    if values.size == 0:
        raise ValueError(f"{what} must hold at least one number a point, got shape {values.shape}")
    return Leaf(key, values.shape[1:], np.iscomplexobj(values))


def _columns(leaf: Leaf, values: Any, n: int) -> np.ndarray:
    kind: Any = np.complex128 if leaf.is_complex else np.float64
    columns = np.ascontiguousarray(np.asarray(values).astype(kind).reshape(n, -1))
    return columns.view(np.float64) if leaf.is_complex else columns
