"""Lattice, Ising-class, helium and path integrals: quadrature of f, and other representations."""

import itertools
import math

import mpmath
import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.integrate import dblquad, quad
from scipy.special import ellipk, i0e, k0

import integrands
from integrands import ising_c


@pytest.mark.parametrize(
    ("name", "value"), [("bcc", 1.3932039297), ("fcc", 0.4482203944), ("sc", 0.5054620197)]
)
def test_watson_has_the_value_of_the_literature(name, value):
    assert_allclose(integrands.get(f"watson_{name}").exact, value, rtol=0, atol=6e-11)


def test_watson_bcc_is_an_elliptic_integral():
    assert_allclose(integrands.get("watson_bcc").exact, (2 / math.pi * ellipk(0.5)) ** 2, rtol=1e-14)


def test_watson_sc_is_the_return_of_a_random_walk():
    """int_0^inf dt [exp(-t) I_0(t)]^3, its tail from the leading terms of I_0."""
    end = 1e4
    pieces = [(0, 1), (1, 10), (10, 100), (100, 1000), (1000, end)]
    total = sum(quad(lambda t: i0e(t) ** 3, a, b, epsabs=0, epsrel=1e-12)[0] for a, b in pieces)
    # exp(-t) I_0(t) = (2 pi t)^(-1/2) [1 + 1/(8 t) + 9/(128 t^2) + ..], cubed.
    total += (2 * math.pi) ** -1.5 * (2 * end**-0.5 + 3 / 8 * 2 / 3 * end**-1.5)
    assert_allclose(integrands.get("watson_sc").exact, total, rtol=1e-9)


def test_watson_fcc_by_its_inner_integral():
    """Over one angle int dt/(pi (a - b cos t)) = (a^2 - b^2)^(-1/2); the rest by quadrature in sines."""

    def inner(v, u):
        c_1, c_2 = math.cos(math.pi * u), math.cos(math.pi * v)
        # a = 3 - c_1 c_2, b = c_1 + c_2; a - b and a + b vanish at (0, 0) and (1, 1).
        s_1, s_2 = math.sin(math.pi * u / 2) ** 2, math.sin(math.pi * v / 2) ** 2
        below = 4 * (s_1 + s_2 - s_1 * s_2)
        above = 4 * ((1 - s_1) + (1 - s_2) - (1 - s_1) * (1 - s_2))
        assert math.isclose(below * above, (3 - c_1 * c_2) ** 2 - (c_1 + c_2) ** 2, abs_tol=1e-12)
        return (below * above) ** -0.5

    total = 2 * dblquad(inner, 0, 1, 0, lambda u: 1 - u, epsabs=0, epsrel=1e-8)[0]
    assert_allclose(integrands.get("watson_fcc").exact, total, rtol=1e-7)


@pytest.mark.parametrize("name", ["bcc", "fcc", "sc"])
def test_watson_integrates_over_the_cube(name, over_cube):
    f = integrands.get(f"watson_{name}", power=3)
    assert_allclose(over_cube(f, 60), f.exact, rtol=2e-7)


@pytest.mark.parametrize("name", ["bcc", "fcc", "sc"])
def test_watson_has_the_formula_of_the_paper(name):
    x = np.random.default_rng(1).random((100, 3))
    a, b, c = np.cos(np.pi * x).T
    formula = {"bcc": 1 - a * b * c, "fcc": 3 - a * b - b * c - c * a, "sc": 3 - a - b - c}[name]
    assert_allclose(integrands.get(f"watson_{name}", power=1)(x), 1 / formula, rtol=1e-10)


ISING = {
    ("ising_c", 1): "2",
    ("ising_c", 2): "1",
    ("ising_c", 3): "(zeta(2, mpf(1)/3) - zeta(2, mpf(2)/3)) / 9",
    ("ising_c", 4): "7 * zeta(3) / 12",
    ("ising_d", 1): "2",
    ("ising_d", 2): "mpf(1) / 3",
    ("ising_d", 3): "8 + 4*pi**2/3 - 3 * (zeta(2, mpf(1)/3) - zeta(2, mpf(2)/3))",
    ("ising_d", 4): "4*pi**2/9 - mpf(1)/6 - 7*zeta(3)/2",
    ("ising_e", 1): "6 - 8*log(2)",
    ("ising_e", 2): "10 - 2*pi**2 - 8*log(2) + 32*log(2)**2",
    ("ising_e", 3): "22 - 82*zeta(3) - 24*log(2) + 176*log(2)**2 - 256*log(2)**3/3"
    " + 16*pi**2*log(2) - 22*pi**2/3",
}


