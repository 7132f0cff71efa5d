"""Special functions and maps that several integrands share, against SciPy and mpmath."""

import itertools
import math

import mpmath
import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import special
from scipy.integrate import quad
from scipy.stats import ks_2samp

from integrands.shared.dilogarithm import dilogarithm, triangle_function
from integrands.shared.feynman import sectors, soften
from integrands.shared.lattice import half_angles
from integrands.shared.normal import cdf, erf
from integrands.shared.normal_quantile import quantile
from integrands.shared.parke_taylor import squared_amplitude
from integrands.shared.phase_space import _beta_quantile, momenta, volume
from integrands.shared.quadrature import panels
from integrands.shared.real_line import to_half_line, to_line
from integrands.shared.reciprocal import reciprocal
from integrands.shared.zeta import clausen_third, zeta


def test_erf_is_right_to_rounding_on_both_sides_and_near_zero():
    z = np.concatenate([np.linspace(-8, 8, 100_001), np.logspace(-300, 0, 1000), [np.inf, -np.inf]])
    assert_allclose(erf(z), special.erf(z), rtol=2e-15)
    assert_allclose(cdf(z), special.ndtr(z), atol=2e-16, rtol=2e-15)


def test_quantile_is_right_to_rounding_down_to_the_edge():
    p = np.concatenate([np.linspace(1e-4, 1 - 1e-4, 100_001), np.logspace(-15, -1, 1000)])
    p = np.concatenate([p, 1 - p])
    assert_allclose(quantile(p), special.ndtri(p), rtol=3e-15, atol=1e-16)
    assert_allclose(quantile(np.array([0.0, 1.0])), special.ndtri([2**-53, 1 - 2**-53]), rtol=1e-14)


@pytest.mark.parametrize("s", [2, 3, 5, 7])
def test_zeta(s):
    assert_allclose(zeta(s), float(mpmath.zeta(s)), rtol=3e-16)


def test_dirichlet_series_of_the_hexagon():
    expected = (mpmath.zeta(2, mpmath.mpf(1) / 3) - mpmath.zeta(2, mpmath.mpf(2) / 3)) / 9
    assert_allclose(clausen_third(), float(expected), rtol=1e-15)


@pytest.mark.parametrize("x", [-1e6, -30.0, -1.0, -0.7, -1e-9, 0.0, 0.3, 0.5, 0.9, 1.0])
def test_dilogarithm(x):
    assert_allclose(dilogarithm(x), float(mpmath.polylog(2, x)), rtol=1e-14, atol=1e-300)


@pytest.mark.parametrize(("x", "y"), [(0.1, 0.2), (0.01, 0.5), (3 / 120, 8 / 120), (0.2, 0.2)])
def test_triangle_function_is_its_one_dimensional_integral(x, y):
    def integrand(t):
        return -(math.log(y / x) + 2 * math.log(t)) / (y * t * t + (1 - x - y) * t + x)

    expected = sum(quad(integrand, a, b, epsabs=0, epsrel=1e-12)[0] for a, b in [(0, 1e-3), (1e-3, 1)])
    assert_allclose(triangle_function(x, y), expected, rtol=1e-10)


@pytest.mark.parametrize("make", [to_line, to_half_line])
def test_jacobians_of_lines_are_slopes(make):
    u = np.linspace(0.01, 0.99, 99)
    after, before = (make(u + step, 1.7)[0] for step in (1e-6, -1e-6))
    assert_allclose(make(u, 1.7)[1], (after - before) / 2e-6, rtol=1e-7)
    for values in make(np.array([0.0, 1.0]), 1.7):
        assert np.all(np.isfinite(values))


def test_softened_parameters_have_the_right_jacobian():
    x = np.random.default_rng(1).random((50, 3))
    t, jacobian = soften(x, 2.5)
    assert_allclose(t, x**2.5)
    assert_allclose(jacobian, np.prod(2.5 * x**1.5, axis=1))
    assert soften(x, 1)[0] is x


def test_each_sector_has_another_parameter_one():
    t = np.random.default_rng(1).random((5, 3))
    for place, parameters in enumerate(sectors(t)):
        np.testing.assert_array_equal(parameters[place], 1)
        rest = [p for k, p in enumerate(parameters) if k != place]
        np.testing.assert_array_equal(np.stack(rest, axis=1), t)


@pytest.mark.parametrize("power", [1.0, 2.0, 3.5])
def test_lattice_angles(power):
    x = np.random.default_rng(1).uniform(0.01, 0.99, (50, 3))

    def angle(x):
        return np.pi * x**power / (x**power + (1 - x) ** power)

    sines, cosines, jacobian = half_angles(x, power)
    assert_allclose(np.transpose(sines), np.sin(angle(x) / 2) ** 2, rtol=1e-12)
    assert_allclose(np.transpose(cosines), np.cos(angle(x) / 2) ** 2, rtol=1e-12, atol=1e-16)
    slopes = (angle(x + 1e-6) - angle(x - 1e-6)) / (2e-6 * np.pi)
    assert_allclose(jacobian, np.prod(slopes, axis=1), rtol=1e-6)


