"""Points at which f is nan or inf: refused with the first of them, or marked and counted."""

import re

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from iflow.integrand import Integrand, reasons_of
from iflow.integrand.marks import count, mark
from iflow.integrand.omitted import first_nonfinite
from iflow.reasons import Reason

X = np.random.default_rng(4).random((40, 2))
BAD = np.arange(40) % 10 == 7  # none of those that f is probed at


def holed(x, hole=np.nan):
    return np.where(np.isin(x[..., 0], X[BAD, 0]), hole, x[..., 1])


def probed(f, n=5, **options):
    integrand = Integrand(f, 2, **options)
    integrand.probe(X[:n])
    return integrand


@pytest.mark.parametrize("hole", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("f", [holed, lambda x, hole: float(holed(x, hole))], ids=["many", "one"])
def test_they_are_marked_and_counted_and_all_others_are_what_they_are(f, hole):
    integrand = probed(lambda x: f(x, hole), zeroes=True)
    before = integrand.neval
    values = integrand(X)
    assert_array_equal(reasons_of(values), np.where(BAD, Reason.NONFINITE, 0))
    assert_array_equal(values[~BAD], X[~BAD, 1])
    assert integrand.n_nonfinite == count(values, Reason.NONFINITE) == 4
    told = first_nonfinite(integrand.told_again, X, BAD)
    assert told == f"f(x) = {hole} at x = {X[7].tolist()}"
    assert (integrand.n_searched, integrand.neval - before) == (1, 40)


def test_of_several_integrals_all_components_are_marked():
    def f(x):
        b = x[:, 1] + 1j
        b.imag = holed(x)
        return {"a": x[:, 0], "b": b}

    integrand = probed(f, zeroes=True)
    assert (integrand(X)[BAD] == np.inf).all()
    assert integrand.n_nonfinite == 4
    told = integrand.told_again(X[7])
    assert told == f"the imaginary part of f's 'b' = nan at x = {X[7].tolist()}"


def test_of_logarithms_minus_infinity_is_none_of_them():
    def log_f(x):
        return np.where(x[:, 0] == X[8, 0], -np.inf, holed(x, np.inf))

    integrand = probed(log_f, zeroes=True, log=True)
    values = integrand(X)
    assert_array_equal(reasons_of(values) > 0, BAD)
    assert values[8] == -np.inf
    assert integrand.told_again(X[7]) == f"log|f(x)| = inf at x = {X[7].tolist()}"
    assert integrand.told_again(X[8]) is None


def test_a_refusal_tells_how_many_and_the_first_three_with_their_values():
    with pytest.raises(ValueError, match="f must be finite") as caught:
        probed(lambda x: holed(x, -np.inf))(X)
    told = str(caught.value)
    assert "4 of 40 values are nan or inf, the first f(x) = -inf at x = " in told
    points = [X[row].tolist() for row in (7, 17, 27)]
    assert re.findall(r"f\(x\) = -inf at x = (\[.*?\])", told) == [str(point) for point in points]
    with pytest.raises(
        ValueError, match=r"4 of 40 values are nan or \+inf, the first is nan at x = "
    ) as caught:
        probed(holed, log=True)(X)
    assert str(caught.value).count(" at x = [") == 3


def test_a_probe_may_meet_them_and_counts_them_once():
    integrand = probed(holed, n=5, zeroes=True)
    assert integrand.n_nonfinite == 0
    everywhere = Integrand(lambda x: np.full(len(x), np.nan), 2, zeroes=True)
    everywhere.probe(X[:5])
    assert everywhere.n_nonfinite == 5
    assert first_nonfinite(everywhere.told_again, X[:5], np.arange(5) > 3).startswith("f(x) = nan")
    assert "once more: is it random" in first_nonfinite(lambda point: None, X, BAD)


@pytest.mark.parametrize("f", [lambda x: x[:, 0] / x[:, 0].sum(), lambda x: x[:, 0] + len(x)])
def test_a_hole_does_not_hide_that_f_mixes_the_points(f):
    """A scale of inf would make any difference small."""

    def with_hole(x):
        return np.where(x[:, 0] == X[3, 0], np.inf, f(x))

    with pytest.raises(ValueError, match="same value for a point alone and in a batch"):
        probed(with_hole, zeroes=True)


def test_a_hole_that_depends_on_the_batch_is_told():
    def f(x):
        return np.where(len(x) == 1, np.nan, x[:, 0])

    with pytest.raises(ValueError, match=r"got nan or inf alone and 0\.9"):
        probed(f, zeroes=True)


def test_marks_leave_what_they_are_given_alone():
    values = np.arange(6.0).reshape(3, 2)
    marked = mark(values, np.array([False, True, False]), Reason.RAISED)
    assert np.isnan(marked[1]).all()
    assert np.isfinite(values).all()
    assert_array_equal(reasons_of(marked), [0, Reason.RAISED, 0])
