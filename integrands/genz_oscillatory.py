"""Genz oscillatory: a plane wave."""

from integrands.family import Family
from integrands.integrand import Array
from integrands.shared import genz


def genz_oscillatory(x: Array, difficulty: float, seed: int) -> Array:
    """Returns a plane wave at x: [n, dim].

    f(x) = cos(2 pi w_1 + sum_i c_i x_i)
    """
    c, w = genz.draw(x.shape[1], difficulty, seed)
    return genz.oscillatory(x, c, w[0])


def exact(dim: int, difficulty: float, seed: int) -> float:
    """Returns a product of sines over c_i times a cosine."""
    c, w = genz.draw(dim, difficulty, seed)
    return genz.oscillatory_exact(c, w[0])


FAMILY = Family(
    name="genz_oscillatory",
    summary="a plane wave in a random direction",
    formula="cos(2 pi w_1 + sum_i c_i x_i)",
    function=genz_oscillatory,
    exact=exact,
    exact_from="closed form: cos(2 pi w_1 + sum_i c_i/2) prod_i 2 sin(c_i/2) / c_i",
    source=genz.SOURCE,
    default_dim=4,
    parameters=genz.knobs(9.0),
    tags=("correlated", "signed"),
)
