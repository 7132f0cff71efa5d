"""Which of several integrals count, and how far the worst of them is from the target."""

import math

import numpy as np
import pytest

from iflow.layout import Layout
from iflow.options import Target
from iflow.several.counted import Counted
from iflow.statistics.components import ComponentSums

VALUES = {"a": np.ones(5), "b": np.ones((5, 2, 3)), "c": np.ones((5, 2)) + 1j}
DICT, ARRAY = Layout.of(VALUES, 5), Layout.of(VALUES["b"], 5)


@pytest.mark.parametrize(
    ("layout", "component", "columns"),
    [
        (DICT, None, list(range(11))),
        (DICT, "a", [0]),
        (DICT, "b", [1, 2, 3, 4, 5, 6]),
        (DICT, ("b", 1, 2), [6]),
        (DICT, ("b", 1), [4, 5, 6]),
        (DICT, ("c", 1), [9, 10]),
        (DICT, "c", [7, 8, 9, 10]),
        (ARRAY, (1, 0), [3]),
        (ARRAY, 1, [3, 4, 5]),
        (ARRAY, -1, [3, 4, 5]),
    ],
)
def test_names_and_indices_stand_for_columns(layout, component, columns):
    assert Counted(layout, component).columns.tolist() == columns


@pytest.mark.parametrize(
    ("layout", "component", "message"),
    [
        (DICT, "aa", "component must be the name of an integral, got 'aa': did you mean 'a'?"),
        (DICT, "xyz", "got 'xyz': f returns 'a', 'b', 'c'"),
        (DICT, 0, "component must be the name of an integral, got 0"),
        (DICT, ("b", 2), r"component \('b', 2\) must be an index of integrals of shape \[2, 3\]: index 2"),
        (ARRAY, (0, 3), r"must be an index of integrals of shape \[2, 3\]"),
        (ARRAY, "a", r"component 'a' must be an index of integrals of shape \[2, 3\]"),
        (DICT, ("a", 0), r"must be an index of integrals of shape \[\]"),
    ],
)
def test_others_are_refused(layout, component, message):
    with pytest.raises(ValueError, match=message):
        Counted(layout, component)


def found_of(weights):
    sums = ComponentSums(weights.shape[1])
    sums.add(weights)
    return sums.estimate()


WEIGHTS = np.random.default_rng(3).normal([1.0, 10.0, 0.0, 0.0], [0.1, 3.0, 0.2, 0.0], (400, 4))
FOUND = found_of(WEIGHTS)
LAYOUT = Layout.of(WEIGHTS, 400)


def test_the_worst_relative_error_counts():
    target = Target(rtol=1e-3)
    each = [FOUND.sdev[k] / abs(1e-3 * FOUND.mean[k]) for k in range(3)]
    assert Counted(LAYOUT).excess(FOUND, target) == pytest.approx(max(each))
    assert Counted(LAYOUT, 1).excess(FOUND, target) == pytest.approx(each[1])


def test_an_absolute_error_that_is_allowed_holds_for_all():
    atol = float(FOUND.sdev[:3].max())
    assert Counted(LAYOUT).excess(FOUND, Target(rtol=0.0, atol=atol)) == pytest.approx(1.0)


def test_what_was_0_everywhere_keeps_nobody_waiting():
    target = Target(rtol=1e-3)
    assert Counted(LAYOUT).excess(FOUND, target) < math.inf
    assert Counted(LAYOUT, 3).excess(FOUND, target) == math.inf


def test_a_complex_number_counts_by_its_distance():
    layout = Layout.of(np.ones(400) + 1j, 400)
    weights = np.random.default_rng(4).normal([3.0, 0.0], [0.1, 0.2], (400, 2))
    found = found_of(weights)
    expected = np.hypot(*found.sdev) / (1e-3 * np.hypot(*found.mean))
    assert Counted(layout).excess(found, Target(rtol=1e-3)) == pytest.approx(expected)


def test_an_exact_number_meets_every_target():
    found = found_of(np.ones((10, 2)))
    assert Counted(Layout.of(np.ones((10, 2)), 10)).excess(found, Target(rtol=0.0)) == 0.0
