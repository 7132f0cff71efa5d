"""Genz discontinuous: an exponential cut off in two axes."""

import numpy as np

from integrands.family import Family
from integrands.integrand import Array
from integrands.shared import genz


def genz_discontinuous(x: Array, difficulty: float, seed: int) -> Array:
    """Returns an exponential that is cut off in the first two axes at x: [n, dim].

    f(x) = exp(sum_i c_i x_i) if x_1 <= w_1 and x_2 <= w_2, else 0
    """
    c, w = genz.draw(x.shape[1], difficulty, seed)
    ends = np.where(np.arange(len(w)) < 2, w, 1.0)
    return genz.discontinuous(x, c, ends)


def exact(dim: int, difficulty: float, seed: int) -> float:
    """Returns a product of exponentials."""
    c, w = genz.draw(dim, difficulty, seed)
    ends = np.where(np.arange(len(w)) < 2, w, 1.0)
    return genz.discontinuous_exact(c, ends)


FAMILY = Family(
    name="genz_discontinuous",
    summary="an exponential cut off at random in two axes",
    formula="exp(sum_i c_i x_i) if x_1 <= w_1 and x_2 <= w_2, else 0",
    function=genz_discontinuous,
    exact=exact,
    exact_from="closed form: prod_i [exp(c_i e_i) - 1] / c_i, e_i = w_i for i = 1 and 2, else 1",
    source=genz.SOURCE,
    default_dim=4,
    parameters=genz.knobs(4.3),
    tags=("separable", "discontinuous"),
)
