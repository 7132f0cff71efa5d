"""What both sides learn: points drawn uniformly, and a smooth bump to be learned from them."""

from __future__ import annotations

import numpy as np

N_POINTS = 16_384
LEARNING_RATE = 1e-3
_SLOPE = 5.0


def points(dim: int) -> tuple[np.ndarray, np.ndarray]:
    """Returns x, [N_POINTS, dim], and log f(x) = -5 |x - 1/2|^2."""
    x = np.random.default_rng(1).random((N_POINTS, dim))
    return x, -_SLOPE * ((x - 0.5) ** 2).sum(axis=-1)
