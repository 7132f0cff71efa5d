"""Histograms of observables: bins that share the points, and sum to the total."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

import iflow


def f(x):
    return np.exp(-20.0 * np.square(x - 0.4).sum(axis=1))


def radius(x):
    return np.sqrt(np.square(x).sum(axis=1))


EDGES = np.linspace(0.0, 1.75, 101)


@pytest.fixture(scope="module")
def run():
    histograms = iflow.Histograms(
        f, {"radius": (radius, EDGES), "first": (lambda x: x[:, 0], [0.0, 0.5, 1.0])}
    )
    return histograms, iflow.integrate(histograms, 3, rtol=1e-4, seed=1)


def test_the_total_is_the_very_number_of_f_alone(run):
    _, found = run
    alone = iflow.integrate(f, 3, rtol=1e-4, seed=1)
    assert found.neval == alone.neval
    assert_allclose([found["total"].mean, found["total"].sdev], [alone.mean, alone.sdev], rtol=1e-12)


def test_a_hundred_bins_sum_to_the_total_with_its_error(run):
    _, found = run
    total = sum(found["radius"].gvar)
    assert_allclose(total.mean, found["total"].mean, rtol=1e-14)
    assert_allclose(total.sdev, found["total"].sdev, rtol=1e-9)
    assert_allclose(sum(found["first"].gvar).sdev, found["total"].sdev, rtol=1e-9)


def test_bins_are_right_within_their_errors(run):
    histograms, found = run
    x = np.random.default_rng(2).random((2_000_000, 3))
    counts, _ = np.histogram(radius(x), EDGES, weights=f(x))
    squares, _ = np.histogram(radius(x), EDGES, weights=f(x) ** 2)
    known = (found["radius"].ess > 100.0) & (squares > 0.0)
    error = np.hypot(np.sqrt(squares) / len(x), found["radius"].sdev)
    pulls = (found["radius"].mean - counts / len(x))[known] / error[known]
    assert known.sum() > 30
    assert np.abs(pulls).max() < 5.0
    density, sdev = histograms.density("radius", found)
    assert_allclose(density, found["radius"].mean / 0.0175)
    assert_allclose(sdev, found["radius"].sdev / 0.0175)


def test_edges_hold_what_they_say():
    made = iflow.Histograms(lambda x: 1.0 + x[:, 0], {"x": (lambda x: x[:, 0], [0.25, 0.5, 1.0])})
    filled = made(np.array([[0.2], [0.25], [0.49], [0.5], [1.0], [1.1]]))
    assert_allclose(filled["x"], [[0, 0], [1.25, 0], [1.49, 0], [0, 1.5], [0, 2.0], [0, 0]])
    everything = iflow.Histograms(lambda x: x[:, 0], {"x": (lambda x: x[:, 0], [-np.inf, 0.0, np.inf])})
    assert_allclose(everything(np.array([[-5.0], [7.0]]))["x"], [[-5.0, 0.0], [0.0, 7.0]])


@pytest.mark.parametrize(
    ("observables", "error", "message"),
    [
        ({}, ValueError, "there must be at least one observable"),
        ({"total": (radius, EDGES)}, ValueError, "no observable can be called 'total'"),
        ({"r": radius}, TypeError, r"observable 'r' must be \(function, edges\), got <function"),
        ({"r": (EDGES, radius)}, TypeError, "observable 'r' must be"),
        ({"r": (radius, [1.0, 0.0])}, ValueError, "the edges of 'r' must be at least two increasing numbers"),
        ({"r": (radius, [1.0])}, ValueError, "the edges of 'r' must be at least two increasing numbers"),
    ],
)
def test_bad_observables_are_refused(observables, error, message):
    with pytest.raises(error, match=message):
        iflow.Histograms(f, observables)


@pytest.mark.parametrize(
    ("observable", "message"),
    [
        (lambda x: x, r"observable 'r' must have one value a point, like f, \(5,\); got \(5, 3\)"),
        (lambda x: np.full(len(x), np.nan), "observable 'r' must be a number, got nan for 5 of 5 points"),
    ],
)
def test_bad_values_are_refused(observable, message):
    with pytest.raises(ValueError, match=message):
        iflow.Histograms(f, {"r": (observable, EDGES)})(np.full((5, 3), 0.5))


def refused(f=lambda x: x[:, 0], observable=lambda x: x[:, 1], region=2):
    with pytest.raises((TypeError, ValueError)) as caught:
        iflow.integrate(iflow.Histograms(f, {"y": (observable, [0.0, 0.5, 1.0])}), region, seed=1)
    return str(caught.value)


def test_what_is_no_distribution_is_refused_by_name():
    assert "'y' must be real" in refused(observable=lambda x: 1j * x[:, 1])
    assert "single integral, [n], got an array of shape (5, 2)" in refused(f=lambda x: x)
    assert "single integral, [n], got a dict" in refused(f=lambda x: {"a": x[:, 0]})
    named = {"a": (0, 1), "b": (0, 1)}
    told = refused(lambda a, b: a, lambda a: a, named)
    assert "'y' is called with the variables a, b by name, but got an unexpected keyword argument 'b'" in told


def test_observables_must_be_a_dict_and_edges_no_number():
    with pytest.raises(TypeError, match="observables must be a dict"):
        iflow.Histograms(lambda x: x[:, 0], (lambda x: x[:, 0], [0, 1]))
    with pytest.raises(ValueError, match="for equal bins give numpy"):
        iflow.Histograms(lambda x: x[:, 0], {"x": (lambda x: x[:, 0], 10)})


def test_functions_of_one_point_give_the_same_bins():
    edges = [0.0, 0.5, 1.0]
    many = iflow.Histograms(lambda x: x[:, 0] * x[:, 1], {"x": (lambda x: x[:, 0], edges)})
    one = iflow.Histograms(lambda x: float(x[0] * x[1]), {"x": (lambda x: x[0], edges)})
    first, second = (iflow.integrate(f, 2, seed=1, max_neval=3000) for f in (many, one))
    np.testing.assert_allclose(second["x"].mean, first["x"].mean, rtol=1e-12)
