"""The two-dimensional camel: a function with two humps, its integral, and samples of it.

    f(x) = exp(-|x - c_1|^2 / a^2) + exp(-|x - c_2|^2 / a^2),   c_1 = (1/3, 1/3), c_2 = (2/3, 2/3), a = 0.1

It is not normalised: a network that sees nothing but samples cannot know its integral.
"""

import math

import numpy as np

WIDTH = 0.1
CENTRES = np.array([[1.0 / 3.0, 1.0 / 3.0], [2.0 / 3.0, 2.0 / 3.0]])
# Along one axis a hump has this much inside of the square; by symmetry both have the same.
_INSIDE = 0.5 * (math.erf(1.0 / (3.0 * WIDTH)) + math.erf(2.0 / (3.0 * WIDTH)))
EXACT = 2.0 * math.pi * WIDTH**2 * _INSIDE**2
# Samples with 0.9 < x_1 + x_2 < 1.1 lie between the humps.
BETWEEN = 0.1


def f(x: np.ndarray) -> np.ndarray:
    """Returns the camel, [n], at points x [n, 2] of the unit square."""
    squared = np.square(x[:, np.newaxis] - CENTRES).sum(axis=2)
    return np.exp(-squared / WIDTH**2).sum(axis=1)


def sample(n: int, seed: int) -> np.ndarray:
    """Returns n points, float32 [n, 2], distributed like f on the unit square."""
    rng = np.random.default_rng(seed)
    # A few in a million fall outside of the square, and are left out.
    hump = rng.integers(2, size=n + n // 100 + 10)
    points = rng.normal(CENTRES[hump], WIDTH / math.sqrt(2.0))
    return points[((points > 0.0) & (points < 1.0)).all(axis=1)][:n].astype(np.float32)


def share_of_upper(x: np.ndarray) -> float:
    """Returns the share of points [n, 2] that are nearer to the upper hump; of f it is 1/2."""
    return float(np.mean(x.sum(axis=1) > 1.0))


def share_between(x: np.ndarray) -> float:
    """Returns the share of points [n, 2] that lie between the humps; of f it is `EXACT_BETWEEN`."""
    return float(np.mean(np.abs(x.sum(axis=1) - 1.0) < BETWEEN))


# The sum of both coordinates of a hump is normal with deviation a.
EXACT_BETWEEN = 0.5 * (
    math.erf((1.0 / 3.0 + BETWEEN) / WIDTH / math.sqrt(2.0))
    - math.erf((1.0 / 3.0 - BETWEEN) / WIDTH / math.sqrt(2.0))
)


def described(x: np.ndarray) -> str:
    """Returns both shares of points [n, 2] in words, with those of f in brackets."""
    return (
        f"{share_of_upper(x):.3f} at the upper hump (0.500), "
        f"{share_between(x):.3f} between the humps ({EXACT_BETWEEN:.3f})"
    )