@pytest.mark.parametrize(("name", "dim"), ISING)
def test_ising_has_the_value_of_the_paper(name, dim):
    value = eval(ISING[name, dim], {}, {k: getattr(mpmath, k) for k in ("zeta", "mpf", "pi", "log")})
    assert_allclose(integrands.get(name, dim).exact, float(value), rtol=1e-12)


@pytest.mark.parametrize(
    ("name", "dim", "n_nodes", "rtol"),
    [
        *[("ising_c", dim, nodes, 1e-6) for dim, nodes in [(1, 60), (2, 60), (3, 50), (4, 36)]],
        *[("ising_d", dim, nodes, 3e-6) for dim, nodes in [(1, 60), (2, 60), (3, 50), (4, 40)]],
        *[("ising_e", dim, 40, 1e-11) for dim in (1, 2, 3)],
    ],
)
def test_ising_integrates_over_the_cube(name, dim, n_nodes, rtol, over_cube):
    f = integrands.get(name, dim)
    assert_allclose(over_cube(f, n_nodes), f.exact, rtol=rtol)


@pytest.mark.parametrize("dim", [1, 5, 12, 16])
def test_ising_c_is_a_moment_of_bessel_functions(dim):

    def along_log(y):
        t = math.exp(y)
        return t**2 * (2 * k0(t)) ** dim / math.factorial(dim)

    cuts = [-100, -60, -40, -30, -20, -10, -5, -2, 0, 1, 2, 4, 6]
    moment = sum(quad(along_log, a, b, epsabs=0, epsrel=1e-12)[0] for a, b in itertools.pairwise(cuts))
    assert_allclose(integrands.get("ising_c", dim).exact, moment, rtol=1e-11)


def test_ising_c_tends_to_the_constant_of_the_paper():
    assert_allclose(ising_c.exact(32, power=2.0), 2 * math.exp(-2 * np.euler_gamma), rtol=1e-8)


@pytest.mark.parametrize("name", ["ising_c", "ising_d"])
def test_ising_has_the_formula_of_the_paper(name):
    x = np.random.default_rng(2).uniform(0.05, 0.95, (50, 3))
    u = (x / (1 - x)) ** 1.5
    expected = 4 / 6 / np.sum(u + 1 / u, axis=1) ** 2 * np.prod(1.5 / (x * (1 - x)), axis=1)
    if name == "ising_d":
        for i, j in [(0, 1), (0, 2), (1, 2)]:
            expected *= ((u[:, i] - u[:, j]) / (u[:, i] + u[:, j])) ** 2
    assert_allclose(integrands.get(name, 3, power=1.5)(x), expected, rtol=1e-11)


def test_ising_e_has_the_formula_of_the_paper():
    t = np.random.default_rng(2).random((50, 3))
    u = np.cumprod(np.insert(t, 0, 1.0, axis=1), axis=1)
    expected = 2 * np.ones(50)
    for k in range(4):
        for j in range(k):
            expected *= ((u[:, k] - u[:, j]) / (u[:, k] + u[:, j])) ** 2
    assert_allclose(integrands.get("ising_e")(t), expected, rtol=1e-9, atol=1e-14)


@pytest.mark.parametrize("charge", [1.0, 2.0, 7.5])
def test_helium_by_newtons_theorem(charge):
    """The mean of 1/r_12 over angles is 1/max(r_1, r_2); what is left are two radii."""

    def both(r_2, r_1):  # r_2 < r_1, twice
        return 2 * 16 * charge**6 * r_1 * r_2**2 * math.exp(-2 * charge * (r_1 + r_2))

    expected = dblquad(both, 0, 30 / charge, 0, lambda r: r, epsabs=0, epsrel=1e-11)[0]
    assert_allclose(integrands.get("helium_repulsion", charge=charge).exact, expected, rtol=1e-9)


