"""Scattering and decays: quadrature, other representations, and what is known about the processes."""

import itertools
import math

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.integrate import dblquad, quad
from scipy.stats import qmc

import integrands
from integrands.shared.electroweak import (
    ALPHA,
    LEPTON,
    PB,
    SIN_SQUARED,
    UP,
    Z_MASS,
    Z_WIDTH,
    coefficients,
    strengths,
)
from integrands.shared.parke_taylor import squared_amplitude
from integrands.shared.phase_space import momenta


def test_one_inverse_gev_squared_in_picobarn():
    """hbar c from the exact constants of the SI: h, c and e."""
    hbar_c = 6.62607015e-34 / (2 * math.pi) * 299792458 / 1.602176634e-19 / 1e9  # GeV m
    assert_allclose(PB, hbar_c**2 / 1e-40, rtol=1e-9)


def test_z_alone_at_its_pole_has_the_cross_section_of_breit_and_wigner():
    """12 pi Gamma_i Gamma_o / (M Gamma)^2, with the tree-level partial widths."""

    def partial_width(fermion):
        couplings = fermion.vector**2 + fermion.axial**2
        return ALPHA * Z_MASS * couplings / (12 * SIN_SQUARED * (1 - SIN_SQUARED))

    for fermion in (LEPTON, UP):
        even = coefficients(fermion, LEPTON)[0][2] * (Z_MASS / Z_WIDTH) ** 2
        cross_section = 4 * math.pi * ALPHA**2 / (3 * Z_MASS**2) * even
        expected = 12 * math.pi * partial_width(fermion) * partial_width(LEPTON) / (Z_MASS * Z_WIDTH) ** 2
        assert_allclose(cross_section, expected, rtol=1e-12)
    assert_allclose(partial_width(LEPTON), 0.084, rtol=0.01)  # GeV, measured: 0.08398


def test_strengths_are_those_of_helicity_amplitudes():
    """A and B from |Q Q' + kappa chi g g'|^2 for each pair of chiralities."""
    s = np.linspace(10, 300, 40) ** 2
    kappa = 1 / (4 * SIN_SQUARED * (1 - SIN_SQUARED))
    chi = s / (s - Z_MASS**2 + 1j * Z_MASS * Z_WIDTH)
    same, opposite = 0, 0
    for g in (UP.vector + UP.axial, UP.vector - UP.axial):
        for h, equal in ((LEPTON.vector + LEPTON.axial, g > 0), (LEPTON.vector - LEPTON.axial, g < 0)):
            square = abs(UP.charge * LEPTON.charge + kappa * chi * g * h) ** 2 / 4
            # The first of each pair is left-handed; for up quarks that coupling is positive.
            same, opposite = same + square * equal, opposite + square * (not equal)
    even, odd = strengths(s, UP, LEPTON)
    assert_allclose(even, same + opposite, rtol=1e-12)
    assert_allclose(odd, 2 * (same - opposite), rtol=1e-10)


@pytest.mark.parametrize("parameters", [{}, {"low": 30.0, "width": 50.0}, {"low": 91.0, "cos_max": 0.3}])
def test_z_resonance_integrates_over_the_square(parameters, over_cube):
    f = integrands.get("z_resonance", **parameters)
    low, width = f.parameters["low"], f.parameters["width"]
    pole = (Z_MASS**2 - low**2) / ((low + width) ** 2 - low**2)
    scale = Z_MASS * Z_WIDTH / ((low + width) ** 2 - low**2)
    cuts = [c for c in pole + scale * np.array([-8, -4, -2, -1, 0, 1, 2, 4, 8]) if 0 < c < 1]
    assert_allclose(over_cube(f, 24, [cuts, ()]), f.exact, rtol=1e-11)


def test_bhabha_from_its_two_channels():
    """2 pi alpha^2/s {u^2 (1/s + 1/t)^2 + (t/s)^2 + (s/t)^2} / 2, Peskin and Schroeder's sum."""
    alpha, energy, cos_max = 1 / 137.035999178, 10.0, 0.95

    def along_angle(c):
        s, t, u = energy**2, -(energy**2) * (1 - c) / 2, -(energy**2) * (1 + c) / 2
        channels = u**2 * (1 / s + 1 / t) ** 2 + (t / s) ** 2 + (s / t) ** 2
        return math.pi * alpha**2 / s * channels

    f = integrands.get("bhabha")
    assert_allclose(f.exact, PB * quad(along_angle, -cos_max, cos_max, epsrel=1e-13)[0], rtol=1e-12)
    c = np.linspace(-cos_max, cos_max, 11)
    differential = [2 * cos_max * PB * along_angle(value) for value in c]
    assert_allclose(f((c / cos_max + 1)[:, None] / 2), differential, rtol=1e-12)


