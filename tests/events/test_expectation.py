"""Errors of expectation values, moments, percentiles and bins: are they what they claim to be?

Samples of 4,000 events are drawn 400 times. The mean square of 400 normal pulls lies within 1 +- 0.3 but
for a probability of 1e-4 a number.
"""

import math

import numpy as np
import pytest

from iflow.events.expectation import effective_size, expectation, from_influence
from iflow.events.histogram import histogram
from iflow.events.stats import stats

REPEATS, N = 400, 4_000


def exponential_events(rng):
    """Uniform points of [0, 12] with weights of exp(-x), cut at 12."""
    x = 12 * rng.random(N)
    return 12 * np.exp(-x), x


def signed_events(rng):
    """f = x - 1/4 on the unit interval."""
    x = rng.random(N)
    return x - 0.25, x


def unit_exponential_events(rng):
    return np.ones(N), rng.standard_exponential(N)


def mean_square_pull(estimates, exact):
    return np.mean([((found.mean - exact) / found.sdev) ** 2 for found in estimates])


@pytest.fixture(scope="module")
def samples():
    rng = np.random.default_rng(7)
    return {
        make.__name__: [make(rng) for _ in range(REPEATS)]
        for make in (exponential_events, signed_events, unit_exponential_events)
    }


@pytest.mark.parametrize(
    ("name", "g", "exact"),
    [
        ("exponential_events", lambda x: x, 1.0),
        ("exponential_events", lambda x: np.exp(-x), 0.5),
        ("signed_events", lambda x: x, 5 / 6),
        ("unit_exponential_events", lambda x: x > 1, math.exp(-1)),
    ],
)
def test_errors_of_expectation_values(samples, name, g, exact):
    found = [expectation(w, g(x).astype(float)) for w, x in samples[name]]
    assert 0.7 < mean_square_pull(found, exact) < 1.3
    assert all(e.reliable for e in found)


@pytest.mark.parametrize("name", ["exponential_events", "unit_exponential_events"])
def test_errors_of_moments_and_percentiles(samples, name):
    found = [stats(w, x, (16.0, 84.0)) for w, x in samples[name]]
    for pick, exact in (
        (lambda s: s.mean, 1.0),
        (lambda s: s.deviation, 1.0),
        (lambda s: s.median, math.log(2)),
        (lambda s: s.percentiles[16.0], -math.log(0.84)),
        (lambda s: s.percentiles[84.0], -math.log(0.16)),
    ):
        assert 0.7 < mean_square_pull([pick(s) for s in found], exact) < 1.35


def test_skew_and_kurtosis_of_a_normal_distribution():
    rng = np.random.default_rng(8)
    found = [stats(np.ones(N), rng.standard_normal(N), ()) for _ in range(REPEATS)]
    assert 0.7 < mean_square_pull([s.skew for s in found], 0.0) < 1.3
    assert 0.7 < mean_square_pull([s.kurtosis for s in found], 0.0) < 1.4
    # sqrt(6/n) and sqrt(24/n), the textbook's
    assert found[0].skew.sdev == pytest.approx(math.sqrt(6 / N), rel=0.15)
    assert found[0].kurtosis.sdev == pytest.approx(math.sqrt(24 / N), rel=0.3)


def test_skew_and_kurtosis_of_a_skewed_distribution():
    """Exponential: skew 2, excess 6."""
    x = np.random.default_rng(9).standard_exponential(500_000)
    found = stats(np.ones(len(x)), x, ())
    assert abs(found.skew.mean - 2) < 4.5 * found.skew.sdev < 0.4
    assert abs(found.kurtosis.mean - 6) < 4.5 * found.kurtosis.sdev < 4.0


