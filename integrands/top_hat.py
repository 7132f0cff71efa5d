"""Top hat: a box at a random place, constant inside, zero outside."""

from functools import lru_cache

import numpy as np

from integrands.family import Family
from integrands.integrand import Array
from integrands.parameter import Parameter


@lru_cache(maxsize=64)
def corner(dim: int, side: float, seed: int) -> Array:
    """Returns the lowest corner of the box, [dim]: uniform in [0, 1 - side]^dim."""
    place = np.random.default_rng(seed).uniform(0, 1 - side, dim)
    place.flags.writeable = False
    return place


def top_hat(x: Array, volume: float, seed: int) -> Array:
    """Returns 1/volume inside the box and zero outside, at x: [n, dim].

    f(x) = 1/volume if c_i <= x_i < c_i + volume^(1/dim) for all i, else 0
    """
    dim = x.shape[1]
    side = volume ** (1 / dim)
    inside = np.ones(len(x), dtype=bool)
    for column, low in zip(x.T, corner(dim, side, seed), strict=True):
        inside &= (column >= low) & (column < low + side)
    return inside / volume


def exact(dim: int, volume: float, seed: int) -> float:
    """Returns 1: the height is one over the volume."""
    return 1.0


FAMILY = Family(
    name="top_hat",
    summary="a box at a random place, constant inside, zero outside",
    formula="1/volume if c_i <= x_i < c_i + volume^(1/dim) for all i, else 0; "
    "c from numpy.random.default_rng(seed).uniform(0, 1 - volume^(1/dim), dim)",
    function=top_hat,
    exact=exact,
    exact_from="closed form: volume times height is 1",
    source="defined here: a knob for emptiness",
    default_dim=4,
    parameters={
        "volume": Parameter(0.01, "share of the cube that the box fills", above=0.0, at_most=1.0),
        "seed": Parameter(1, "places the box", at_least=0, whole=True),
    },
    tags=("separable", "discontinuous"),
)
