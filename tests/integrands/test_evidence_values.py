"""Bayesian evidence: quadrature of the likelihoods, each with cuts where it is narrow."""

import itertools
import math

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.integrate import quad
from scipy.special import erf
from scipy.stats import norm, special_ortho_group

import integrands
from integrands import line_fit


@pytest.mark.parametrize("width", [0.05, 0.1, 0.4])
def test_shells_in_two_dimensions(width, over_cube):
    f = integrands.get("gaussian_shells", width=width)
    # Squares smaller than the shell is thick.
    cuts = np.linspace(0, 1, 61 if width > 0.06 else 121)
    assert_allclose(over_cube(f, 12, cuts), f.exact, rtol=1e-8)


@pytest.mark.parametrize(("dim", "width"), [(2, 0.1), (3, 0.1), (5, 0.1), (10, 0.1), (30, 0.1), (4, 1e-3)])
def test_shells_by_their_radius_alone(dim, width):
    """If a shell's tail outside the box is neglected, which is 1e-6 of it at most."""
    surface = 2 * math.pi ** (dim / 2) / math.gamma(dim / 2)
    radial = quad(
        lambda r: (r / 12) ** (dim - 1) / 12 * norm.pdf(r, 2, width), 2 - 10 * width, 2 + 10 * width
    )[0]
    f = integrands.get("gaussian_shells", dim, width=width)
    assert_allclose(f.exact, 2 * surface * radial, rtol=1e-6)
    assert f.exact < 2 * surface * radial * (1 + 1e-11)


def test_shells_tail_outside_the_box():
    """In three dimensions a sphere's cap beyond the wall at 2.5 has the share (1 - 2.5/r)/2."""
    for width in (0.1, 0.4):

        def inside(r, width=width):
            return 4 * math.pi * r**2 * norm.pdf(r, 2, width) * (1 - max(1 - 2.5 / r, 0) / 2)

        ends = [max(2 - 10 * width, 0), 2, 2.5, 2 + 10 * width]
        total = sum(quad(inside, a, b, epsabs=0, epsrel=1e-12)[0] for a, b in itertools.pairwise(ends))
        f = integrands.get("gaussian_shells", 3, width=width)
        assert_allclose(f.exact, 2 * total / 12**3, rtol=1e-10)


def test_shells_are_round():
    f = integrands.get("gaussian_shells", 4)
    turn = special_ortho_group.rvs(4, random_state=3)
    offset = 2 * np.linalg.qr(np.random.default_rng(1).normal(size=(4, 4)))[0]
    centre = np.array([3.5, 0, 0, 0])
    for sign in (-1, 1):
        at = f((sign * centre + offset + 6) / 12)
        assert_allclose(f((sign * centre + offset @ turn + 6) / 12), at, rtol=1e-9)
        assert_allclose(at, norm.pdf(0, 0, 0.1), rtol=1e-9)


@pytest.mark.parametrize("dim", [1, 2])
def test_egg_box_on_an_even_grid(dim):
    """Reflected it is periodic, so that the midpoint rule converges exponentially."""
    f = integrands.get("egg_box", dim)
    middle = (np.arange(1500) + 0.5) / 1500
    x = np.stack([axis.ravel() for axis in np.meshgrid(*[middle] * dim)], axis=1)
    assert_allclose(f(x).mean(), f.exact, rtol=1e-12)


def test_egg_box_has_the_evidence_of_the_literature():
    # Quoted as 235.86 +- 0.06 from a run of MultiNest, by Feroz, Hobson and Bridges.
    assert abs(math.log(integrands.get("egg_box").exact) - 235.86) < 0.01


@pytest.mark.parametrize("dim", [3, 5])
def test_egg_box_by_the_distribution_of_a_product(dim):
    """One coordinate's mean over an even grid for each value of the product of all others."""
    angle = (np.arange(400) + 0.5) / 400 * math.pi
    value, weight = np.cos(angle), np.full(400, 1 / 400)
    power = np.arange(0, 1400)
    moments = (weight @ value[:, None] ** power) ** dim
    # Taylor coefficients of exp((2 + c)^5) by a discrete Fourier transform over a circle.
    n, radius = 4096, 1.0
    circle = radius * np.exp(2j * math.pi * np.arange(n) / n)
    coefficients = np.fft.fft(np.exp((2 + circle) ** 5 - 200)).real / n
    expected = coefficients[: len(power)] @ moments
    assert_allclose(integrands.get("egg_box", dim).exact * math.exp(-200), expected, rtol=1e-8)


def test_rosenbrock_in_two_dimensions():
    """The second coordinate in closed form."""

    def along_valley(p):
        inner = (erf(10 * (5 - p * p)) + erf(10 * (5 + p * p))) * math.sqrt(math.pi) / 20
        return math.exp(-((1 - p) ** 2)) * inner

    edges = [-5, -2.4, -2.1, 0, 1, 2.1, 2.4, 5]
    total = sum(quad(along_valley, a, b, epsabs=0, epsrel=1e-12)[0] for a, b in itertools.pairwise(edges))
    assert_allclose(integrands.get("rosenbrock").exact, total / 100, rtol=1e-11)