def test_helium_has_the_formula_in_cartesian_coordinates():
    x, charge = np.random.default_rng(3).uniform(0.05, 0.95, (100, 6)), 3.0
    places, jacobian = [], 1.0
    for radial, polar, azimuthal in (x[:, :3].T, x[:, 3:].T):
        r, cosine, phi = radial / (1 - radial) / charge, 2 * polar - 1, 2 * np.pi * azimuthal
        sine = np.sqrt(1 - cosine**2)
        places.append(r * np.array([sine * np.cos(phi), sine * np.sin(phi), cosine]))
        jacobian = jacobian * r**2 * 4 * np.pi / charge / (1 - radial) ** 2
    radii = [np.linalg.norm(place, axis=0) for place in places]
    density = (charge**3 / np.pi) ** 2 * np.exp(-2 * charge * (radii[0] + radii[1]))
    expected = density / np.linalg.norm(places[0] - places[1], axis=0) * jacobian
    assert_allclose(integrands.get("helium_repulsion", charge=charge)(x), expected, rtol=1e-11)


@pytest.mark.parametrize("dim", [1, 2, 3, 8, 64])
@pytest.mark.parametrize("beta", [0.5, 4.0])
def test_oscillator_is_a_determinant(dim, beta):
    """exp(-q A q / 2) (2 pi e)^(-dim/2) integrates to det(e A)^(-1/2)."""
    e = beta / dim
    matrix = (2 + e**2) * np.eye(dim) - np.roll(np.eye(dim), 1, axis=1) - np.roll(np.eye(dim), -1, axis=1)
    sign, log_det = np.linalg.slogdet(matrix)
    assert sign == 1
    assert_allclose(
        integrands.get("oscillator_path", dim, beta=beta).exact, math.exp(-0.5 * log_det), rtol=1e-11
    )


def test_oscillator_with_many_slices_has_the_energy_levels():
    levels = math.fsum(math.exp(-4.0 * (n + 0.5)) for n in range(50))
    assert_allclose(integrands.get("oscillator_path", 100_000).exact, levels, rtol=1e-8)


@pytest.mark.parametrize(("dim", "n_nodes"), [(1, 60), (2, 60), (3, 60), (4, 30)])
def test_oscillator_integrates_over_the_cube(dim, n_nodes, over_cube):
    f = integrands.get("oscillator_path", dim)
    assert_allclose(over_cube(f, n_nodes), f.exact, rtol=1e-5 if dim > 3 else 1e-8)


@pytest.mark.parametrize(("mass_squared", "coupling"), [(-4.0, 1.0), (1.0, 0.1), (-10.0, 1.5), (10.0, 10.0)])
@pytest.mark.parametrize("dim", [1, 2, 3])
def test_phi4_integrates_over_the_cube(dim, mass_squared, coupling, over_cube):
    f = integrands.get("phi4_chain", dim, mass_squared=mass_squared, coupling=coupling)
    assert_allclose(over_cube(f, 16, np.arange(0.1, 0.95, 0.2)), f.exact, rtol=1e-6)


@pytest.mark.parametrize(("mass_squared", "coupling"), [(-4.0, 1.0), (-10.0, 0.1), (10.0, 0.1), (0.0, 10.0)])
def test_phi4_by_the_energies_of_its_transfer_matrix(mass_squared, coupling):
    """The matrix on Gauss-Legendre nodes in place of an even grid, and its trace by multiplication."""
    bottom = -(min(mass_squared, 0) ** 2) / (16 * coupling)
    node, weight = np.polynomial.legendre.leggauss(240)
    edge = math.sqrt(max(-mass_squared / (2 * coupling), 0)) + 5
    p, weight = edge * node, edge * weight
    potential = 0.5 * mass_squared * p**2 + coupling * p**4 - bottom
    matrix = np.exp(-0.5 * (p[:, None] - p) ** 2 - potential) * weight
    power = np.eye(240)
    for dim in range(1, 9):
        power = power @ matrix
        f = integrands.get("phi4_chain", dim, mass_squared=mass_squared, coupling=coupling)
        assert_allclose(f.exact, np.trace(power), rtol=1e-10)
