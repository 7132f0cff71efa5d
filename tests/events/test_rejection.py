"""Accept-reject: exact whatever the maximum, and honest about what it cost."""

import math

import numpy as np
import pytest

from iflow.events.rejection import maximum_for, unit_events
from iflow.events.unweight_options import UnweightOptions


def cubic(x):
    """Integral 1, mean 4/5, largest value 4."""
    return 4.0 * x[:, 0] ** 3


def unweight(source, n, **options):
    return unit_events(source, n, UnweightOptions(**options))


@pytest.mark.parametrize("n", [1, 7, 1_000, 200_000])
def test_there_are_exactly_n_events(source_of, n):
    events = unweight(source_of(cubic), n)
    assert events.points.shape == (n, 1)
    assert events.weights.shape == (n,)
    assert events.n_trials <= events.unweighting.neval - events.unweighting.n_pilot


@pytest.mark.parametrize("quantile", [0.3, 0.9, 0.999, 1.0])
def test_events_have_the_density_of_f_whatever_the_maximum(source_of, quantile):
    """Moments 1 to 3 and the integral, 16 numbers within 4.5 errors: false-alarm rate 1e-4."""
    events = unweight(source_of(cubic), 40_000, max_quantile=quantile)
    for power in (1, 2, 3):
        found = events.expectation(lambda x, power=power: x[:, 0] ** power)
        assert abs(found.mean - 4 / (4 + power)) < 4.5 * found.sdev
    assert abs(events.integral - 1.0) < 4.5 * events.integral_sdev


def test_unit_weights_without_the_overweights_would_be_wrong(source_of):
    events = unweight(source_of(cubic), 40_000, max_quantile=0.3)
    assert abs(events.points.mean() - 0.8) > 10 * events.expectation("x0").sdev


def test_the_maximum_leaves_the_share_asked_for_above(source_of):
    """Weights 4 u^3: a share 1 - (m/4)^(4/3) of the integral lies above m."""
    report = unweight(source_of(cubic), 200_000, max_quantile=0.9).unweighting
    assert report.maximum == pytest.approx(4 * 0.9**0.75, rel=0.01)
    # Seven standard errors of a share of 0.1.
    assert report.overweight_integral == pytest.approx(0.1, abs=0.005 + 0.002)
    assert 1.0 < report.largest_overweight <= 4.0 / report.maximum


@pytest.mark.parametrize(
    ("quantile", "expected"), [(1.0, 8.0), (0.5, 8.0), (8 / 16, 8.0), (0.45, 4.0), (0.2, 2.0), (0.01, 1.0)]
)
def test_the_maximum_of_few_weights(quantile, expected):
    """Of 1, 2, 4, 8 and a zero: shares up to each are 1/15, 3/15, 7/15, 1."""
    with np.errstate(divide="ignore"):
        log_weight = np.log(np.array([4.0, 1.0, 0.0, 8.0, 2.0]))
    assert math.exp(maximum_for(log_weight, quantile)) == pytest.approx(expected)


def test_efficiency_is_what_is_accepted(source_of):
    """E min(1, w/m) in closed form; five errors of 60,000 tries with probability 1/4."""
    events = unweight(source_of(cubic), 60_000, max_quantile=0.9)
    report = events.unweighting
    edge = (report.maximum / 4) ** (1 / 3)
    exact = edge**4 / report.maximum + 1 - edge
    assert report.efficiency == pytest.approx(exact, rel=0.01)
    assert len(events) / events.n_trials == pytest.approx(exact, rel=0.02)
    assert report.effective_efficiency == pytest.approx(report.efficiency * events.ess / len(events))
    assert 0.9 < report.effective_efficiency / report.efficiency < 1.0


