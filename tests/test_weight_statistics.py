"""What is kept of a stream of weights, against what its parts keep of all of them at once."""

import math
import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from iflow import archive
from iflow.batch import Batch
from iflow.statistics.tail import LargestWeights
from iflow.weight_statistics import NO_FLOORS, WeightStatistics

N = 5_000


@pytest.fixture
def batch():
    """Weights of both signs, f / q, a tenth of them 0."""
    rng = np.random.default_rng(21)
    sign = rng.choice([-1.0, 0.0, 1.0], p=[0.2, 0.1, 0.7], size=N)
    log_f = np.where(sign == 0.0, -np.inf, rng.normal(size=N))
    points = rng.random((N, 2))
    return Batch(points, points, sign, log_f, rng.normal(size=N))


def statistics_of(batch, cuts=()):
    statistics = WeightStatistics()
    for start, end in zip([0, *cuts], [*cuts, N], strict=True):
        statistics.add(batch.rows(start, end))
    return statistics


@pytest.mark.parametrize("cuts", [(), (1_000,), (1_000, 1_000, 1_001, 4_999)])
def test_a_stream_of_batches_keeps_what_one_batch_does(batch, cuts):
    statistics = statistics_of(batch, cuts)
    weight = batch.sign * np.exp(batch.log_f - batch.log_q)
    estimate = statistics.estimate()
    assert (estimate.n, estimate.n_nonzero) == (N, np.count_nonzero(weight))
    assert_allclose(estimate.mean, weight.mean(), rtol=1e-11)
    assert_allclose(estimate.sdev, weight.std(ddof=1) / math.sqrt(N), rtol=1e-11)
    largest = LargestWeights()
    largest.add(batch.log_weight)
    assert statistics.tail_index() == largest.tail_index()


@pytest.mark.parametrize("cuts", [(), (1_000,), (1_000, 1_000, 1_001, 4_999), tuple(range(100, N, 100))])
def test_adding_is_merging_what_the_batch_comes_to(batch, cuts):
    merged, floors = WeightStatistics(), NO_FLOORS
    for start, end in zip([0, *cuts], [*cuts, N], strict=True):
        rows = batch.rows(start, end)
        merged.merge(pickle.loads(pickle.dumps(WeightStatistics.of(rows, floors))))
        floors = merged.floors if start > N // 2 else floors  # now and then that of before
    assert archive.to_json(merged) == archive.to_json(statistics_of(batch, cuts))


def test_the_histogram_is_in_units_of_the_mean(batch):
    statistics = statistics_of(batch, (1_000,))
    histogram = statistics.histogram()
    weight = np.exp(batch.log_weight) / abs(statistics.estimate().mean)
    expected, _ = np.histogram(weight, histogram.edges)
    assert histogram.n_zero == np.sum(weight == 0.0)
    assert histogram.counts.sum() == N - histogram.n_zero
    # A weight within rounding of an edge may fall on either side.
    assert np.abs(histogram.counts - expected).sum() <= 2


def test_before_there_is_a_weight():
    statistics = WeightStatistics()
    assert (statistics.estimate().n, statistics.estimate().sdev) == (0, math.inf)
    assert math.isnan(statistics.tail_index())
    assert_array_equal(statistics.histogram().counts, [])
