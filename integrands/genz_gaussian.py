"""Genz Gaussian: an elliptic peak."""

from integrands.family import Family
from integrands.integrand import Array
from integrands.shared import genz


def genz_gaussian(x: Array, difficulty: float, seed: int) -> Array:
    """Returns an elliptic peak at x: [n, dim].

    f(x) = exp(-sum_i c_i^2 (x_i - w_i)^2)
    """
    c, w = genz.draw(x.shape[1], difficulty, seed)
    return genz.gaussian(x, c, w)


def exact(dim: int, difficulty: float, seed: int) -> float:
    """Returns a product of error functions."""
    c, w = genz.draw(dim, difficulty, seed)
    return genz.gaussian_exact(c, w)


FAMILY = Family(
    name="genz_gaussian",
    summary="an elliptic Gaussian about a random place",
    formula="exp(-sum_i c_i^2 (x_i - w_i)^2)",
    function=genz_gaussian,
    exact=exact,
    exact_from="closed form: prod_i sqrt(pi)/(2 c_i) [erf(c_i (1 - w_i)) + erf(c_i w_i)]",
    source=genz.SOURCE,
    default_dim=4,
    parameters=genz.knobs(7.03),
    tags=("separable",),
)
