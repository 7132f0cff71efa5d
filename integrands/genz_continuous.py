"""Genz continuous: a peak with a kink."""

from integrands.family import Family
from integrands.integrand import Array
from integrands.shared import genz


def genz_continuous(x: Array, difficulty: float, seed: int) -> Array:
    """Returns a peak whose slope jumps at w_i in every axis at x: [n, dim].

    f(x) = exp(-sum_i c_i |x_i - w_i|)
    """
    c, w = genz.draw(x.shape[1], difficulty, seed)
    return genz.continuous(x, c, w)


def exact(dim: int, difficulty: float, seed: int) -> float:
    """Returns a product of exponentials."""
    c, w = genz.draw(dim, difficulty, seed)
    return genz.continuous_exact(c, w)


FAMILY = Family(
    name="genz_continuous",
    summary="a peak with a kink about a random place",
    formula="exp(-sum_i c_i |x_i - w_i|)",
    function=genz_continuous,
    exact=exact,
    exact_from="closed form: prod_i [2 - exp(-c_i w_i) - exp(-c_i (1 - w_i))] / c_i",
    source=genz.SOURCE,
    default_dim=4,
    parameters=genz.knobs(20.4),
    tags=("separable",),
)
