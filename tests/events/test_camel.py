"""Unweighted events of the camel in four dimensions against exact draws: a two-sample test.

Kolmogorov and Smirnov's statistic on 22 projections, see `benchmarks.camel_events`, at a level of 1e-4 / 22
each: the false-alarm rate of a whole test is below 1e-4.
"""

import numpy as np
import pytest

import iflow
import integrands
from benchmarks.camel_events import exact_draws, p_value

N, LEVEL = 100_000, 1e-4
CAMEL = integrands.get("camel", dim=4)


@pytest.fixture(scope="module")
def integrator():
    return iflow.Integrator(CAMEL, 4, rtol=1e-3, seed=1, flow=False)


@pytest.fixture(scope="module")
def reference():
    return exact_draws(N, 4, seed=2)


@pytest.mark.parametrize("quantile", [0.999, 0.7])
def test_events_pass_and_what_they_cost_is_true(integrator, reference, quantile):
    events = integrator.unweight(N, max_quantile=quantile)
    assert len(events) == N
    assert p_value(events.points, events.weights, reference) > LEVEL
    report = events.unweighting
    fresh = np.abs(integrator.sample(200_000).weights) / report.maximum
    assert report.efficiency == pytest.approx(np.minimum(fresh, 1.0).mean(), rel=0.05)
    assert N / events.n_trials == pytest.approx(report.efficiency, rel=0.05)
    kish = fresh.mean() ** 2 / (fresh * np.maximum(fresh, 1.0)).mean()
    assert report.effective_efficiency == pytest.approx(kish, rel=0.05)
    assert abs(events.integral - CAMEL.exact) < 4 * events.integral_sdev


def test_the_test_sees_overweights_that_were_cut(integrator, reference):
    events = integrator.unweight(N, max_quantile=0.7)
    assert p_value(events.points, np.ones(N), reference) < 1e-3 * LEVEL


def test_the_test_sees_points_that_were_not_rejected(integrator, reference):
    events = integrator.sample(N)
    assert p_value(events.points, np.ones(N), reference) < 1e-3 * LEVEL
    assert p_value(events.points, events.weights, reference) > LEVEL


def test_the_test_sees_nothing_between_exact_draws(reference):
    assert p_value(exact_draws(N, 4, seed=3), np.ones(N), reference) > LEVEL


def test_half_of_the_exact_draws_against_the_other_half_is_uniform():
    """p of two samples of one density: of 100 at most 5 below 0.01, false-alarm rate 6e-4 or less."""
    draws = [exact_draws(1_000, 4, seed=seed) for seed in range(200)]
    p = np.array([p_value(a, np.ones(1_000), b) for a, b in zip(draws[::2], draws[1::2], strict=True)])
    assert (p < 0.01).sum() <= 5
    assert p.min() > 1e-5
    assert np.median(p) > 0.3