def test_bhabha_integrates_over_the_angle(over_cube):
    for cos_max in (0.3, 0.95):
        f = integrands.get("bhabha", cos_max=cos_max)
        assert_allclose(over_cube(f, 40, (0.5, 0.8, 0.9, 0.95)), f.exact, rtol=1e-13)


def test_muon_lives_two_microseconds():
    lifetime = 6.582119569e-25 / integrands.get("muon_decay").exact  # hbar in GeV s
    # Measured: 2.19698e-6 s; the electron's mass and radiation change it by 0.5%.
    assert_allclose(lifetime, 2.19698e-6, rtol=6e-3)


def test_muon_decay_over_the_dalitz_plot():
    """dPhi_3 = m^2/(128 pi^3) dx_1 dx_2 in x = 2 E/m; p_e . p_n = m^2 (1 - x_1)/2, 1 the antineutrino."""
    fermi, mass = 1.1663788e-5, 0.1056583755

    def rate(x_2, x_1):
        matrix_element = 64 * fermi**2 * (mass**2 * x_1 / 2) * (mass**2 * (1 - x_1) / 2)
        return matrix_element / (2 * mass) * mass**2 / (128 * math.pi**3)

    total = dblquad(rate, 0, 1, lambda x_1: 1 - x_1, 1, epsabs=0, epsrel=1e-12)[0]
    assert_allclose(integrands.get("muon_decay").exact, total, rtol=1e-12)


def test_muon_decay_has_michels_spectra():
    """Mean energies: 7/10 of m/2 for the electron and its partner, 6/10 for the antineutrino.

    From 2 x^2 (3 - 2x) and 12 x^2 (1 - x). A quasi-random mean, good to 1e-4.
    """
    x = qmc.Sobol(5, rng=np.random.default_rng(2)).random_base2(16)
    f = integrands.get("muon_decay")
    weights = f(x)
    assert_allclose(weights.mean(), f.exact, rtol=5e-4)
    energies = momenta(x, 0.1056583755)[:, 0] / (0.1056583755 / 2)
    assert_allclose(energies @ weights / weights.sum(), [0.7, 0.6, 0.7], rtol=5e-4)


@pytest.mark.parametrize("parameters", [{}, {"energy": 2000.0, "low": 80.0, "width": 30.0}])
def test_drell_yan_integrates_over_the_cube(parameters):
    """The integrand itself: x_1, then x_2 inside the mass window, two nodes for the quadratic in cos."""
    f = integrands.get("drell_yan", **parameters)
    energy, low, width = (f.parameters[name] for name in ("energy", "low", "width"))
    reach = 2 * math.log(energy / low)
    window = 2 * math.log((low + width) / low) / reach
    pole = 2 * math.log(Z_MASS / low) / reach
    node, weight = np.polynomial.legendre.leggauss(16)
    angles = np.array([0.5 - math.sqrt(1 / 12), 0.5 + math.sqrt(1 / 12)])

    def along_x_2(x_1):
        distance = np.array([-16, -8, -4, -2, -1, 0, 1, 2, 4, 8, 16]) * Z_WIDTH / Z_MASS / reach
        edges = np.unique(np.clip([0, *(pole + distance), window], 0, min(window, x_1)))
        half = np.diff(edges)[:, None] / 2
        x_2 = 1 - x_1 + (edges[:-1, None] + half * (1 + node)).ravel()
        x_2 = np.clip(x_2, 1 - x_1 + 1e-15, min(1.0, 1 - x_1 + window - 1e-15))
        x = np.stack(np.broadcast_arrays(x_1, x_2[:, None], angles), axis=-1).reshape(-1, 3)
        return (half * weight).ravel() @ f(x).reshape(-1, 2).mean(axis=1)

    cuts = [
        0.0,
        *(pole + np.array([-4, -1, 0, 1, 4]) * Z_WIDTH / Z_MASS / reach),
        window,
        *np.linspace(0.2, 1, 9),
    ]
    edges = np.unique(np.clip(cuts, 0, 1))
    total = sum(quad(along_x_2, a, b, epsabs=0, epsrel=1e-9)[0] for a, b in itertools.pairwise(edges))
    assert_allclose(total, f.exact, rtol=1e-8)


