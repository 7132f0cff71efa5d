"""Every exact value against a computation that does not use the formula it came from."""

import itertools
import math

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.integrate import dblquad, quad
from scipy.stats import multivariate_normal, norm, qmc

import integrands

# Copied from the table that accompanies the i-flow suite, width 0.2.
TABULATED = {
    "gaussian": {2: 0.99918626157, 4: 0.99837318532, 8: 0.99674901717, 16: 0.99350860322},
    "camel": {2: 0.98166031213, 4: 0.96365696840, 8: 0.92863475275, 16: 0.86236250401},
}
HUMPS = {"gaussian": [1 / 2], "camel": [1 / 3, 2 / 3]}


@pytest.fixture
def rng():
    """A generator with a fixed seed, new for every test."""
    return np.random.default_rng(20200511)


@pytest.mark.parametrize("name", TABULATED)
@pytest.mark.parametrize("dim", [2, 4, 8, 16])
def test_peaks_have_the_tabulated_integral(name, dim):
    assert_allclose(integrands.get(name, dim).exact, TABULATED[name][dim], rtol=0, atol=6e-12)


@pytest.mark.parametrize("name", HUMPS)
@pytest.mark.parametrize(("dim", "width"), [(1, 0.05), (3, 0.2), (4, 0.7), (16, 0.2), (40, 3.0)])
def test_peaks_are_mixtures_of_normal_densities(name, dim, width, rng):
    f = integrands.get(name, dim, width=width)
    x = rng.random((50, dim))
    variance = width**2 / 2
    parts = [multivariate_normal(np.full(dim, c), variance).pdf(x) for c in HUMPS[name]]
    assert_allclose(f(x), np.mean(parts, axis=0), rtol=1e-11)


@pytest.mark.parametrize("name", HUMPS)
@pytest.mark.parametrize(("dim", "width"), [(1, 0.05), (3, 0.2), (4, 0.7), (16, 0.2), (40, 3.0)])
def test_peaks_integrate_axis_by_axis(name, dim, width):
    def along_one_axis(centre):
        density = norm(centre, width / math.sqrt(2)).pdf
        return quad(density, 0, 1, points=[centre], epsabs=0, epsrel=1e-13)[0]

    expected = np.mean([along_one_axis(c) ** dim for c in HUMPS[name]])
    assert_allclose(integrands.get(name, dim, width=width).exact, expected, rtol=1e-12)


@pytest.mark.parametrize(
    ("name", "dim", "n_nodes"),
    [("gaussian", 2, 60), ("gaussian", 4, 30), ("camel", 2, 60), ("camel", 4, 30)],
)
def test_peaks_integrate_over_the_cube(name, dim, n_nodes, over_cube):
    f = integrands.get(name, dim)
    assert_allclose(over_cube(f, n_nodes), f.exact, rtol=1e-9)


def test_entangled_circles_in_cartesian_pieces():
    """Integrates the function itself over x_2, then x_1, each cut at the kinks."""
    f = integrands.get("entangled_circles")
    node, weight = np.polynomial.legendre.leggauss(40)

    def along_x_2(x_1):
        # Distances from the centre at which the exponent is 0, and where it is -8 either side.
        cuts = [0.0, 1.0]
        for c_1, c_2 in [(0.4, 0.6), (0.6, 0.4)]:
            for squared in (0.25**2, 0.25**2 - 8 / 250, 0.25**2 + 8 / 250):
                height = math.sqrt(max(squared - (x_1 - c_1) ** 2, 0))
                cuts += [c_2 - height, c_2, c_2 + height]
        edges = np.unique(np.clip(cuts, 0, 1))
        half = np.diff(edges) / 2
        x_2 = (edges[:-1] + half)[:, None] + half[:, None] * node
        x = np.stack([np.full(x_2.size, x_1), x_2.ravel()], axis=1)
        return np.sum(half[:, None] * weight * f(x).reshape(x_2.shape))

    reach = [math.sqrt(0.25**2 + s * 8 / 250) for s in (-1, 0, 1)]
    edges = sorted({0.0, 1.0, *(c + s * r for c in (0.4, 0.6) for s in (-1, 0, 1) for r in reach)})
    total = sum(quad(along_x_2, a, b, epsabs=0, epsrel=1e-11)[0] for a, b in itertools.pairwise(edges))
    assert_allclose(total, f.exact, rtol=1e-12)


