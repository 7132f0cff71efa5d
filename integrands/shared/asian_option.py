"""What the two Asian options share: the market and the paths."""

import math

import numpy as np

from integrands.integrand import Array
from integrands.parameter import Parameter
from integrands.shared.normal import cdf
from integrands.shared.normal_quantile import quantile

SPOT = 100.0  # price today; the contract ends after one year

PARAMETERS = {
    "strike": Parameter(100.0, "price agreed on; today's is 100", above=0.0, at_most=1000.0),
    "volatility": Parameter(0.2, "per square root of a year", at_least=0.01, at_most=1.0),
    "rate": Parameter(0.05, "interest per year, compounded continuously", at_least=-0.2, at_most=0.2),
}


def step_moments(dim: int, volatility: float, rate: float) -> tuple[float, float]:
    """Returns mean and standard deviation of the logarithm of the price's ratio over 1/dim years."""
    return (rate - 0.5 * volatility**2) / dim, volatility / math.sqrt(dim)


def log_prices(x: Array, volatility: float, rate: float) -> Array:
    """Returns log(price / price today) on dim dates a year/dim apart, for x: [n, dim]."""
    mean, deviation = step_moments(x.shape[1], volatility, rate)
    steps = quantile(x)
    steps *= deviation
    steps += mean
    return np.cumsum(steps, axis=1, out=steps)


def call_on_lognormal(log_mean: Array, deviation: float, strike: float) -> Array:
    """Returns the mean of max(exp(z) - strike, 0), where z is normal about log_mean: [...].

    Reference: Black, J. Financial Economics 3 (1976) 167.
    """
    d = (log_mean - math.log(strike)) / deviation
    return np.exp(log_mean + 0.5 * deviation**2) * cdf(d + deviation) - strike * cdf(d)
