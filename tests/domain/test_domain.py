"""The region as the image of the unit cube."""

import math
import re

import numpy as np
import pytest

from iflow.domain import Domain

INF = math.inf
TINY = np.finfo(float).tiny
NEARLY_ONE = 1.0 - 2.0**-53

AXES = {
    "unit": (0, 1),
    "finite": (-3.0, 5.0),
    "narrow": (1e6, 1e6 + 1e-3),
    "far off": (1e300, 2e300),
    "above": (2.0, INF),
    "above 0": (0.0, INF),
    "below": (-INF, -1.5),
    "below 0": (-INF, 0.0),
    "whole": (-INF, INF),
}
ONE_NUMBER_INSIDE = (1.0, math.nextafter(math.nextafter(1.0, 2.0), 2.0))


@pytest.mark.parametrize("limits", [*AXES.values(), ONE_NUMBER_INSIDE, (0.0, 1e-323), (1e308, INF)])
def test_points_are_strictly_inside(limits):
    z = np.array([[TINY], [2.0**-53], [0.5], [1.0 - 2.0**-24], [NEARLY_ONE]])
    x, log_det = Domain([limits]).forward_and_log_det(z)
    assert np.all(x > limits[0])
    assert np.all(x < limits[1])
    assert np.all(np.isfinite(x))
    assert np.all(np.isfinite(log_det))
    assert np.all(np.diff(x[:, 0]) >= 0)


@pytest.mark.parametrize("name", AXES)
def test_log_det_is_that_of_the_numerical_derivative(name):
    domain = Domain([AXES[name]])
    z = np.linspace(0.02, 0.98, 25)[:, np.newaxis]
    h = 1e-5
    _, log_det = domain.forward_and_log_det(z)
    ahead, behind = (domain.forward_and_log_det(z + step)[0][:, 0] for step in (h, -h))
    # The narrow axis keeps 7 digits of x - low, of which the difference keeps 2.
    rtol = 0.05 if name == "narrow" else 1e-5
    np.testing.assert_allclose(np.exp(log_det), (ahead - behind) / (2 * h), rtol=rtol)


def test_each_axis_goes_its_own_way_and_log_dets_add_up():
    z = np.random.default_rng(1).random((20, len(AXES)))
    x, log_det = Domain(list(AXES.values())).forward_and_log_det(z.copy())
    total = np.zeros(20)
    for axis, limits in enumerate(AXES.values()):
        one, own = Domain([limits]).forward_and_log_det(z[:, [axis]])
        np.testing.assert_array_equal(x[:, axis], one[:, 0])
        total += own
    np.testing.assert_allclose(log_det, total)


MOVED = {
    "above, at the limit": ((2.0, INF), 5.0, 3.0),
    "above, far": ((0.0, INF), 1000.0, 2.0),
    "below, at the limit": ((-INF, -1.5), -2.0, 0.5),
    "below, far": ((-INF, -1.5), -80.0, 3.0),
    "whole": ((-INF, INF), 30.0, 0.5),
}


@pytest.mark.parametrize("name", MOVED)
def test_moved_maps_go_round_and_have_the_slope_of_the_numerical_derivative(name):
    limits, location, scale = MOVED[name]
    domain, h = Domain([limits]), 1e-7
    domain.move(np.array([location]), np.array([scale]))
    z = np.linspace(0.02, 0.98, 25)[:, np.newaxis]
    x, log_det = domain.forward_and_log_det(z)
    ahead, behind = (domain.forward_and_log_det(z + step)[0][:, 0] for step in (h, -h))
    np.testing.assert_allclose(np.exp(log_det), (ahead - behind) / (2 * h), rtol=1e-5)
    np.testing.assert_allclose(domain.box.inverse(x), z, rtol=1e-10)
    ends, _ = domain.forward_and_log_det(np.array([[TINY], [0.5], [NEARLY_ONE]]))
    assert np.all((ends > limits[0]) & (ends < limits[1]))
    assert abs(ends[1, 0] - location) < 1.2 * scale
    inner = domain.forward_and_log_det(np.array([[0.25], [0.75]]))[0][:, 0]
    assert 0.3 * scale < inner[1] - inner[0] < 6.0 * scale


def test_finite_axes_do_not_move():
    region = [(0, 1), (-INF, INF)]
    z, (domain, moved) = np.random.default_rng(1).random((50, 2)), (Domain(region), Domain(region))
    moved.move(np.array([5.0, 5.0]), np.array([3.0, 3.0]))
    before, after = (d.forward_and_log_det(z)[0] for d in (domain, moved))
    np.testing.assert_array_equal(before[:, 0], after[:, 0])
    np.testing.assert_allclose(after[:, 1], 5.0 + 3.0 * before[:, 1])


