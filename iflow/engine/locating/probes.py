"""Where to look for an integrand that was 0 everywhere: sets of points over many orders of magnitude.

A peak so narrow that f is exactly 0 a little beside it leaves no trace to follow. What can be hoped for is
that its centre is no arbitrary point: all coordinates alike, one alone different from the origin, or all of
about one size.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from iflow.domain.box import Box

# Sizes looked at: a run with infinite limits reaches them now and then in any case.
_LEAST, _LARGEST = 1e-3, 1e6
_COARSE, _FINE, _ALONE = 1.1, 1.01, 1.4
_PER_STAGE = 1024


def probes(box: Box, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Yields sets of points [n, dim], the most promising first, without end.

    The origin of an axis is the limit of a semi-infinite one, from which it is left inwards. Coordinates of
    finite axes are uniform.

    Args:
      box: with at least one infinite axis.
      rng: of all that is random.
    """
    yield _together(box, _lattice(_COARSE, 1e-2, 1e5), rng)
    yield _alone(box, _lattice(_ALONE, _LEAST, _LARGEST), rng)
    yield scattered(box, _PER_STAGE, rng)
    yield _together(box, _lattice(_FINE, 1e-1, 1e4), rng)
    while True:
        yield scattered(box, _PER_STAGE, rng)


def in_addition(box: Box, rng: np.random.Generator) -> np.ndarray:
    """Returns the points [n, dim] that are worth a look where something has been found already."""
    return np.concatenate([_together(box, _lattice(_COARSE, 1e-2, 1e5), rng), scattered(box, 256, rng)])


def scattered(box: Box, n: int, rng: np.random.Generator) -> np.ndarray:
    """Returns points [n, dim] of all sizes: of any direction, of equal coordinates but for signs, of any."""
    size = np.exp(rng.uniform(np.log(_LEAST), np.log(_LARGEST), (n, 1)))
    own = np.exp(rng.uniform(np.log(_LEAST), np.log(_LARGEST), (n, box.dim)))
    normal = rng.standard_normal((n, box.dim))
    kind = rng.integers(3, size=(n, 1))
    steps = np.where(kind == 0, size * normal, np.sign(normal) * np.where(kind == 1, size, own))
    return _placed(box, steps, rng)


def _lattice(ratio: float, least: float, largest: float) -> np.ndarray:
    """Returns sizes of both signs, each so many times the one before, and 0, [n]."""
    sizes = np.exp(np.arange(np.log(least), np.log(largest), np.log(ratio)))
    return np.concatenate([[0.0], sizes, -sizes])


def _together(box: Box, sizes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    if not (np.isinf(box.low) & np.isinf(box.high)).any():
        sizes = sizes[sizes >= 0.0]  # from a limit there is one way only
    return _placed(box, np.repeat(sizes[:, np.newaxis], box.dim, axis=1), rng)


def _alone(box: Box, sizes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    axes = np.flatnonzero(box.unbounded)
    steps = np.zeros((len(axes), len(sizes), box.dim))
    steps[np.arange(len(axes)), :, axes] = sizes
    return _placed(box, steps.reshape(-1, box.dim), rng)


def _placed(box: Box, steps: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Returns the points that lie so far from the origin of each axis."""
    left, right = np.isfinite(box.low), np.isfinite(box.high)
    t = steps.copy()
    # At the limit itself f may be singular: the origin lies a step inside.
    above, below, finite = left & ~right, ~left & right, left & right
    t[:, above] = box.low[above] + np.maximum(np.abs(steps[:, above]), _LEAST)
    t[:, below] = box.high[below] - np.maximum(np.abs(steps[:, below]), _LEAST)
    share = rng.random((len(steps), int(finite.sum())))
    t[:, finite] = box.low[finite] + (box.high - box.low)[finite] * share
    return t
