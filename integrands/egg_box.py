"""Egg box: the evidence of a regular pattern of equal peaks."""

import math

import numpy as np

from integrands.family import Family
from integrands.integrand import Array

_SIDE = 10 * math.pi
_TERMS = 2000


def egg_box(x: Array) -> Array:
    """Returns the likelihood at x: [n, dim]; the prior is uniform over [0, 10 pi]^dim.

    f = exp((2 + prod_i cos(p_i / 2))^5),  p = 10 pi x

    In two dimensions 18 peaks, each exp(243) high; the faces cut eight of them in halves and two in
    quarters.
    """
    product = np.ones(len(x))
    for column in x.T:
        product *= np.cos((0.5 * _SIDE) * column)
    values: Array = np.exp((2 + product) ** 5)
    return values


def exact(dim: int) -> float:
    """Returns the evidence as a series of positive terms, to 13 digits.

    With exp((2 + c)^5) = sum_k a_k c^k, and the mean of cos^k over whole half periods, 2^-k
    binomial(k, k/2) for even k and 0 for odd k,  Z = sum_k a_2k [2^-2k binomial(2k, k)]^dim.
    The a_k follow from the derivative: (k+1) a_(k+1) = sum_j (j+1) b_(j+1) a_(k-j), where
    (2 + c)^5 = sum_j b_j c^j.
    """
    slope = [j * math.comb(5, j) * 2 ** (5 - j) for j in range(1, 6)]
    series = [math.exp(32)]
    for k in range(_TERMS):
        known = sum(s * series[k - j] for j, s in enumerate(slope) if j <= k)
        series.append(known / (k + 1))
    moment, total = 1.0, []
    for k in range(0, _TERMS, 2):
        total.append(series[k] * moment**dim)
        moment *= (k + 1) / (k + 2)
    return math.fsum(total)


FAMILY = Family(
    name="egg_box",
    summary="evidence of a regular pattern of equal peaks",
    formula="exp((2 + prod_i cos(p_i/2))^5), p = 10 pi x",
    function=egg_box,
    exact=exact,
    exact_from="series of positive terms: powers of cosines, averaged in closed form, to 13 digits",
    source="Feroz, Hobson, Bridges, arXiv:0809.3437 (MultiNest), egg-box",
    default_dim=2,
    dims=range(1, 31),
    tags=("correlated", "multi-modal"),
)