@pytest.mark.parametrize(
    ("name", "edges", "exact"),
    [
        ("exponential_events", [0.0, 1.0, 3.0], [1 - math.exp(-1), math.exp(-1) - math.exp(-3)]),
        ("signed_events", [0.0, 0.5, 1.0], [0.0, 0.25]),
    ],
)
def test_errors_of_bins(samples, name, edges, exact):
    pulls = []
    for w, x in samples[name]:
        h = histogram(w, x, edges, integral=w.mean(), n_trials=N)
        pulls.append((h.values - exact) / h.sdev)
        assert h.values.sum() + h.below + h.above == pytest.approx(w.mean(), rel=1e-12)
    assert np.all(np.abs(np.mean(np.square(pulls), axis=0) - 1) < 0.3)


def test_errors_of_bins_of_unweighted_events(source_of):
    """Values scale with the integral of all points that were tried; errors may be 10% large, not small."""
    from iflow.events.rejection import unit_events
    from iflow.events.unweight_options import UnweightOptions

    edges = np.array([0.0, 0.6, 0.9, 1.0])
    pulls = []
    for seed in range(200):
        events = unit_events(source_of(lambda x: 4 * x[:, 0] ** 3, seed=seed), 500, UnweightOptions())
        h = events.histogram("x0", edges)
        pulls.append((h.values - np.diff(edges**4)) / h.sdev)
    assert np.all(np.mean(np.square(pulls), axis=0) < 1.4)
    assert np.all(np.mean(np.square(pulls), axis=0) > 0.4)


def test_bins_hold_their_left_edge_and_the_last_one_both():
    h = histogram(np.ones(5), np.array([0.0, 1.0, 2.0, 2.5, -1.0]), [0.0, 1.0, 2.0], integral=5.0, n_trials=5)
    assert h.counts.tolist() == [1, 2]
    assert (h.below, h.above) == (1.0, 1.0)
    assert h.centres.tolist() == [0.5, 1.5]
    wide = histogram(np.ones(2), np.array([0.0, 4.0]), 2, integral=6.0, n_trials=2)
    assert wide.edges.tolist() == [0.0, 2.0, 4.0]
    assert wide.density.tolist() == [1.5, 1.5]


@pytest.mark.parametrize("bins", [0, [1.0], [0.0, 0.0], [1.0, 0.5]])
def test_bins_that_are_none(bins):
    with pytest.raises(ValueError, match="bins must be"):
        histogram(np.ones(2), np.array([0.0, 4.0]), bins, integral=6.0, n_trials=2)


def test_few_events_and_zeros_are_doubted():
    x = np.arange(2_000.0)
    few = expectation(np.ones(2_000), (x < 10).astype(float))
    assert not few.reliable
    assert "40 effective events" in few.warnings[0]
    assert str(few) == "0.0050(16) [unreliable]"
    assert expectation(np.ones(2_000), np.zeros(2_000)).sdev == math.inf
    assert expectation(np.ones(2_000), np.full(2_000, 3.0)).sdev == 0.0
    assert expectation(np.ones(1), np.ones(1)).sdev == math.inf
    # Events of both signs whose sum is hardly above 0.
    assert "denominator" in expectation(np.where(x % 2, 1.0, -0.99), x).warnings[-1]


def test_percentiles_beyond_the_events_tell_no_error():
    found = stats(np.ones(50), np.arange(50.0), (0.1,))
    assert found.percentiles[0.1].sdev == math.inf
    with pytest.raises(ValueError, match="between 0 and 100"):
        stats(np.ones(50), np.arange(50.0), (100.0,))


def test_an_observable_that_does_not_vary():
    found = stats(np.ones(500), np.full(500, 2.0), ())
    assert tuple(found.deviation) == (0.0, 0.0)
    assert math.isnan(found.skew.mean)
    assert found.median.mean == 2.0


def test_units_do_not_matter():
    rng = np.random.default_rng(3)
    w, x = exponential_events(rng)
    for scale in (1e-300, 1e300):
        assert tuple(expectation(scale * w, x)) == pytest.approx(tuple(expectation(w, x)))
    assert effective_size(1e-300 * w) == pytest.approx(effective_size(w))
    assert from_influence(w, 1.0, x).mean == 1.0


def test_all_weights_zero():
    with pytest.raises(ValueError, match="f was 0 at every point"):
        expectation(np.zeros(5), np.ones(5))
