"""Asian option on the geometric mean of the prices on several dates."""

import math

import numpy as np

from integrands.family import Family
from integrands.integrand import Array
from integrands.shared.asian_option import PARAMETERS, SPOT, call_on_lognormal, log_prices, step_moments


def asian_geometric(x: Array, strike: float, volatility: float, rate: float) -> Array:
    """Returns the discounted payoff of the path that x: [n, dim] stands for, one date per axis.

    f = exp(-rate) max((S_1 S_2 .. S_dim)^(1/dim) - strike, 0)
    S_k = 100 exp(sum_(j<=k) [(rate - volatility^2/2)/dim + volatility/sqrt(dim) Phi^-1(x_j)])
    """
    mean = SPOT * np.exp(log_prices(x, volatility, rate).mean(axis=1))
    return math.exp(-rate) * np.maximum(mean - strike, 0)


def exact(dim: int, strike: float, volatility: float, rate: float) -> float:
    """Returns the price: the geometric mean is log-normal, as one date's price is.

    Its logarithm is log(100) + sum_j j/dim z_j over the normal steps z_j.
    """
    mean, deviation = step_moments(dim, volatility, rate)
    log_mean = math.log(SPOT) + mean * (dim + 1) / 2
    total = deviation * math.sqrt((dim + 1) * (2 * dim + 1) / (6 * dim))
    return math.exp(-rate) * float(call_on_lognormal(np.array(log_mean), total, strike))


FAMILY = Family(
    name="asian_geometric",
    summary="Asian option on the geometric mean, one date per axis",
    formula="exp(-rate) max((S_1 .. S_dim)^(1/dim) - strike, 0), S_k = 100 exp(sum_(j<=k) "
    "[(rate - volatility^2/2)/dim + volatility/sqrt(dim) Phi^-1(x_j)])",
    function=asian_geometric,
    exact=exact,
    exact_from="closed form: Black's formula, since the mean is log-normal",
    source="Kemna and Vorst, J. Banking and Finance 14 (1990) 113",
    default_dim=12,
    dims=range(1, 367),
    parameters=PARAMETERS,
    tags=("correlated", "high-dimensional"),
)
