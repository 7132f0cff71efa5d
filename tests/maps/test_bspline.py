"""Cubic B-splines: the same as scipy's, on any knots, at and between them."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.interpolate import BSpline

from iflow.maps.bspline import CubicBasis

RNG = np.random.default_rng(4)
INNER = {
    "one interval": np.array([0.0, 1.0]),
    "even": np.linspace(0.0, 1.0, 24),
    "uneven": np.concatenate([[0.0], np.sort(RNG.random(22)), [1.0]]),
    "around a narrow peak": np.concatenate([[0.0], 0.3 + 1e-9 * np.arange(22), [1.0]]),
}


@pytest.fixture(params=INNER)
def knots(request):
    return np.pad(INNER[request.param], 3, mode="edge")


@pytest.fixture(params=["increasing", "in any order"])
def x(request, knots):
    x = np.concatenate([knots[3:-3], 0.5 * (knots[4:-3] + knots[3:-4]), RNG.random(200)])
    return np.sort(x) if request.param == "increasing" else RNG.permutation(x)


@pytest.fixture
def matrix(knots, x):
    return BSpline.design_matrix(x, knots, 3).toarray()


def test_splines_are_those_of_scipy(knots, x, matrix):
    c = RNG.normal(size=matrix.shape[1])
    basis = CubicBasis(knots, x)
    assert basis.size == len(c)
    assert_allclose(basis.spline(c), matrix @ c, rtol=0, atol=1e-12)


def test_every_spline_is_in_its_place(knots, x, matrix):
    basis = CubicBasis(knots, x)
    columns = [basis.spline(unit) for unit in np.eye(basis.size)]
    assert_allclose(np.transpose(columns), matrix, rtol=0, atol=1e-14)


def test_splines_add_up_to_one(knots, x):
    basis = CubicBasis(knots, x)
    assert_allclose(basis.spline(np.ones(basis.size)), 1.0, rtol=1e-14)


def test_sums_over_points_are_those_of_the_matrix(knots, x, matrix):
    weight = RNG.exponential(size=len(x))
    basis = CubicBasis(knots, x)
    assert_allclose(basis.mean(weight), matrix.T @ weight, rtol=1e-12, atol=1e-300)
    gram = basis.gram(weight)
    assert_allclose(gram, matrix.T @ (weight[:, None] * matrix), rtol=1e-11, atol=1e-300)
    assert_array_equal(gram, gram.T)


def test_a_cubic_is_met_exactly():
    # The coefficients of x^3 are the products of three knots in a row (Marsden's identity).
    knots = np.pad(INNER["uneven"], 3, mode="edge")
    x = RNG.random(100)
    c = knots[1:-3] * knots[2:-2] * knots[3:-1]
    assert_allclose(CubicBasis(knots, x).spline(c), x**3, rtol=0, atol=1e-14)
