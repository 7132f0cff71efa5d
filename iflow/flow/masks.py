"""Binary masks: which coordinates a coupling passes through (True) and which it draws (False)."""

from __future__ import annotations

import numpy as np


def log2_masks(dim: int) -> np.ndarray:
    """Returns the fewest pairs of a mask and its complement under which all coordinates meet.

    Coordinate i is written in binary; each bit gives one mask and its complement. Two coordinates
    differ in some bit, so in one of these two masks the first is drawn given the second and in the
    other the second given the first. Each coordinate needs a code of its own, so fewer than
    ceil(log2 dim) pairs cannot do it.

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
    if dim < 1:
        raise ValueError(f"dim must be at least 1, got {dim}")
    if dim == 1:
        return np.zeros((1, 1), dtype=bool)
    bits = (dim - 1).bit_length()
    pattern = (np.arange(dim)[np.newaxis, :] >> np.arange(bits)[:, np.newaxis]) & 1 == 1
    return np.stack([pattern, ~pattern], axis=1).reshape(2 * bits, dim)