def test_entangled_circles_in_polar_coordinates():
    """Integrates one ring about its own centre and doubles it: the other is its mirror image."""

    def along_ray(angle):
        c, s = math.cos(angle), math.sin(angle)
        to_sides = [((c > 0) - 0.4) / c if c else math.inf, ((s > 0) - 0.6) / s if s else math.inf]
        edge = min(to_sides)

        def ring(r):
            return r * (0.6 + r * s) ** 3 * math.exp(-250 * abs(r * r - 0.0625))

        cuts = [0, *(r for r in (0.15, 0.22, 0.25, 0.28, 0.33) if r < edge), edge]
        return sum(quad(ring, a, b, epsabs=0, epsrel=1e-13)[0] for a, b in itertools.pairwise(cuts))

    corners = [math.atan2(x_2 - 0.6, x_1 - 0.4) for x_1 in (0, 1) for x_2 in (0, 1)]
    angles = sorted({-math.pi, math.pi, *corners, -math.pi / 2, 0.0, math.pi / 2})
    one_ring = sum(quad(along_ray, a, b, epsabs=0, epsrel=1e-12)[0] for a, b in itertools.pairwise(angles))
    assert_allclose(2 * one_ring, integrands.get("entangled_circles").exact, rtol=1e-14)


def test_annulus_has_the_area_of_its_chords():
    def chord(u):
        return 2 * (math.sqrt(max(0.2025 - u * u, 0)) - math.sqrt(max(0.04 - u * u, 0)))

    area = 2 * (quad(chord, 0, 0.2, epsrel=1e-12)[0] + quad(chord, 0.2, 0.45, epsrel=1e-12)[0])
    assert_allclose(integrands.get("annulus").exact, area, rtol=1e-13)


def test_annulus_jumps_where_it_says():
    angle = np.linspace(0, 2 * np.pi, 1000)
    rim = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    f = integrands.get("annulus")
    for radius, inside in [(0, 0), (0.2 - 1e-9, 0), (0.2 + 1e-9, 1), (0.45 - 1e-9, 1)]:
        np.testing.assert_array_equal(f(0.5 + radius * rim), inside)
    np.testing.assert_array_equal(f(0.5 + (0.45 + 1e-9) * rim), 0)


def test_polynomial_integrates_exactly_with_two_nodes_per_axis(over_cube):
    f = integrands.get("polynomial", 12)
    assert_allclose(over_cube(f, 2), f.exact, rtol=1e-13)


@pytest.mark.parametrize("dim", [1, 18, 54, 96])
def test_polynomial_integrates_axis_by_axis(dim):
    parabola = quad(lambda t: integrands.get("polynomial", 1)([[t]])[0], 0, 1)[0]
    f = integrands.get("polynomial", dim)
    assert_allclose(f.exact, dim * parabola, rtol=1e-14)
    t = np.linspace(0, 1, 5)
    assert_allclose(f(np.tile(t[:, None], dim)), dim * t * (1 - t), atol=1e-13)


@pytest.mark.parametrize("name", ["box", "triangle"])
def test_loops_integrate_over_the_cube(name, over_cube):
    f = integrands.get(name)
    assert_allclose(over_cube(f, 24), f.exact, rtol=2e-14)


def test_box_over_its_undivided_feynman_parameters(over_cube):
    """The simplex before sector decomposition, a = 1 - u and so on inwards."""

    def before_sectors(u):
        u_1, u_2, u_3 = u.T
        a, b, c, d = 1 - u_1, u_1 * (1 - u_2), u_1 * u_2 * (1 - u_3), u_1 * u_2 * u_3
        denominator = 175**2 - 130**2 * a * c + 130**2 / 2 * b * d - 125**2 * a * d
        return u_1**2 * u_2 / denominator**2

    before_sectors.dim = 3
    assert_allclose(over_cube(before_sectors, 24), integrands.get("box").exact, rtol=2e-14)


def test_triangle_over_its_undivided_feynman_parameters():
    total = dblquad(lambda c, a: -1 / (175**2 - 125**2 * a * c), 0, 1, 0, lambda a: 1 - a, epsabs=0)[0]
    assert_allclose(total, integrands.get("triangle").exact, rtol=1e-14)


def test_loops_have_the_quoted_values():
    assert_allclose(integrands.get("box").exact, 1.93696402386819321e-10, rtol=1e-13)
    assert_allclose(integrands.get("triangle").exact, -1.70721682537767509e-5, rtol=1e-15)


# Where uniform points hardly hit anything in the default dimension.
EASIER = {"pagani_2": 2, "pagani_4": 2, "funnel": 2}
CASES = [(name, EASIER.get(name)) for name in integrands.names()]
CASES += [("wheel", 7), ("gluon_scattering", 2), ("gluon_scattering", 8), ("gluon_scattering", 11)]


@pytest.mark.parametrize(("name", "dim"), CASES)
def test_quasi_random_mean_is_the_exact_value(name, dim):
    """Sixteen scrambled Sobol sets; Student's t(15) exceeds 6 once in 40,000, the seed is fixed."""
    f = integrands.get(name, dim)
    streams = np.random.default_rng(1).spawn(16)
    means = [f(qmc.Sobol(f.dim, rng=stream).random_base2(13)).mean() for stream in streams]
    error = np.std(means, ddof=1) / math.sqrt(len(means))
    assert abs(np.mean(means) - f.exact) <= 6 * error
    # The mean must also mean something: a wrong factor of two may not hide in a large error.
    assert error < 0.05 * abs(f.exact)