def test_the_sign_of_f_is_kept(source_of):
    """f = x - 1/4: a tenth of |f| is negative; integral 1/4, first moment 5/24."""
    events = unweight(source_of(lambda x: x[:, 0] - 0.25), 50_000, max_quantile=1.0)
    report = events.unweighting
    assert set(np.unique(events.weights)) <= {-1.0, 1.0} | set(events.weights[np.abs(events.weights) > 1])
    assert np.array_equal(events.weights < 0, events.points[:, 0] < 0.25)
    assert report.negative_events == pytest.approx(0.1, abs=0.007)
    assert report.cancellation == pytest.approx(0.8**2, abs=0.02)
    found = events.expectation("x0")
    assert abs(found.mean - 5 / 6) < 4.5 * found.sdev
    assert abs(events.integral - 0.25) < 4.5 * events.integral_sdev


def test_equal_weights_are_all_accepted(source_of):
    events = unweight(source_of(lambda x: np.full(len(x), 0.3)), 5_000)
    assert np.all(events.weights == 1.0)
    assert events.unweighting.efficiency == pytest.approx(1.0)
    assert events.unweighting.warnings == ()


@pytest.mark.parametrize("scale", [1e-300, 1e300])
def test_tiny_and_huge_integrands(source_of, scale):
    events = unweight(source_of(lambda x: scale * cubic(x)), 1_000)
    assert events.unweighting.efficiency == pytest.approx(0.25, rel=0.1)
    assert events.integral == pytest.approx(scale, rel=0.1)


def test_the_same_seed_gives_the_same_events(source_of):
    first, again, other = (unweight(source_of(cubic, seed=seed), 500) for seed in (1, 1, 2))
    assert np.array_equal(first.points, again.points)
    assert not np.array_equal(first.points, other.points)


def test_zero_everywhere_is_refused(source_of):
    with pytest.raises(ValueError, match="f was 0 at all 2,000 pilot points"):
        unweight(source_of(lambda x: 0.0 * x[:, 0]), 10)


def test_a_hopeless_efficiency_is_told_before_it_is_tried(source_of):
    calls = []

    def narrow(x):
        calls.append(len(x))
        return np.exp(-(((x[:, 0] - 0.5) / 1e-3) ** 2))

    with pytest.raises(ValueError, match=r"100,000 events would take about [5-7]\d,\d{3},\d{3} evaluations"):
        unweight(source_of(narrow), 100_000, max_quantile=1.0, max_neval=1_000_000)
    assert sum(calls) == 25_000


def test_a_budget_that_runs_out_on_the_way_ends_it(source_of):
    """The pilot sees values that are all alike, what comes later is mostly 0."""
    n_calls = 0

    def changing(x):
        nonlocal n_calls
        n_calls += len(x)
        return np.where(x[:, 0] < (1.0 if n_calls <= 2_000 else 1e-4), 1.0, 0.0)

    with pytest.raises(ValueError, match="at most 50,000 are allowed"):
        unweight(source_of(changing), 4_000, max_neval=50_000)
    assert n_calls == 50_000


def test_a_tail_that_the_pilot_missed_is_told(source_of):
    def spiked(x):
        return np.where(x[:, 0] < 2e-3, 1_000.0, 1.0)

    events = unweight(source_of(spiked, seed=3), 20_000, n_pilot=50)
    assert any("missed the tail" in text for text in events.unweighting.warnings)
    assert abs(events.expectation(lambda x: x[:, 0] < 2e-3).mean - 2 / 3) < 0.2


@pytest.mark.parametrize(
    ("options", "error", "text"),
    [
        ({"max_quantile": 0.0}, ValueError, "max_quantile must be the share"),
        ({"max_quantile": 1.1}, ValueError, "max_quantile must be the share"),
        ({"n_pilot": 0}, ValueError, "n_pilot must be an integer >= 1"),
        ({"max_neval": 1.5}, TypeError, "max_neval must be an integer >= 1"),
        ({"max_neval": 2_000}, ValueError, "must be more than the 2,000 points of the pilot"),
    ],
)
def test_options_out_of_range(source_of, options, error, text):
    with pytest.raises(error, match=text):
        unweight(source_of(cubic), 100, **options)


def test_the_report_says_it_in_words(source_of):
    text = str(unweight(source_of(lambda x: x[:, 0] - 0.25), 1_000))
    for words in (
        "1,000 unweighted events in x0",
        "unweighting efficiency",
        "negative events",
        "2,000 of them",
    ):
        assert words in text
