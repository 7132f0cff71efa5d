"""peaks, ridge and top_hat: normal densities from SciPy, quadrature, and tails that do not underflow."""

import itertools
import math

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.integrate import quad
from scipy.stats import multivariate_normal, norm

import integrands
from integrands.peaks import centres
from integrands.top_hat import corner


@pytest.fixture
def rng():
    """A generator with a fixed seed, new for every test."""
    return np.random.default_rng(20200511)


@pytest.mark.parametrize(("dim", "count", "width"), [(1, 1, 0.1), (2, 5, 0.03), (8, 3, 0.2), (20, 2, 1.5)])
def test_peaks_are_mixtures_of_normal_densities(dim, count, width, rng):
    f = integrands.get("peaks", dim, count=count, width=width, seed=7)
    x = rng.random((100, dim))
    parts = [multivariate_normal(c, width**2).pdf(x) for c in centres(dim, count, 7)]
    assert_allclose(f(x), np.mean(parts, axis=0), rtol=1e-9)


@pytest.mark.parametrize(("dim", "count", "width"), [(1, 1, 0.1), (2, 5, 0.03), (8, 3, 0.2), (20, 2, 1.5)])
def test_peaks_integrate_axis_by_axis(dim, count, width):
    inside = [
        math.prod(quad(norm(c, width).pdf, 0, 1, points=[c], epsrel=1e-13)[0] for c in centre)
        for centre in centres(dim, count, 7)
    ]
    f = integrands.get("peaks", dim, count=count, width=width, seed=7)
    assert_allclose(f.exact, np.mean(inside), rtol=1e-12)


def test_seeds_place_peaks_and_hats():
    for name in ("peaks", "top_hat"):
        first, again, other = (integrands.get(name, 3, seed=seed) for seed in (4, 4, 5))
        x = np.random.default_rng(1).random((10_000, 3))
        np.testing.assert_array_equal(first(x), again(x))
        assert np.any(first(x) != other(x))
    assert np.all((centres(5, 100, 0) >= 0.1) & (centres(5, 100, 0) <= 0.9))


@pytest.mark.parametrize(("dim", "width"), [(1, 0.2), (2, 0.05), (4, 0.05), (5, 0.4), (16, 0.02)])
def test_ridge_is_a_normal_density_smeared_along_the_diagonal(dim, width, rng):
    f = integrands.get("ridge", dim, width=width)
    x = np.clip(rng.random((20, 1)) + width * rng.normal(size=(20, dim)), 0, 1)
    for point, value in zip(x, f(x), strict=True):

        def density(t, point=point):
            return math.prod(norm.pdf(point, t, width))

        reach = np.clip(point.mean() + width / math.sqrt(dim) * np.array([-8, -3, 0, 3, 8]), 0, 1)
        pieces = np.unique([0, *reach, 1])
        expected = sum(quad(density, a, b, epsabs=0, epsrel=1e-12)[0] for a, b in itertools.pairwise(pieces))
        assert_allclose(value, expected, rtol=1e-10)


@pytest.mark.parametrize(("dim", "width"), [(1, 0.3), (2, 0.05), (3, 0.1), (3, 2.0)])
def test_ridge_integrates_over_the_cube(dim, width, over_cube):
    f = integrands.get("ridge", dim, width=width)
    assert_allclose(over_cube(f, 12, np.arange(0.1, 0.95, 0.1)), f.exact, rtol=1e-9)


@pytest.mark.parametrize(("dim", "width"), [(1, 0.001), (4, 0.05), (50, 0.3), (4, 100.0)])
def test_ridge_integrates_centre_by_centre(dim, width):
    def inside(t):
        return (norm.cdf((1 - t) / width) - norm.cdf(-t / width)) ** dim

    cuts = [p for p in (width, 4 * width, 8 * width, 1 - width, 1 - 4 * width, 1 - 8 * width) if 0 < p < 1]
    expected = quad(inside, 0, 1, points=cuts or None, epsabs=0, epsrel=1e-13, limit=200)[0]
    assert_allclose(integrands.get("ridge", dim, width=width).exact, expected, rtol=1e-12)


@pytest.mark.parametrize("name", ["peaks", "ridge", "camel", "gaussian"])
def test_tails_underflow_as_late_as_doubles_do(name):
    """Far from everything log f is what it should be, down to 1e-300."""
    f = integrands.get(name, 4, width=0.02)
    x = np.random.default_rng(3).random((200_000, 4))
    values = f(x)
    assert 0 < values[values > 0].min() < 1e-300
    assert np.all(np.isfinite(np.log(values[values > 0])))
    # One of them, about 1e-290, against logarithms that SciPy computes.
    if name == "peaks":
        at = x[np.argsort(values)[np.searchsorted(np.sort(values), 1e-290)]][None]
        logs = [multivariate_normal(c, 0.02**2).logpdf(at[0]) for c in centres(4, 3, 1)]
        assert_allclose(np.log(f(at)), np.logaddexp.reduce(logs) - math.log(3), rtol=1e-12)


@pytest.mark.parametrize(("dim", "volume"), [(1, 0.3), (3, 0.01), (10, 1e-6), (4, 1.0)])
def test_top_hat_is_a_box_of_its_volume(dim, volume):
    f = integrands.get("top_hat", dim, volume=volume, seed=2)
    side = volume ** (1 / dim)
    low = corner(dim, side, 2)
    assert np.all((low >= 0) & (low + side <= 1 + 1e-15))
    inside = low + side * np.random.default_rng(1).uniform(1e-9, 1 - 1e-9, (1000, dim))
    assert_allclose(f(inside), 1 / volume)
    assert_allclose(side**dim * f(inside[:1])[0], f.exact)
    for axis in range(dim if volume < 1 else 0):
        for edge in (low[axis] - 1e-9, low[axis] + side + 1e-9):
            if 0 <= edge <= 1:
                beyond = inside.copy()
                beyond[:, axis] = edge
                np.testing.assert_array_equal(f(beyond), 0)
