"""Line fit: the evidence of a straight line through points of which some are outliers."""

import math

import numpy as np

from integrands.family import Family
from integrands.integrand import Array

# Invented: y = 1 + 2 t with errors of about 1, and two points, at 3 and 8, that are far off.
TIMES = np.arange(1.0, 11.0)
VALUES = np.array([3.4, 4.1, 14.2, 9.8, 10.3, 13.4, 15.1, 5.9, 18.2, 21.6])
_GOOD, _BAD = 1.0, 10.0  # standard deviations of points that belong to the line, and of outliers


def line_fit(x: Array) -> Array:
    """Returns the likelihood at x: [n, 3]; the prior is uniform over slope, intercept and share.

    f = prod_k [(1 - q) N(y_k - a t_k - b; 1) + q N(y_k - a t_k - b; 10)]
    a = 4 x_1,  b = 20 x_2 - 10,  q = x_3,  N(z; s) the normal density of standard deviation s

    q is the share of outliers. The ten points (t_k, y_k) are listed at the top of this file.
    """
    slope, intercept, share = 4 * x[:, 0], 20 * x[:, 1] - 10, x[:, 2]
    norm = 1 / math.sqrt(2 * math.pi)
    total = np.ones(len(x))
    for t, y in zip(TIMES, VALUES, strict=True):
        square = (y - slope * t - intercept) ** 2
        good = norm / _GOOD * np.exp(-0.5 / _GOOD**2 * square)
        bad = norm / _BAD * np.exp(-0.5 / _BAD**2 * square)
        total *= good + share * (bad - good)
    return total


def exact(dim: int) -> float:
    """Returns the evidence by quadrature.

    Gauss-Legendre with 8 nodes in each of 60 x 60 panels over slope and intercept, and with 6 nodes
    over the share, in which f is a polynomial of degree 10; 80 x 80 panels agree to 14 digits.
    """
    return 9.293553801812807e-13


FAMILY = Family(
    name="line_fit",
    summary="evidence of a straight line through points with outliers",
    formula="prod_k [(1-q) N(y_k - a t_k - b; 1) + q N(y_k - a t_k - b; 10)], a = 4 x_1, b = 20 x_2 - 10, "
    "q = x_3, over ten points (t_k, y_k)",
    function=line_fit,
    exact=exact,
    exact_from="Gauss-Legendre quadrature, to 14 digits",
    source="Hogg, Bovy, Lang, arXiv:1008.4686, sec. 3; the points are invented here",
    default_dim=3,
    dims=(3,),
    tags=("correlated",),
)