@pytest.mark.parametrize(
    ("limits", "z", "x"),
    [
        ((-3.0, 5.0), [0.25, 0.5], [-1.0, 1.0]),
        ((2.0, INF), [0.5, 0.75], [3.0, 5.0]),
        ((-INF, -1.5), [0.5, 0.25], [-2.5, -4.5]),
        ((-INF, INF), [0.25, 0.5, 0.75], [-1.0, 0.0, 1.0]),
    ],
)
def test_values_by_hand(limits, z, x):
    points, _ = Domain([limits]).forward_and_log_det(np.array(z)[:, np.newaxis])
    np.testing.assert_allclose(points[:, 0], x, atol=1e-15)


@pytest.mark.parametrize(
    ("limits", "f", "exact"),
    [
        ((0.0, INF), lambda x: np.exp(-x), 1.0),
        ((1.0, INF), lambda x: x**-3.0, 0.5),
        ((-INF, 2.0), lambda x: np.exp(x - 2.0), 1.0),
        ((-INF, INF), lambda x: np.exp(-(x**2)), math.sqrt(math.pi)),
        ((-2.0, 3.0), lambda x: x**2, 35 / 3),
    ],
)
def test_integrals_come_out_right(limits, f, exact):
    z = (np.arange(20_000) + 0.5)[:, np.newaxis] / 20_000
    x, log_det = Domain([limits]).forward_and_log_det(z)
    assert np.mean(f(x[:, 0]) * np.exp(log_det)) == pytest.approx(exact, rel=1e-6)


@pytest.mark.parametrize(
    "region", [3, np.int64(3), [(0, 1)] * 3, ((0, 1), [0, 1], (0, 1)), np.array([[0, 1]] * 3)]
)
def test_ways_to_give_the_unit_cube(region):
    domain = Domain(region)
    assert domain.dim == 3
    np.testing.assert_array_equal(domain.low, [0.0, 0.0, 0.0])
    np.testing.assert_array_equal(domain.high, [1.0, 1.0, 1.0])


EXPECTED = "region must be an integer d (the unit cube) or a sequence of (low, high) pairs, got "
LOW_HIGH = "axis 0: low must be less than high, got "


@pytest.mark.parametrize(
    ("region", "error", "message"),
    [
        (0, ValueError, "the number of dimensions must be at least 1, got 0"),
        (-2, ValueError, "the number of dimensions must be at least 1, got -2"),
        (True, TypeError, "region must be a dimension or a list of limits, got True"),
        (2.0, TypeError, EXPECTED + "2.0; did you mean 2?"),
        (2.5, TypeError, EXPECTED + "2.5"),
        ("unit cube", TypeError, EXPECTED + "'unit cube'"),
        (None, TypeError, EXPECTED + "None"),
        ((0, 1), TypeError, EXPECTED + "(0, 1); did you mean [(0, 1)]?"),
        ([(0, 1, 2)], TypeError, EXPECTED + "[(0, 1, 2)]"),
        ([(0, "one")], TypeError, EXPECTED + "[(0, 'one')]"),
        ([(0, 1j)], TypeError, EXPECTED + "[(0, 1j)]"),
        ([], ValueError, EXPECTED + "an empty sequence; give at least one pair"),
        ([(1, 0)], ValueError, LOW_HIGH + "(1.0, 0.0); the limits are reversed: swap them"),
        ([(INF, -INF)], ValueError, LOW_HIGH + "(inf, -inf); the limits are reversed: swap them"),
        ([(2, 2)], ValueError, LOW_HIGH + "(2.0, 2.0); the limits are equal"),
        ([(INF, INF)], ValueError, LOW_HIGH + "(inf, inf); the limits are equal"),
        ([(0, math.nan)], ValueError, LOW_HIGH + "(0.0, nan); a limit is nan"),
        ([(math.nan, math.nan)], ValueError, LOW_HIGH + "(nan, nan); a limit is nan"),
        ([(-1.7e308, 1.7e308)], ValueError, LOW_HIGH + "(-1.7e+308, 1.7e+308); the width overflows"),
        ([(1, math.nextafter(1, 2))], ValueError, "(1.0, 1.0000000000000002); there is no number between"),
        ([(np.finfo(float).max, INF)], ValueError, "inf); there is no number between them"),
        ([(0, 1), (0, 1), (3, 2)], ValueError, "axis 2: low must be less than high, got (3.0, 2.0)"),
    ],
    ids=str,
)
def test_refuses(region, error, message):
    with pytest.raises(error, match=re.escape(message)):
        Domain(region)
