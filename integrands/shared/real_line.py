"""The open unit interval onto the real line and its positive half."""

import numpy as np

from integrands.integrand import Array

# A point on a face would land at infinity; it is taken this far inside.
_EDGE = 2.0**-53


def to_line(u: Array, scale: float) -> tuple[Array, Array]:
    """Returns x = scale log(u / (1-u)) and dx/du, for u: [...] in [0, 1]."""
    inner = np.clip(u, _EDGE, 1 - _EDGE)
    rest = 1 - inner
    return scale * np.log(inner / rest), scale / (inner * rest)


def to_half_line(u: Array, scale: float) -> tuple[Array, Array]:
    """Returns r = scale u / (1-u) and dr/du, for u: [...] in [0, 1]."""
    inner = np.clip(u, _EDGE, 1 - _EDGE)
    rest = 1 - inner
    return scale * inner / rest, scale / rest**2
