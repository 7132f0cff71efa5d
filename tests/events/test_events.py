"""Events of an integrator: observables, names, statistics by name, and their mistakes."""

import numpy as np
import pytest

import iflow


def bell(x):
    return np.exp(-np.square(x - 0.4).sum(axis=1))


@pytest.fixture(scope="module")
def integrator():
    return iflow.Integrator(bell, 2, rtol=1e-2, seed=1, flow=False)


@pytest.fixture(scope="module")
def events(integrator):
    return integrator.sample(3_000, observables={"sum": lambda x: x.sum(axis=1), "both": lambda x: 2 * x})


def test_weights_have_the_integral_as_mean(events):
    assert events.integral == pytest.approx(events.weights.mean(), rel=1e-12)
    assert events.integral_sdev == pytest.approx(events.weights.std(ddof=1) / np.sqrt(3_000))
    assert 0 < events.ess <= len(events) == 3_000
    assert events.seed == 1
    assert str(events).startswith("3,000 weighted events in x0, x1\nintegral")


def test_observables_are_computed_at_the_points(events):
    assert np.array_equal(events.observables["sum"], events.points.sum(axis=1))
    assert events.observables["both"].shape == (3_000, 2)


def test_an_observable_is_a_function_values_or_a_name(events):
    expected = tuple(events.expectation("sum"))
    assert tuple(events.expectation(lambda x: x.sum(axis=1))) == expected
    assert tuple(events.expectation(events.points.sum(axis=1))) == expected
    parts = [events.expectation(name).mean for name in ("x0", "x1")]
    assert sum(parts) == pytest.approx(expected[0])
    assert events.stats("sum").mean.mean == expected[0]
    assert events.stats("sum", percentiles=[10]).percentiles.keys() == {10.0, 50.0}
    assert "median" not in str(events.stats("sum"))
    assert events.histogram("sum", 10).values.sum() == pytest.approx(events.integral)


def test_a_function_may_return_all_observables(integrator):
    events = integrator.unweight(500, observables=lambda x: {"a": x[:, 0] > 0.5, "b": x[:, 1]})
    assert events.observables["a"].dtype == bool
    assert 0 < events.expectation("a").mean < 1
    assert len(events.observables["b"]) == 500


def test_two_calls_give_different_events_and_a_seed_repeats_them(integrator):
    first, second = integrator.unweight(200), integrator.unweight(200)
    assert not np.isin(first.points, second.points).any()
    runs = [iflow.Integrator(bell, 2, rtol=1e-2, seed=5, flow=False) for _ in range(2)]
    for name in ("sample", "unweight"):
        a, b = (getattr(run, name)(300) for run in runs)
        assert np.array_equal(a.points, b.points)
        assert np.array_equal(a.weights, b.weights)


def test_events_do_not_eat_the_budget_of_the_measurement():
    options = {"rtol": 0.0, "max_neval": 10_000, "seed": 1, "flow": False}
    integrator = iflow.Integrator(bell, 2, **options)
    report = integrator.unweight(5_000).unweighting
    result, without = integrator.integrate(), iflow.integrate(bell, 2, **options)
    assert result.neval == without.neval + report.neval
    assert (result.mean, result.neval_measured) == (without.mean, without.neval_measured)


@pytest.mark.parametrize(
    ("observables", "error", "text"),
    [
        (3, TypeError, "observables must be a function from points"),
        ({"a": 3}, TypeError, "observables must be a function from points"),
        (lambda x: x[:, 0], TypeError, "return a dict of arrays"),
        ({"x0": lambda x: x[:, 0]}, ValueError, "'x0' is the name of a column already"),
        ({"weight": lambda x: x[:, 0]}, ValueError, "'weight' is the name of a column already"),
        ({"a": lambda x: 1.0}, ValueError, r"each of 10 points, got the shape \(\)"),
        ({"a": lambda x: x[:3, 0]}, ValueError, r"each of 10 points, got the shape \(3,\)"),
        ({"a": lambda x: 1j * x[:, 0]}, TypeError, "array of real numbers, got complex"),
    ],
)
def test_observables_that_are_none(integrator, observables, error, text):
    with pytest.raises(error, match=text):
        integrator.sample(10, observables=observables)


def test_a_mistake_in_an_observable_is_told_before_much_is_evaluated(integrator):
    before = integrator.neval
    with pytest.raises(IndexError):
        integrator.unweight(100_000, observables={"a": lambda x: x[:, 2]})
    assert integrator.neval - before <= 25_000


@pytest.mark.parametrize(
    ("g", "error", "text"),
    [
        ("summ", ValueError, "no observable 'summ', only x0, x1, sum, both"),
        ("both", ValueError, r"one number for each event, got an array of shape \(3000, 2\)"),
        (np.ones(3), ValueError, "each of 3000 points"),
        (np.full(3_000, np.nan), ValueError, "observable must be finite, got nan at x = "),
        (3.0, ValueError, "each of 3000 points"),
    ],
)
def test_an_observable_that_is_none(events, g, error, text):
    with pytest.raises(error, match=text):
        events.expectation(g)


@pytest.mark.parametrize("n", [0, -1])
def test_at_least_one_event(integrator, n):
    for make in (integrator.sample, integrator.unweight):
        with pytest.raises(ValueError, match="n must be an integer >= 1"):
            make(n)


def test_weights_too_large_for_a_float():
    integrator = iflow.Integrator(lambda x: np.full(len(x), 1e307), [(0.0, 1e3)], seed=1, flow=False)
    with pytest.raises(OverflowError, match="give f in larger units"):
        integrator.sample(100)


def test_weights_beyond_floats_are_refused_with_the_fix():
    integrator = iflow.Integrator(lambda x: -4000.0 - x[:, 0], 2, log=True, seed=1, max_neval=5_000)
    with pytest.raises(OverflowError, match=r"largest is exp\(-4000\).*return log\|f\| - \(-4000\)"):
        integrator.sample(100)


def test_unit_events_beyond_floats_have_no_integral_and_say_so():
    integrator = iflow.Integrator(lambda x: -4000.0 - x[:, 0], 2, log=True, seed=1, max_neval=5_000)
    events = integrator.unweight(500)
    assert np.isnan(events.integral)
    assert np.isnan(events.histogram("x0", [0.0, 0.5, 1.0]).values).all()
    assert "is outside of floats" in events.unweighting.warnings[-1]
    mean, sdev = events.expectation("x0")
    assert mean == pytest.approx(1.0 - 1.0 / (np.e - 1.0), abs=5 * sdev)


def test_events_of_several_integrals_are_called_those_of_their_norm(tmp_path):
    def several(x):
        return {"a": x[:, 0], "b": x[:, 1]}

    events = iflow.Integrator(several, 2, seed=1, max_neval=5_000).sample(10)
    events.save(tmp_path / "e.npz")
    assert "norm of integrals" in str(events)
    assert "norm" in str(iflow.Events.load(tmp_path / "e.npz"))
    one = iflow.Integrator(several, 2, seed=1, max_neval=5_000, component="b").sample(10)
    assert "norm" not in str(one)
    assert repr(one) == "<10 weighted events in x0, x1>"
