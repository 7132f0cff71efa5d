"""Genz corner peak: a power that falls off from one corner."""

from integrands.family import Family
from integrands.integrand import Array
from integrands.shared import genz


def genz_corner_peak(x: Array, difficulty: float, seed: int) -> Array:
    """Returns a power of the weighted distance from the origin at x: [n, dim].

    f(x) = (1 + sum_i c_i x_i)^-(dim+1)
    """
    c, _ = genz.draw(x.shape[1], difficulty, seed)
    return genz.corner_peak(x, c)


def exact(dim: int, difficulty: float, seed: int) -> float:
    """Returns the integral as one over an auxiliary t, to 13 digits."""
    c, _ = genz.draw(dim, difficulty, seed)
    return genz.corner_peak_exact(c)


FAMILY = Family(
    name="genz_corner_peak",
    summary="a peak in one corner, stretched at random",
    formula="(1 + sum_i c_i x_i)^-(dim+1)",
    function=genz_corner_peak,
    exact=exact,
    exact_from="the closed form (a sum over corners) as a positive 1-d integral, to 13 digits",
    source=genz.SOURCE,
    default_dim=4,
    parameters=genz.knobs(1.85),
    tags=("correlated",),
)