def test_two_gluons_by_quadrature():
    """1/(32 pi s) 9/2 g^4 (3 - tu/s^2 - su/t^2 - st/u^2) / 2 dcos, between the stricter of both cuts."""
    for energy, pt_min, y_max in [(1000.0, 60.0, 2.5), (500.0, 100.0, 0.5), (200.0, 1.0, 1.0)]:
        edge = min(math.sqrt(1 - (2 * pt_min / energy) ** 2), math.tanh(y_max))

        def along_angle(c, energy=energy):
            t, u = -(1 - c) / 2, -(1 + c) / 2
            amplitude = 4.5 * (4 * math.pi * 0.118) ** 2 * (3 - t * u - u / t**2 - t / u**2)
            return PB * amplitude / (64 * math.pi * energy**2)

        f = integrands.get("gluon_scattering", 2, energy=energy, pt_min=pt_min, y_max=y_max)
        assert_allclose(f.exact, quad(along_angle, -edge, edge, epsrel=1e-12, limit=200)[0], rtol=1e-11)


def test_two_gluons_integrate_over_the_cube(over_cube):
    f = integrands.get("gluon_scattering", 2)
    edge = min(math.sqrt(1 - 0.12**2), math.tanh(2.5)) / 2
    cuts = [0.5 - edge, 0.52 - edge, 0.55 - edge, 0.5, 0.45 + edge, 0.48 + edge, 0.5 + edge]
    assert_allclose(over_cube(f, 24, [cuts, ()]), f.exact, rtol=1e-10)


@pytest.mark.parametrize("count", [3, 4])
def test_more_gluons_from_another_generator(count, rambo):
    """RAMBO of Ellis, Kleiss and Stirling, invariants and cuts written out again; 1 to 2%, 5 sigma."""
    rng, n, energy = np.random.default_rng(8), 400_000, 1000.0
    f = integrands.get("gluon_scattering", 3 * count - 4)
    p = rambo(count, energy, n, rng).transpose(1, 0, 2)

    pt, phi = np.hypot(p[1], p[2]), np.arctan2(p[2], p[1])
    y = 0.5 * np.log((p[0] + p[3]) / (p[0] - p[3]))
    passed = np.all((pt > 60) & (np.abs(y) < 2.5), axis=0)
    for i in range(count):
        for j in range(i):
            turn = np.angle(np.exp(1j * (phi[i] - phi[j])))
            passed &= np.hypot(y[i] - y[j], turn) > 0.4
    p = p[:, :, passed]
    legs = np.concatenate([np.zeros((4, 2, p.shape[2])), p], axis=1)
    legs[0, :2], legs[3, 0], legs[3, 1] = -energy / 2, -energy / 2, energy / 2  # all outgoing
    metric = np.array([1.0, -1, -1, -1])
    invariants = 2 * np.einsum("k,kin,kjn->ijn", metric, legs, legs)
    upper = np.triu_indices(count + 2, 1)
    # Signs are kept here: they must cancel from each product over a cycle.
    signed = np.zeros(n)
    signed[passed] = squared_amplitude(invariants)
    assert_allclose(invariants[upper].sum(axis=0), 0, atol=1e-6)  # conservation of momentum

    flat = (2 * np.pi) ** (4 - 3 * count) * (np.pi / 2) ** (count - 1) * energy ** (2 * count - 4)
    flat /= math.factorial(count - 1) * math.factorial(count - 2)
    front = 2 * (4 * np.pi * 0.118) ** count * 3**count * 8 / 256 / math.factorial(count) / (2 * energy**2)
    values = PB * front * flat * signed
    error = values.std() / math.sqrt(n)
    assert abs(values.mean() - f.exact) < 5 * math.hypot(error, f.exact_error)
    assert error < 0.03 * f.exact


def test_gluons_scale_with_the_energy():
    f, other = (integrands.get("gluon_scattering", energy=e, pt_min=0.06 * e) for e in (1000, 500))
    assert_allclose([other.exact, other.exact_error], [4 * f.exact, 4 * f.exact_error])
    x = np.random.default_rng(3).random((500, 5))
    assert np.any(f(x) > 0)
    assert_allclose(other(x), 4 * f(x), rtol=1e-9)


def test_gluons_with_other_cuts_have_no_known_value():
    f = integrands.get("gluon_scattering", pt_min=50)
    assert f.exact is None
    assert f.exact_error == 0
    assert f.exact_from == "not known for these parameters"
    assert integrands.get("gluon_scattering", 2, pt_min=50).exact > 0
