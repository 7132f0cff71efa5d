"""Asian options: joint distributions, parity, and one another as control."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.integrate import quad
from scipy.stats import norm, qmc

import integrands

OTHER = {"strike": 90.0, "volatility": 0.5, "rate": -0.01}


@pytest.mark.parametrize("parameters", [{}, OTHER])
@pytest.mark.parametrize("dim", [1, 2, 12, 366])
def test_geometric_mean_by_the_covariance_of_its_prices(dim, parameters):
    f = integrands.get("asian_geometric", dim, **parameters)
    strike, volatility, rate = f.parameters.values()
    times = np.arange(1, dim + 1) / dim
    mean = math.log(100) + (rate - volatility**2 / 2) * times.mean()
    deviation = volatility * math.sqrt(np.minimum.outer(times, times).mean())

    def payoff(z):
        return math.exp(-rate) * (math.exp(mean + deviation * z) - strike) * norm.pdf(z)

    start = (math.log(strike) - mean) / deviation
    assert_allclose(f.exact, quad(payoff, start, 12, epsabs=0, epsrel=1e-12)[0], rtol=1e-10)


@pytest.mark.parametrize("parameters", [{}, OTHER])
def test_arithmetic_mean_of_two_prices(parameters):
    """Given the first price, the second is log-normal."""
    f = integrands.get("asian_arithmetic", 2, **parameters)
    strike, volatility, rate = f.parameters.values()
    mean, deviation = (rate - volatility**2 / 2) / 2, volatility / math.sqrt(2)

    def payoff(z):
        first = 100 * math.exp(mean + deviation * z)
        needed = 2 * strike - first
        growth = first * math.exp(mean + deviation**2 / 2)
        if needed <= 0:
            return (growth - needed) * norm.pdf(z) / 2
        d = (math.log(first / needed) + mean) / deviation
        return (growth * norm.cdf(d + deviation) - needed * norm.cdf(d)) * norm.pdf(z) / 2

    kink = (math.log(2 * strike / 100) - mean) / deviation
    total = sum(quad(payoff, a, b, epsabs=0, epsrel=1e-12)[0] for a, b in [(-12, 0), (0, kink), (kink, 12)])
    assert_allclose(f.exact, math.exp(-rate) * total, rtol=1e-9)


@pytest.mark.parametrize("dim", [1, 2, 12, 128])
def test_arithmetic_mean_with_next_to_no_strike_is_that_of_the_prices(dim):
    f = integrands.get("asian_arithmetic", dim, strike=1.0)
    prices = 100 * np.exp(0.05 * np.arange(1, dim + 1) / dim)
    assert_allclose(f.exact, math.exp(-0.05) * (prices.mean() - 1.0), rtol=1e-9)


def test_one_date_makes_both_means_the_price_itself():
    geometric, arithmetic = (integrands.get(f"asian_{kind}", 1) for kind in ("geometric", "arithmetic"))
    assert_allclose(arithmetic.exact, geometric.exact, rtol=1e-13)
    assert_allclose(geometric.exact, 10.450583572185565, rtol=1e-13)  # Black and Scholes, well known


@pytest.mark.parametrize("parameters", [{}, OTHER])
def test_arithmetic_mean_with_the_geometric_one_as_control(parameters):
    """Both payoffs on the same points; their difference is small. Student's t(15) > 6: 1 in 40,000."""
    arithmetic, geometric = (
        integrands.get(f"asian_{kind}", 12, **parameters) for kind in ("arithmetic", "geometric")
    )
    means = []
    for stream in np.random.default_rng(1).spawn(16):
        x = qmc.Sobol(12, rng=stream).random_base2(12)
        means.append((arithmetic(x) - geometric(x)).mean())
    error = np.std(means, ddof=1) / 4
    assert abs(np.mean(means) - (arithmetic.exact - geometric.exact)) < 6 * error
    assert error < 3e-4 * arithmetic.exact


@pytest.mark.parametrize("kind", ["geometric", "arithmetic"])
def test_payoff_of_one_path(kind):
    x = np.random.default_rng(2).random((100, 5))
    prices = 100 * np.exp(np.cumsum(0.03 / 5 + 0.2 / math.sqrt(5) * norm.ppf(x), axis=1))
    mean = prices.mean(axis=1) if kind == "arithmetic" else np.exp(np.log(prices).mean(axis=1))
    expected = math.exp(-0.05) * np.maximum(mean - 100, 0)
    assert_allclose(integrands.get(f"asian_{kind}", 5)(x), expected, rtol=1e-10, atol=1e-11)
