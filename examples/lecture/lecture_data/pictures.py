"""Small grey pictures made in code: bars, blobs and rings, one third of each."""

import numpy as np

SIDE = 10
KINDS = ("bar", "blob", "ring")
# Ink fades over so many pixels at an edge.
_SOFTNESS = 0.35


def sample(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Returns pictures, float32 [n, SIDE, SIDE] in [0, 1] with 1 for ink, and their kinds, [n]."""
    rng = np.random.default_rng(seed)
    kind = rng.integers(len(KINDS), size=n)
    row, column = np.indices((SIDE, SIDE), dtype=float)[:, np.newaxis] - 0.5 * (SIDE - 1)
    centre = rng.uniform(-1.2, 1.2, size=(2, n, 1, 1))
    across, down = column - centre[0], row - centre[1]
    radius, angle = np.hypot(across, down), rng.uniform(0.0, np.pi, size=(n, 1, 1))
    beside = np.abs(across * np.sin(angle) - down * np.cos(angle))
    size = rng.uniform(0.0, 1.0, size=(n, 1, 1))
    depth = np.stack([0.9 - beside, 1.6 + size - radius, 0.8 - np.abs(radius - 2.6 - size)])[
        kind, np.arange(n)
    ]
    return (1.0 / (1.0 + np.exp(-depth / _SOFTNESS))).astype(np.float32), kind


def recognise(pictures: np.ndarray, known: np.ndarray, kinds: np.ndarray) -> np.ndarray:
    """Returns the kind of each picture, [n]: that of the known one that is nearest, pixel by pixel.

    Args:
      pictures: [n, SIDE, SIDE].
      known: [m, SIDE, SIDE].
      kinds: of the known ones, [m].
    """
    left, right = pictures.reshape(len(pictures), -1), known.reshape(len(known), -1)
    # |a - b|^2 = |a|^2 - 2 ab + |b|^2, where |a|^2 is the same for all of them.
    return kinds[np.argmin(np.square(right).sum(axis=1) - 2.0 * left @ right.T, axis=1)]