def test_rosenbrock_in_three_dimensions():
    """The last coordinate in closed form, the second by quadrature about the valley's floor."""
    node, weight = np.polynomial.legendre.leggauss(24)

    def along_valley(p):
        edges = np.clip(p * p + np.linspace(-0.9, 0.9, 13), -5, 5)
        half = np.diff(edges)[:, None] / 2
        q = edges[:-1, None] + half * (1 + node)
        last = (erf(10 * (5 - q * q)) + erf(10 * (5 + q * q))) * math.sqrt(math.pi) / 20
        values = np.exp(-100 * (q - p * p) ** 2 - (1 - q) ** 2) * last
        return math.exp(-((1 - p) ** 2)) * np.sum(half * weight * values)

    total = 0.0
    for low, high in itertools.pairwise(np.linspace(-2.5, 2.5, 51)):
        for z, w in zip(node, weight, strict=True):
            total += 0.5 * (high - low) * w * along_valley(0.5 * (low + high + (high - low) * z))
    assert_allclose(integrands.get("rosenbrock", 3).exact, total / 1000, rtol=1e-9)


def test_rosenbrock_integrates_over_the_square(over_cube):
    f = integrands.get("rosenbrock")
    assert_allclose(over_cube(f, 10, np.linspace(0, 1, 101)), f.exact, rtol=1e-9)


@pytest.mark.parametrize("dim", [2, 5])
def test_rosenbrock_has_the_usual_formula(dim):
    x = np.random.default_rng(1).uniform(0.45, 0.62, (100, dim))
    p = 10 * x - 5
    chi = sum(100 * (p[:, i + 1] - p[:, i] ** 2) ** 2 + (1 - p[:, i]) ** 2 for i in range(dim - 1))
    assert_allclose(integrands.get("rosenbrock", dim)(x), np.exp(-chi), rtol=1e-9)


@pytest.mark.parametrize("spread", [0.5, 3.0])
def test_funnel_integrates_over_the_square(spread):
    """Axis by axis, the second within forty widths of the funnel at each height."""
    f = integrands.get("funnel", 2, spread=spread)
    node, weight = np.polynomial.legendre.leggauss(24)

    def across(x_1):
        width = math.exp(spread * (6 * x_1 - 3) / 2) / 60
        edges = np.unique(np.clip(0.5 + width * np.linspace(-12, 12, 25), 0, 1))
        half = np.diff(edges)[:, None] / 2
        x_2 = (edges[:-1, None] + half * (1 + node)).ravel()
        return (half * weight).ravel() @ f(np.stack([np.full_like(x_2, x_1), x_2], axis=1))

    assert_allclose(quad(across, 0, 1, epsabs=0, epsrel=1e-11)[0], f.exact, rtol=1e-10)


@pytest.mark.parametrize("dim", [2, 10, 100])
def test_funnel_is_a_probability(dim):
    def inside(v):
        return norm.pdf(v, 0, 3) * (2 * norm.cdf(30, 0, math.exp(v / 2)) - 1) ** (dim - 1)

    edges = np.linspace(-9, 9, 13)
    total = sum(quad(inside, a, b, epsabs=0, epsrel=1e-12)[0] for a, b in itertools.pairwise(edges))
    assert_allclose(integrands.get("funnel", dim).exact, total, rtol=1e-12)


def test_funnel_is_a_product_of_normal_densities():
    x = np.random.default_rng(1).random((100, 4))
    v, p = 18 * x[:, 0] - 9, 60 * x[:, 1:] - 30
    log_density = norm.logpdf(v, 0, 3) + norm.logpdf(p, 0, np.exp(v / 2)[:, None]).sum(axis=1)
    assert_allclose(integrands.get("funnel", 4)(x), np.exp(log_density) * 18 * 60**3, rtol=1e-10)


def test_line_fit_by_the_coefficients_of_its_polynomial():
    """The share of outliers in closed form, by beta functions; slope and intercept by another rule."""
    node, weight = np.polynomial.legendre.leggauss(12)
    edges = np.linspace(0, 1, 46)
    half = np.diff(edges)[:, None] / 2
    grid, weights = (edges[:-1, None] + half * (1 + node)).ravel(), (half * weight).ravel()
    times, values = line_fit.TIMES[:, None, None], line_fit.VALUES[:, None, None]
    residual = values - 4 * grid[:, None] * times - (20 * grid - 10)
    good, bad = norm.pdf(residual), norm.pdf(residual, 0, 10)
    # coefficients[m]: of q^m (1-q)^(10-m), whose integral is m! (10-m)! / 11!
    coefficients = [np.ones(good.shape[1:])]
    for g, b in zip(good, bad, strict=True):
        longer = [c * g for c in coefficients] + [0]
        coefficients = [longer[m] + (coefficients[m - 1] * b if m else 0) for m in range(len(longer))]
    total = sum(
        weights @ c @ weights * math.factorial(m) * math.factorial(10 - m) / math.factorial(11)
        for m, c in enumerate(coefficients)
    )
    assert_allclose(integrands.get("line_fit").exact, total, rtol=1e-12)


def test_line_fit_has_the_likelihood_it_says(over_cube):
    x = np.random.default_rng(1).random((50, 3))
    slope, intercept, share = 4 * x[:, 0], 20 * x[:, 1] - 10, x[:, 2]
    expected = 1.0
    for t, y in zip(line_fit.TIMES, line_fit.VALUES, strict=True):
        r = y - slope * t - intercept
        expected = expected * ((1 - share) * norm.pdf(r) + share * norm.pdf(r, 0, 10))
    f = integrands.get("line_fit")
    assert_allclose(f(x), expected, rtol=1e-11)
    panels = np.linspace(0, 1, 31)
    assert_allclose(over_cube(f, 6, [panels, panels, [0.5]]), f.exact, rtol=1e-6)
