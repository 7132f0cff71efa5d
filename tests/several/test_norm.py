"""What the proposals learn of several integrals."""

import re

import numpy as np
import pytest
from numpy.testing import assert_allclose

from iflow.layout import Layout
from iflow.options import ComponentOptions, Target
from iflow.several.counted import Counted
from iflow.several.norm import Norm

VALUES = np.array([[1.0, -200.0, 0.0], [3.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 200.0, 0.0]])
FLAT = np.zeros(4)


def norm_of(values=VALUES, component=None, norm="l2", target=None, log_slope=FLAT):
    counted = Counted(Layout.of(values, len(values)), component)
    made = Norm(counted, ComponentOptions(norm=norm), target or Target())
    columns = counted_columns(values)
    made.see(columns * np.exp(log_slope)[:, np.newaxis], np.zeros(len(values)))
    return made, made.sign_and_log(columns)


def counted_columns(values):
    return values.view(np.float64) if np.iscomplexobj(values) else values


@pytest.mark.parametrize(
    ("norm", "expected"),
    [("l2", [2.0**0.5, 3.0, 0.0, 1.0]), ("l1", [2.0, 3.0, 0.0, 1.0]), ("max", [1.0, 3.0, 0.0, 1.0])],
)
def test_each_counts_relative_to_its_own_size(norm, expected):
    # The integrals of |f_k| are 1 and 100, so that the rows are (1, 2), (3, 0), (0, 0), (0, 2) of them.
    values = VALUES * [1.0, 0.5, 1.0]
    _, (sign, log_norm) = norm_of(values, norm=norm)
    scale = {"l2": 3.0**0.5, "l1": 3.0, "max": 1.0}[norm]
    found = np.exp(log_norm) * scale
    units = found[1] / 3.0
    relative = {"l2": [5.0**0.5, 3.0, 0.0, 2.0], "l1": [3.0, 3.0, 0.0, 2.0], "max": [2.0, 3.0, 0.0, 2.0]}
    assert_allclose(found / units, relative[norm])
    assert sign.tolist() == [1.0, 1.0, 0.0, 1.0]


def test_one_real_integral_is_learned_as_if_alone():
    _, (sign, log_norm) = norm_of(component=1)
    assert sign.tolist() == [-1.0, 0.0, 0.0, 1.0]
    assert_allclose(np.exp(log_norm), [200.0, 0.0, 0.0, 200.0])


def test_a_complex_number_is_learned_by_its_absolute_value():
    _, (_, log_norm) = norm_of(np.array([[3.0 + 4.0j], [0.0], [5.0], [1j]]))
    assert_allclose(np.exp(log_norm), np.array([5.0, 0.0, 5.0, 1.0]) * np.exp(log_norm[3]))


def test_sizes_are_those_of_the_first_points():
    made, (_, before) = norm_of()
    made.see(VALUES * 1e6, FLAT)
    _, again = made.sign_and_log(VALUES * 1e6)
    assert_allclose(again[[0, 1, 3]], before[[0, 1, 3]] + np.log(1e6))


def test_sizes_of_different_orders_of_magnitude_all_count():
    values = np.array([[1e250, 1e-250], [0.0, 1e-250], [0.0, 0.0], [1e250, 0.0]])
    _, (_, log_norm) = norm_of(values)
    assert_allclose(log_norm[[0, 1, 3]], np.log([1.0, 0.5**0.5, 0.5**0.5]) + np.log(1e250), rtol=1e-12)


def test_what_the_first_points_saw_next_to_nothing_of_stays_finite():
    made, _ = norm_of(np.array([[1.0, 1e-300], [1.0, 0.0]]), log_slope=FLAT[:2])
    _, log_norm = made.sign_and_log(np.array([[1.0, 1e100]]))
    assert np.isfinite(log_norm).all()


def test_sizes_are_integrals_by_the_density_of_the_points():
    # Each point stands for 1 / q: of the second integrand, half as much is left.
    slope = np.log([0.5, 1.0, 1.0, 0.5])
    _, (_, log_norm) = norm_of(VALUES[:, :2], norm="max", log_slope=slope)
    found = np.exp(log_norm)
    assert_allclose(found[3] / found[1], (200.0 / (0.5 * 400.0)) / (3.0 / (0.5 * 1.0 + 3.0)))


def test_who_is_smaller_than_the_target_asks_for_does_not_count_as_large():
    _, (_, log_norm) = norm_of(VALUES[:, :2], norm="max", target=Target(rtol=1e-3, atol=1.0))
    found = np.exp(log_norm)  # both sizes are atol / rtol = 1000
    assert_allclose(found[3] / found[1], 200.0 / 3.0)


def test_ones_own_norm_gets_the_components_as_they_are():
    _, (_, log_norm) = norm_of(norm=lambda values: np.abs(values).sum(axis=1))
    assert_allclose(np.exp(log_norm), [201.0, 3.0, 0.0, 200.0])


@pytest.mark.parametrize(
    ("norm", "message"),
    [
        (
            lambda values: values[:, 1],
            "norm must be finite and >= 0, got -200.0 for values [1.0, -200.0, 0.0]",
        ),
        (
            lambda values: values,
            "norm must return one number a point, [4] for values of shape (4, 3), got shape",
        ),
        (lambda values: values[:, 0] * np.nan, "norm must be finite and >= 0, got nan"),
    ],
)
def test_bad_norms_are_refused(norm, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        norm_of(norm=norm)
