"""One over something that vanishes in a corner of the cube."""

import numpy as np

from integrands.integrand import Array


def reciprocal(denominator: Array) -> Array:
    """Returns 1/denominator, and 0 where it is 0: single points of the boundary, of no volume."""
    return np.divide(1.0, denominator, out=np.zeros_like(denominator), where=denominator != 0)
