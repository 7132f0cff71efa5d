"""Several integrals in a measurement: errors from replicates or from points, and when each is taken."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from iflow.component_diagnostics import component_doubts
from iflow.engine.component_measurement import ComponentMeasurement
from iflow.layout import Layout
from iflow.options import Target
from iflow.several.counted import Counted
from iflow.statistics.spread import spread

LAYOUT = Layout.of(np.ones((1, 3)), 1)


def weights_of(n=16 * 64, seed=1):
    rng = np.random.default_rng(seed)
    return rng.normal([1.0, 2.0, 3.0], [0.1, 0.5, 2.0], (n, 3)) @ np.array(
        [[1, 0, 0], [0.5, 1, 0], [0, 0, 1.0]]
    )


def measure(rounds, *, nets=True, correlate=True, counted=None):
    measurement = ComponentMeasurement(3, counted or Counted(LAYOUT), nets=nets, correlate=correlate)
    for weights in rounds:
        rows = weights.reshape(-1, 3)
        measurement.add(rows, [(replicate, len(rows) // 16) for replicate in range(16)])
        measurement.close_round()
    return measurement


def test_nets_tell_errors_by_their_spread():
    weights = weights_of()
    found = measure([weights]).result()
    apart = spread(np.full(16, 64.0), weights.reshape(16, 64, 3).mean(axis=1))
    assert_allclose(found.found.sdev, apart.sdev, rtol=1e-12)
    assert_allclose(found.deviations, apart.deviations, rtol=1e-9, atol=1e-15)
    assert_allclose(found.found.mean, weights.mean(axis=0))


def test_independent_points_tell_errors_by_their_variance():
    weights = weights_of()
    found = measure([weights], nets=False).result()
    assert found.deviations is None
    assert_allclose(found.found.covariance, np.cov(weights.T) / len(weights))
    assert_allclose(found.found.sdev, weights.std(axis=0, ddof=1) / np.sqrt(len(weights)))


def test_rounds_in_parts_are_the_whole():
    weights = weights_of().reshape(16, 64, 3)
    whole = measure([weights]).result()
    halves = measure([weights[:, :32].copy(), weights[:, 32:].copy()]).result()
    assert_allclose(halves.found.sdev, whole.found.sdev, rtol=1e-9)
    assert (whole.dof, halves.dof) == (0, 1)
    assert np.all(halves.q_value > 1e-3)


def test_rounds_that_contradict_each_other_are_told_component_by_component():
    first, second = weights_of(seed=1), weights_of(seed=2) + np.array([0.0, 0.5, 0.0])
    found = measure([first, second]).result()
    assert found.q_value[1] < 1e-4
    assert np.all(found.q_value[[0, 2]] > 1e-3)


def test_the_excess_is_that_of_who_counts():
    target, rounds = Target(rtol=1e-3), [weights_of()]
    each = [measure(rounds, counted=Counted(LAYOUT, k)).excess(target) for k in range(3)]
    assert measure(rounds).excess(target) == max(each)
    assert len(set(each)) == 3


def test_nothing_measured_is_no_error():
    found = ComponentMeasurement(3, Counted(LAYOUT), nets=True, correlate=True)
    assert found.excess(Target()) == np.inf
    assert found.result().found.n == 0


@pytest.mark.parametrize("k", [1, 33])
def test_tails_are_looked_at_where_there_are_not_too_many(k):
    layout = Layout.of(np.ones((1, k)), 1)
    measurement = ComponentMeasurement(k, Counted(layout), nets=True, correlate=True)
    measurement.add(np.random.default_rng(3).pareto(1.25, (10_000, k)), [(0, 10_000)])
    index = measurement.result().tail_index
    assert len(index) == k
    assert np.isnan(index).all() if k > 32 else index[0] > 0.6


def test_replicates_that_lie_together_by_chance_where_f_is_cut_off_are_doubted():
    # 1 of 16 replicates has a point more in the first bin, none has in the second: nobody can tell whether
    # that was about to happen. The third is not cut off, and as even as it looks.
    weights = np.ones((16, 64, 3)) + 1e-9 * np.random.default_rng(1).normal(size=(16, 64, 3))
    weights[:, 20:, :2] = 0.0
    weights[3, 20, 0] = 1.0
    found = measure([weights]).result()
    reasons = component_doubts(found, [None] * 3, 0.0)
    assert [len(each) for each in reasons] == [0, 1, 0]
    assert "lie closer together than a single point more" in reasons[1][0]
    assert component_doubts(measure([weights], nets=False).result(), [None] * 3, 0.0) == ((), (), ())
