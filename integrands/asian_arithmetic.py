"""Asian option on the arithmetic mean of the prices on several dates."""

import math
from functools import lru_cache

import numpy as np

from integrands.family import Family
from integrands.integrand import Array
from integrands.shared.asian_option import PARAMETERS, SPOT, call_on_lognormal, log_prices, step_moments


def asian_arithmetic(x: Array, strike: float, volatility: float, rate: float) -> Array:
    """Returns the discounted payoff of the path that x: [n, dim] stands for, one date per axis.

    f = exp(-rate) max((S_1 + S_2 + .. + S_dim)/dim - strike, 0)
    S_k = 100 exp(sum_(j<=k) [(rate - volatility^2/2)/dim + volatility/sqrt(dim) Phi^-1(x_j)])
    """
    prices = log_prices(x, volatility, rate)
    mean = SPOT * np.exp(prices, out=prices).mean(axis=1)
    return math.exp(-rate) * np.maximum(mean - strike, 0)


@lru_cache(maxsize=64)
def exact(dim: int, strike: float, volatility: float, rate: float) -> float:
    """Returns the price by one convolution per date, to 11 digits.

    The sum of prices over today's is R_1 = exp(z_1) (1 + R_2), R_2 = exp(z_2) (1 + R_3) and so on,
    R_dim = exp(z_dim), with independent normal steps z. So the density of log R_k follows from that
    of log R_(k+1) by one integral, taken on an even grid, where the trapezoidal rule converges
    exponentially. The last one, over z_1, is Black's formula.

    Reference: Carverhill and Clewlow, Risk 3 (1990) 25.
    """
    mean, deviation = step_moments(dim, volatility, rate)
    unit = math.log(SPOT / dim)
    if dim == 1:
        return math.exp(-rate) * float(call_on_lognormal(np.array(unit + mean), deviation, strike))
    norm = 1 / (deviation * math.sqrt(2 * math.pi))
    step = 0.4 * deviation
    log_sum = _grid(1, mean, deviation, step)
    density = norm * np.exp(-0.5 * ((log_sum - mean) / deviation) ** 2)
    for terms in range(2, dim + 1):
        forward = np.log1p(np.exp(log_sum)) + mean  # where the next step begins
        if terms == dim:
            break
        log_sum = _grid(terms, mean, deviation, step)
        density = (step * norm * np.exp(-0.5 * ((log_sum[:, None] - forward) / deviation) ** 2)) @ density
    return math.exp(-rate) * step * float(density @ call_on_lognormal(unit + forward, deviation, strike))


def _grid(terms: int, mean: float, deviation: float, step: float) -> Array:
    """Returns where the logarithm of a sum of so many prices may lie: nine standard deviations."""
    centre = math.log(math.fsum(math.exp(mean * k) for k in range(1, terms + 1)))
    reach = 9 * deviation * math.sqrt(terms) + terms * deviation**2
    return np.arange(centre - reach, centre + reach, step)


FAMILY = Family(
    name="asian_arithmetic",
    summary="Asian option on the arithmetic mean, one date per axis",
    formula="exp(-rate) max((S_1 + .. + S_dim)/dim - strike, 0), S_k = 100 exp(sum_(j<=k) "
    "[(rate - volatility^2/2)/dim + volatility/sqrt(dim) Phi^-1(x_j)])",
    function=asian_arithmetic,
    exact=exact,
    exact_from="one convolution of densities per date by the trapezoidal rule, to 11 digits",
    source="Kemna and Vorst, J. Banking and Finance 14 (1990) 113",
    default_dim=12,
    dims=range(1, 129),
    parameters=PARAMETERS,
    tags=("correlated", "high-dimensional"),
)
