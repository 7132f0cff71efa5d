"""What points are drawn from, with a flow that needs no TensorFlow."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from iflow.proposal import DefensiveFlow, Uniform


class Powers:
    """The flow y = u^a on each axis, q(y) = prod y^(1/a - 1) / a, in float64 or float32."""

    def __init__(self, dim, power, dtype=np.float64):
        self.dim, self._power, self._dtype = dim, power, dtype
        self.resolution = float(np.finfo(dtype).epsneg)

    def draw(self, u):
        y = (u.astype(self._dtype) ** self._dtype(self._power)).astype(np.float64)
        return y, self.log_density(y)

    def log_density(self, y):
        y = np.maximum(y, 1e-300)
        return ((1 / self._power - 1) * np.log(y) - math.log(self._power)).sum(axis=1)


class Corner:
    """A flow that puts every point exactly onto a corner of the cube, as rounding may."""

    dim = 2

    def __init__(self, corner, dtype):
        self._corner, self.resolution = corner, float(np.finfo(dtype).epsneg)

    def draw(self, u):
        return np.full(u.shape, self._corner), np.full(len(u), 20.0)

    def log_density(self, y):
        return np.full(len(y), -20.0)


class Extreme:
    """A generator that draws nothing but one value, the least or the largest possible."""

    def __init__(self, value):
        self._value = value

    def random(self, shape):
        return np.full(shape, self._value)

    def binomial(self, n, share):
        return n // 2

    def permutation(self, n):
        return np.arange(n)


def rng():
    return np.random.default_rng(77)


PROPOSALS = {
    "uniform": lambda: Uniform(3),
    "flow": lambda: DefensiveFlow(Powers(3, 2.0), 0.1),
    "flow in float32": lambda: DefensiveFlow(Powers(3, 2.0, np.float32), 0.02),
}


@pytest.mark.parametrize("name", PROPOSALS)
@pytest.mark.parametrize("n", [1, 2, 1000])
def test_shapes_and_types(name, n):
    y, log_q = PROPOSALS[name]().draw(n, rng())
    assert (y.shape, log_q.shape) == ((n, 3), (n,))
    assert (y.dtype, log_q.dtype) == (np.float64, np.float64)


@pytest.mark.parametrize("name", PROPOSALS)
def test_the_generator_alone_decides(name):
    first, again = (PROPOSALS[name]().draw(500, rng())[0] for _ in range(2))
    assert_array_equal(first, again)
    other, _ = PROPOSALS[name]().draw(500, np.random.default_rng(78))
    assert np.all(other != first)


@pytest.mark.parametrize("name", PROPOSALS)
@pytest.mark.parametrize("value", [0.0, 1.0 - 2.0**-53])
def test_points_are_strictly_inside_whatever_is_drawn(name, value):
    y, _ = PROPOSALS[name]().draw(10, Extreme(value))
    assert np.all((y > 0.0) & (y < 1.0))


@pytest.mark.parametrize("corner", [0.0, 1.0])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_points_that_rounding_put_on_a_face_are_taken_inside(corner, dtype):
    y, _ = DefensiveFlow(Corner(corner, dtype), 0.5).draw(100, rng())
    assert np.all((y > 0.0) & (y < 1.0))


def test_a_1_that_is_only_rounded_stands_for_the_middle_of_what_rounds_to_it():
    y, _ = DefensiveFlow(Corner(1.0, np.float32), 1e-9).draw(10, rng())
    assert_array_equal(y, np.full((10, 2), 1.0 - 2.0**-25))


def test_a_flow_in_float32_does_reach_1_by_rounding():
    # Otherwise the tests above would test nothing.
    y, _ = Powers(1, 2.0, np.float32).draw(np.array([[1.0 - 2.0**-53]]))
    assert y[0, 0] == 1.0


def test_uniform_density():
    _, log_q = Uniform(4).draw(100, rng())
    assert_array_equal(log_q, np.zeros(100))


def test_the_density_is_that_of_the_mixture():
    flow = Powers(2, 3.0)
    y, log_q = DefensiveFlow(flow, 0.2).draw(1000, rng())
    assert_allclose(np.exp(log_q), 0.8 * np.exp(flow.log_density(y)) + 0.2)


def test_no_weight_of_a_bounded_function_exceeds_its_share():
    _, log_q = DefensiveFlow(Corner(0.5, np.float32), 0.02).draw(5000, rng())
    assert np.exp(-log_q).max() == pytest.approx(1 / 0.02)


@pytest.mark.parametrize("name", PROPOSALS)
@pytest.mark.parametrize(
    ("g", "exact"),
    [(lambda y: np.ones(len(y)), 1.0), (lambda y: y.prod(axis=1), 1 / 8), (lambda y: y[:, 1] > 0.9, 0.1)],
    ids=["1", "product", "slab"],
)
def test_weights_integrate_what_they_should(name, g, exact):
    # Within 4.5 standard errors: a false alarm for 1 seed in 150,000; the seed is fixed.
    y, log_q = PROPOSALS[name]().draw(50_000, rng())
    weight = g(y) * np.exp(-log_q)
    assert abs(weight.mean() - exact) <= 4.5 * weight.std() / math.sqrt(len(y)) + 1e-12


def test_points_follow_the_density():
    # Share of points below 1/8 in y = u^3: 0.9 * 1/2 + 0.1 * 1/8; within 4.5 standard errors of 50,000.
    y, _ = DefensiveFlow(Powers(1, 3.0), 0.1).draw(50_000, rng())
    assert abs(np.mean(y < 0.125) - 0.4625) < 4.5 * math.sqrt(0.25 / 50_000)


def test_any_part_of_the_points_is_as_good_as_the_whole():
    # 3,000 uniform points of 10,000 are spread evenly over the tenths; within 4.5 standard errors each.
    y, log_q = DefensiveFlow(Corner(0.5, float), 0.3).draw(10_000, rng())
    is_uniform = y[:, 0] != 0.5
    shares = is_uniform.reshape(10, 1000).mean(axis=1)
    assert np.all(np.abs(shares - is_uniform.mean()) < 4.5 * math.sqrt(0.3 * 0.7 / 1000))
    np.testing.assert_array_equal(is_uniform, log_q < 0.0)  # the densities went with their points


def test_each_point_is_drawn_from_the_uniform_by_chance():
    # A fixed number of uniform points would make the weights dependent.
    is_uniform = [
        np.sum(DefensiveFlow(Corner(0.5, float), 0.3).draw(100, r)[0][:, 0] != 0.5) for r in rng().spawn(50)
    ]
    assert len(set(is_uniform)) > 5
    assert abs(np.mean(is_uniform) - 30) < 4.5 * math.sqrt(100 * 0.3 * 0.7 / 50)
