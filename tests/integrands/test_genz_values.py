"""Genz' families and the six of the GPU literature, against quadrature and second closed forms."""

import cmath
import math
from fractions import Fraction

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.integrate import quad

import integrands
from integrands.shared import genz

DIFFICULTY = {
    "oscillatory": 9.0,
    "product_peak": 7.25,
    "corner_peak": 1.85,
    "gaussian": 7.03,
    "continuous": 20.4,
    "discontinuous": 4.3,
}


@pytest.mark.parametrize("name", DIFFICULTY)
def test_scales_sum_to_the_difficulty_that_is_usual(name):
    parameters = integrands.get(f"genz_{name}").parameters
    assert parameters == {"difficulty": DIFFICULTY[name], "seed": 1}
    for dim in (1, 5, 30):
        scales, places = genz.draw(dim, DIFFICULTY[name], 3)
        assert_allclose(scales.sum(), DIFFICULTY[name], rtol=1e-14)
        assert np.all((places > 0) & (places < 1) & (scales > 0))


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("dim", [1, 2, 3])
@pytest.mark.parametrize("name", DIFFICULTY)
def test_genz_integrates_over_the_cube(name, dim, seed, over_cube):
    f = integrands.get(f"genz_{name}", dim, seed=seed)
    places = genz.draw(dim, DIFFICULTY[name], seed)[1]
    cuts = [[place] if name in ("continuous", "discontinuous") else [0.5] for place in places]
    assert_allclose(over_cube(f, 40, cuts), f.exact, rtol=1e-11)


CUTS = {1: (), 2: (0.4, 0.46, 0.5, 0.54, 0.6), 3: (0.1,), 4: (0.4, 0.5, 0.6), 5: (0.5,)}


@pytest.mark.parametrize("dim", [1, 2, 3])
@pytest.mark.parametrize("number", range(1, 7))
def test_pagani_integrates_over_the_cube(number, dim, over_cube):
    f = integrands.get(f"pagani_{number}", dim)
    cuts = CUTS.get(number) or [[(3 + i) / 10] for i in range(1, dim + 1)]
    assert_allclose(over_cube(f, 24, () if number == 1 else cuts), f.exact, rtol=1e-10)


FORMULAS = {
    "pagani_1": lambda x, i: np.cos(np.sum(i * x, axis=1)),
    "pagani_2": lambda x, i: np.prod(1 / (1 / 50**2 + (x - 0.5) ** 2), axis=1),
    "pagani_3": lambda x, i: (1 + np.sum(i * x, axis=1)) ** -(len(i) + 1.0),
    "pagani_4": lambda x, i: np.exp(-625 * np.sum((x - 0.5) ** 2, axis=1)),
    "pagani_5": lambda x, i: np.exp(-10 * np.sum(np.abs(x - 0.5), axis=1)),
    "pagani_6": lambda x, i: np.where(
        np.all(x <= (3 + i) / 10, axis=1), np.exp(np.sum((i + 4) * x, axis=1)), 0
    ),
}


@pytest.mark.parametrize("dim", [1, 4, 8])
@pytest.mark.parametrize("name", FORMULAS)
def test_pagani_has_the_formula_of_the_paper(name, dim):
    x = np.random.default_rng(4).random((400, dim)) ** 2  # more of them inside the cut
    values = integrands.get(name, dim)(x)
    assert np.any(values != 0)
    assert_allclose(values, FORMULAS[name](x, np.arange(1, dim + 1)), rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("name", ["genz_corner_peak", "pagani_3"])
@pytest.mark.parametrize("dim", [1, 2, 4, 8, 12])
def test_corner_peak_is_the_sum_over_corners(name, dim):
    """The closed form in exact fractions, in which nothing is lost when its terms cancel."""
    scales = genz.draw(dim, 1.85, 1)[0] if name == "genz_corner_peak" else np.arange(1, dim + 1)
    c = [Fraction(float(scale)) for scale in scales]
    total = Fraction(0)
    for corner in range(2**dim):
        chosen = [scale for k, scale in enumerate(c) if corner >> k & 1]
        total += Fraction((-1) ** len(chosen)) / (1 + sum(chosen))
    expected = total / (math.factorial(dim) * math.prod(c))
    assert_allclose(integrands.get(name, dim).exact, float(expected), rtol=1e-12)


@pytest.mark.parametrize("name", ["genz_oscillatory", "pagani_1"])
def test_plane_wave_is_a_product_of_complex_factors(name):
    dim = 12
    scales, places = genz.draw(dim, 9.0, 1)
    c, phase = (scales, places[0]) if name == "genz_oscillatory" else (np.arange(1, dim + 1), 0.0)
    wave = cmath.exp(2j * math.pi * phase) * np.prod((np.exp(1j * c) - 1) / (1j * c))
    assert_allclose(integrands.get(name, dim).exact, wave.real, rtol=1e-11)


@pytest.mark.parametrize(
    ("name", "along_axis"),
    [
        ("product_peak", lambda t, c, w: 1 / (c**-2 + (t - w) ** 2)),
        ("gaussian", lambda t, c, w: math.exp(-(c**2) * (t - w) ** 2)),
        ("continuous", lambda t, c, w: math.exp(-c * abs(t - w))),
    ],
)
def test_products_integrate_axis_by_axis_in_many_dimensions(name, along_axis):
    dim = 30
    scales, places = genz.draw(dim, DIFFICULTY[name], 5)
    factors = [
        quad(along_axis, 0, 1, args=(c, w), points=[w], epsabs=0, epsrel=1e-13)[0]
        for c, w in zip(scales, places, strict=True)
    ]
    assert_allclose(integrands.get(f"genz_{name}", dim, seed=5).exact, math.prod(factors), rtol=1e-12)
