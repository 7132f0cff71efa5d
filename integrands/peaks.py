"""Peaks: equal round peaks at random places."""

import math
from functools import lru_cache

import numpy as np

from integrands.family import Family
from integrands.integrand import Array
from integrands.parameter import Parameter

_MARGIN = 0.1  # no centre is nearer to a face than this


@lru_cache(maxsize=64)
def centres(dim: int, count: int, seed: int) -> Array:
    """Returns where the peaks stand, [count, dim]: uniform in [0.1, 0.9]^dim."""
    places = np.random.default_rng(seed).uniform(_MARGIN, 1 - _MARGIN, (count, dim))
    places.flags.writeable = False
    return places


def peaks(x: Array, count: int, width: float, seed: int) -> Array:
    """Returns the mean of normalised Gaussians at x: [n, dim].

    f(x) = 1/count sum_k (s sqrt(2 pi))^-dim exp(-sum_i (x_i - c_ki)^2 / (2 s^2)),  s = width
    """
    dim = x.shape[1]
    # In one exponent with the norm, so that nothing underflows before f itself does.
    log_norm = dim * math.log(width * math.sqrt(2 * math.pi)) + math.log(count)
    total = np.zeros(len(x))
    for centre in centres(dim, count, seed):
        z = x - centre
        z /= width
        total += np.exp(-0.5 * np.einsum("ni,ni->n", z, z) - log_norm)
    return total


def exact(dim: int, count: int, width: float, seed: int) -> float:
    """Returns the part of the peaks inside the cube.

    1/count sum_k prod_i [erf((1 - c_ki)/(s sqrt 2)) + erf(c_ki/(s sqrt 2))] / 2
    """
    scale = width * math.sqrt(2)
    return math.fsum(
        math.prod(0.5 * (math.erf((1 - c) / scale) + math.erf(c / scale)) for c in centre) / count
        for centre in centres(dim, count, seed)
    )


FAMILY = Family(
    name="peaks",
    summary="equal round peaks at random places",
    formula="1/count sum_k (s sqrt(2 pi))^-dim exp(-sum_i (x_i - c_ki)^2 / (2 s^2)), s = width, "
    "c from numpy.random.default_rng(seed).uniform(0.1, 0.9, (count, dim))",
    function=peaks,
    exact=exact,
    exact_from="closed form: products of error functions",
    source="defined here: a knob for the number of modes",
    default_dim=4,
    parameters={
        "count": Parameter(3, "number of peaks", at_least=1, at_most=1_000_000, whole=True),
        "width": Parameter(0.05, "standard deviation of each peak along each axis", above=0.0),
        "seed": Parameter(1, "places the peaks", at_least=0, whole=True),
    },
    tags=("correlated", "multi-modal"),
)