def test_reciprocal_of_nothing_is_nothing():
    np.testing.assert_array_equal(reciprocal(np.array([2.0, 0.0, -4.0])), [0.5, 0.0, -0.25])


def test_panels_integrate_polynomials():
    node, weight = panels([0, 0.3, 1, 2], 3)
    assert_allclose(weight @ node**5, 2**6 / 6, rtol=1e-14)


@pytest.mark.parametrize("k", [1, 2, 3, 5])
def test_beta_quantile_inverts_its_polynomial(k):
    r = np.concatenate([np.linspace(0, 1, 10_001), np.logspace(-18, -1, 200), 1 - np.logspace(-14, -1, 200)])
    y = _beta_quantile(r, k)
    assert np.all((y >= 0) & (y <= 1))
    assert_allclose((k + 1) * y**k - k * y ** (k + 1), r, rtol=1e-12, atol=3e-16)


@pytest.mark.parametrize("count", [2, 3, 4, 5, 6])
def test_momenta_are_massless_and_conserved(count):
    p = momenta(np.random.default_rng(2).random((2000, 3 * count - 4)), 500.0)
    assert p.shape == (count, 4, 2000)
    assert np.all(p[:, 0] >= 0)
    assert_allclose(p[:, 0] ** 2, (p[:, 1:] ** 2).sum(axis=1), atol=1e-7)
    assert_allclose(p.sum(axis=0), np.array([500.0, 0, 0, 0])[:, None] * np.ones(2000), atol=1e-9)


@pytest.mark.parametrize("count", [3, 4, 5])
def test_phase_space_is_flat(count, rambo):
    """Against RAMBO: energies, angles between pairs, masses of triples; p-values below 1e-5 fail."""
    rng = np.random.default_rng(6)
    ours, theirs = momenta(rng.random((20_000, 3 * count - 4)), 1.0), rambo(count, 1.0, 20_000, rng)

    def observables(p):
        yield from p[:, 0]
        yield from p[:, 3]
        for i in range(count):
            for j in range(i):
                yield p[i, 0] * p[j, 0] - np.einsum("kn,kn->n", p[i, 1:], p[j, 1:])

    for own, other in zip(observables(ours), observables(theirs), strict=True):
        assert ks_2samp(own, other).pvalue > 1e-5


@pytest.mark.parametrize("count", [3, 4, 5])
def test_volume_follows_from_that_of_one_particle_less(count):
    """dPhi_n = Phi_2(s; M^2, 0) Phi_(n-1)(M) dM^2/(2 pi), with Phi_2 = (1 - M^2/s)/(8 pi)."""
    assert_allclose(volume(2, 7.0), 1 / (8 * math.pi), rtol=1e-14)
    energy = 3.0

    def split(squared):
        return (
            (1 - squared / energy**2) / (8 * math.pi) * volume(count - 1, math.sqrt(squared)) / (2 * math.pi)
        )

    assert_allclose(volume(count, energy), quad(split, 0, energy**2, epsabs=0)[0], rtol=1e-12)


@pytest.mark.parametrize("count", [4, 5, 6])
def test_amplitude_is_the_sum_over_all_orders(count):
    rng = np.random.default_rng(1)
    s = rng.uniform(0.1, 1, (count, count, 7))
    s = s + s.transpose(1, 0, 2)
    orders = 0
    for order in itertools.permutations(range(1, count)):
        cycle = (0, *order, 0)
        orders = orders + 1 / np.prod([s[a, b] for a, b in itertools.pairwise(cycle)], axis=0)
    powers = sum(s[i, j] ** 4 for i in range(count) for j in range(i))
    assert_allclose(squared_amplitude(s), powers * orders, rtol=1e-12)


def test_four_gluons_have_the_textbook_amplitude():
    """sum |M|^2 = 256 9/2 g^4 (3 - tu/s^2 - su/t^2 - st/u^2), Ellis, Stirling, Webber, table 7.1."""
    s, t = 2.0, -np.linspace(0.1, 1.9, 20)
    u = -s - t
    invariants = np.zeros((4, 4, 20))
    pairs = [((0, 1), s), ((2, 3), s), ((0, 2), -t), ((1, 3), -t), ((0, 3), -u), ((1, 2), -u)]
    for (i, j), value in pairs:
        invariants[i, j] = invariants[j, i] = value
    expected = 256 * 4.5 * (3 - t * u / s**2 - s * u / t**2 - s * t / u**2)
    assert_allclose(9 * 8 * squared_amplitude(invariants), expected, rtol=1e-12)
