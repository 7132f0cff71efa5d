"""Genz product peak: a Lorentzian along each axis."""

from integrands.family import Family
from integrands.integrand import Array
from integrands.shared import genz


def genz_product_peak(x: Array, difficulty: float, seed: int) -> Array:
    """Returns a product of Lorentzians at x: [n, dim].

    f(x) = prod_i 1 / (1/c_i^2 + (x_i - w_i)^2)
    """
    c, w = genz.draw(x.shape[1], difficulty, seed)
    return genz.product_peak(x, c, w)


def exact(dim: int, difficulty: float, seed: int) -> float:
    """Returns a product of arctangents."""
    c, w = genz.draw(dim, difficulty, seed)
    return genz.product_peak_exact(c, w)


FAMILY = Family(
    name="genz_product_peak",
    summary="a product of Lorentzians about a random place",
    formula="prod_i 1 / (1/c_i^2 + (x_i - w_i)^2)",
    function=genz_product_peak,
    exact=exact,
    exact_from="closed form: prod_i c_i [arctan(c_i (1 - w_i)) + arctan(c_i w_i)]",
    source=genz.SOURCE,
    default_dim=4,
    parameters=genz.knobs(7.25),
    tags=("separable",),
)
