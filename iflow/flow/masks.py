"""Binary masks: which coordinates a coupling passes through (True) and which it draws (False)."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np


def log2_masks(dim: int) -> np.ndarray:
    """Returns the fewest pairs of a mask and its complement under which all coordinates meet.

    Each coordinate has a number of its own, written in binary; each bit gives one mask and its
    complement. Two coordinates differ in some bit, so in one of these two masks the first is drawn given
    the second and in the other the second given the first. Fewer than ceil(log2 dim) bits do not give
    each coordinate its own number.

    The numbers are the first ones and the last ones, so that coordinate i and dim - 1 - i have opposite
    bits: each mask passes half of the coordinates, or one more or less.

    Args:
      dim: number of coordinates, at least 1.

    Returns:
      bool [2 ceil(log2 dim), dim]; for dim = 1 the single mask [[False]], which draws the only
      coordinate from an unconditional density.

    Raises:
      ValueError: if dim < 1.

    Reference:
      Gao, Isaacson, Krause, i-flow, arXiv:2001.05486, section II.C.
    """
    _require_dim(dim)
    if dim == 1:
        return np.zeros((1, 1), dtype=bool)
    bits = (dim - 1).bit_length()
    coordinate = np.arange(dim)
    number = np.where(2 * coordinate < dim, coordinate, coordinate + 2**bits - dim)
    pattern = (number[np.newaxis, :] >> np.arange(bits)[:, np.newaxis]) & 1 == 1
    return np.stack([pattern, ~pattern], axis=1).reshape(2 * bits, dim)


def antichain_masks(dim: int) -> np.ndarray:
    """Returns the fewest masks at all under which every coordinate is drawn given every other.

    Coordinate i is drawn in the couplings of a set S_i. It must be drawn somewhere where j is not, for
    every j: no set may lie within another. Of m couplings one can choose C(m, floor(m/2)) such sets and
    no more, by taking those of floor(m/2) couplings (Sperner's theorem). Where fewer are needed, they
    are chosen so that the couplings draw equally many coordinates, or one more or less.

    Args:
      dim: number of coordinates, at least 1.

    Returns:
      bool [m, dim] with the least m that has C(m, floor(m/2)) >= dim: 5 for dim = 10, 9 for dim = 100;
      for dim = 1 the single mask [[False]].

    Raises:
      ValueError: if dim < 1.

    Reference:
      Sperner, Math. Z. 27 (1928) 544.
    """
    _require_dim(dim)
    if dim == 1:
        return np.zeros((1, 1), dtype=bool)
    n_masks = 2
    while math.comb(n_masks, n_masks // 2) < dim:
        n_masks += 1
    candidates = itertools.combinations(range(n_masks), n_masks // 2)
    masks = np.ones((n_masks, dim), dtype=bool)
    for coordinate, drawn in enumerate(_balanced(list(itertools.islice(candidates, dim)), n_masks)):
        masks[list(drawn), coordinate] = False
    return masks


def random_masks(dim: int, seed: int) -> np.ndarray:
    """Returns the log2 masks with the coordinates shuffled, bool [2 ceil(log2 dim), dim]."""
    return log2_masks(dim)[:, np.random.default_rng(seed).permutation(dim)]


def checkerboard_masks(dim: int) -> np.ndarray:
    """Returns the mask that passes every other coordinate, and its complement, bool [2, dim].

    Coordinates of the same colour meet only through the others: repeat the pair.

    Raises:
      ValueError: if dim < 1.

    Reference:
      Dinh, Sohl-Dickstein, Bengio, arXiv:1605.08803, section 3.4.
    """
    _require_dim(dim)
    if dim == 1:
        return np.zeros((1, 1), dtype=bool)
    even = np.arange(dim) % 2 == 0
    return np.stack([even, ~even])


def make_masks(masks: str | Sequence[Sequence[bool]], dim: int, *, seed: int) -> np.ndarray:
    """Returns the masks of a name, or one's own, bool [couplings, dim]; the seed shuffles the random ones."""
    if not isinstance(masks, str):
        return np.array(masks)
    makers = {"log2": log2_masks, "antichain": antichain_masks, "checkerboard": checkerboard_masks}
    return random_masks(dim, seed) if masks == "random" else makers[masks](dim)


def _balanced(chosen: list[tuple[int, ...]], n_masks: int) -> list[tuple[int, ...]]:
    """Exchanges one element of one set at a time until all elements occur equally often, but for one.

    It never gets stuck: if a occurs more often than b, more sets hold a without b than b without a, so
    for one of them the exchange gives a set that is not there yet. The sum of squares falls each time.
    """
    while True:
        counts = np.bincount(np.concatenate(chosen), minlength=n_masks)
        often, seldom = int(counts.argmax()), int(counts.argmin())
        if counts[often] - counts[seldom] < 2:
            return chosen
        for place, elements in enumerate(chosen):
            exchanged = tuple(sorted({*elements, seldom} - {often}))
            if often in elements and seldom not in elements and exchanged not in chosen:
                chosen[place] = exchanged
                break


def _require_dim(dim: int) -> None:
    if dim < 1:
        raise ValueError(f"dim must be at least 1, got {dim}")
