"""Is a bent cube still the cube, with the slope that it has?"""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from iflow.domain import Domain
from iflow.domain.bend import Bend

POWERS = np.array([[1.0, 1.0], [2.5, 1.0], [1.0, 3.0], [2.0, 4.0]])


def points(n=200):
    return np.random.default_rng(1).uniform(0.05, 0.95, (n, 4))  # no differences of tiny numbers


def test_points_and_slopes():
    bend, y, step = Bend(POWERS), points(), 1e-6
    z = bend.point(y)
    assert ((z > 0.0) & (z < 1.0)).all()
    slope = (bend.point(y + step) - bend.point(y - step)) / (2.0 * step)
    assert_allclose(np.exp(bend.log_slope(y)), slope, rtol=1e-5)
    assert_allclose(bend.inverse(z), y, rtol=1e-9)


def test_an_axis_that_is_not_bent_keeps_every_bit():
    y = points()
    assert_array_equal(Bend(POWERS).point(y)[:, 0], y[:, 0])
    assert_array_equal(Bend(POWERS).log_slope(y)[:, 0], 0.0)
    assert Bend.none(4).is_none
    assert not Bend(POWERS).is_none


@pytest.mark.parametrize("power", [0.3, 0.5, 0.7])
def test_a_power_at_an_end_becomes_a_constant(power):
    y = points()
    for axis, at_high in ((0, False), (1, True)):
        powers = np.ones((4, 2))
        powers[axis, int(at_high)] = 1.0 / (1.0 - power)
        z = Bend(powers).point(y)[:, axis]
        z = np.maximum(1.0 - z, 1e-9) if at_high else z  # 1 - z has lost its digits nearer to 1
        log_f = -power * np.log(z)
        assert_allclose(log_f + Bend(powers).log_slope(y)[:, axis], -np.log1p(-power), atol=1e-6)


@pytest.mark.parametrize(
    "region", [[(0.0, 2.0)] * 4, [(0.0, np.inf), (1.0, 3.0), (-np.inf, 0.0), (-2.0, 0.0)]]
)
def test_a_bent_region(region):
    domain, y, step = Domain(region), points(), 1e-6
    domain.bend(Bend(POWERS))
    x, log_det = domain.forward_and_log_det(y)
    assert ((x > domain.low) & (x < domain.high)).all()
    slopes = (domain.forward_and_log_det(y + step)[0] - domain.forward_and_log_det(y - step)[0]) / (
        2.0 * step
    )
    assert_allclose(log_det, np.log(slopes).sum(axis=1), atol=1e-4)
    assert_allclose(domain.box.inverse(x), y, rtol=1e-9)
    assert_allclose(domain.box.forward_in(np, y), x, rtol=1e-12)


def test_ends_of_the_cube_stay_inside():
    domain = Domain([(0.0, 1.0)] * 4)
    domain.bend(Bend(np.array([[20.0, 1.0], [1.0, 20.0], [20.0, 20.0], [1.0, 1.0]])))
    y = np.array([[np.finfo(float).tiny] * 4, [1.0 - 2.0**-53] * 4])
    x, log_det = domain.forward_and_log_det(y)
    assert ((x > 0.0) & (x < 1.0)).all()
    assert np.isfinite(log_det).all()
