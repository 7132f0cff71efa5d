"""The normal cut to [0, 1], against scipy where that is sound, and against its limits where not."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.stats import truncnorm

from iflow.maps.truncated_normal import end_densities, log_pdf, quantile

X = np.linspace(0.01, 0.99, 25)


@pytest.mark.parametrize("mean", [-0.4, 0.0, 0.31, 0.5, 1.0, 1.3])
@pytest.mark.parametrize("width", [0.05, 0.2, 1.0, 30.0])
def test_density_and_quantile_are_those_of_scipy(mean, width):
    a, t = np.full(len(X), -mean / width), 1.0 / width
    reference = truncnorm(-mean / width, (1.0 - mean) / width, loc=mean, scale=width)
    assert_allclose(log_pdf(X, a, t), reference.logpdf(X), rtol=1e-9, atol=1e-9)
    assert_allclose(quantile(X, a, t), reference.ppf(X), rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("rate", [-3e3, -40.0, 0.7, 40.0, 3e3])
def test_far_outside_it_is_an_exponential(rate):
    # A mean at -rate s^2 with s large: exp(-rate x) up to terms of order 1/s^2 = 1e-8.
    t = 1e-4
    a = np.full(len(X), rate / t)
    log_norm = np.log(rate / -np.expm1(-rate)) if rate > 0 else np.log(-rate / -np.expm1(rate)) + rate
    assert_allclose(log_pdf(X, a, t), log_norm - rate * X, atol=1e-6)
    below = -np.expm1(-rate * quantile(X, a, t)) / -np.expm1(-rate) if abs(rate) < 100 else X
    assert_allclose(below, X, atol=1e-6)


@pytest.mark.parametrize("mean", [-1e8, -50.0, -0.5, 0.5, 1.5, 50.0, 1e8])
@pytest.mark.parametrize("width", [1e-6, 1e-3, 0.1, 1.0, 1e3])
def test_quantile_is_the_integral_of_the_density(mean, width):
    """du/dx = p, by differences between quantiles that are far enough apart for rounding."""
    u = (np.arange(400) + 0.5) / 400
    a, t = np.full(len(u), -mean / width), 1.0 / width
    x = quantile(u, a, t)
    assert ((x > 0.0) & (x < 1.0)).all()
    if mean > 1.0 and np.diff(x).min() < 1e-11:
        return  # all of the mass is within rounding of 1
    log_p = log_pdf(x, a, t)
    assert np.isfinite(log_p).all()
    middle = np.exp(0.5 * (log_p[1:] + log_p[:-1]))
    assert_allclose((np.diff(x) * middle)[20:-20], 1.0 / 400, rtol=3e-3)


@pytest.mark.parametrize("mean", [-20.0, -0.3, 0.4, 1.2, 30.0])
def test_densities_at_the_ends(mean):
    for width in (0.04, 0.3, 2.0):
        a, t = np.array([-mean / width]), 1.0 / width
        at_0, at_1 = end_densities(a, t)
        assert_allclose(at_0 * t, np.exp(log_pdf(np.zeros(1), a, t)), rtol=1e-9)
        assert_allclose(at_1 * t, np.exp(log_pdf(np.ones(1), a, t)), rtol=1e-9)
