"""The distribution of weights, as a stream fills it."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from iflow.statistics.weight_histogram import WeightHistogrammer


def histogram_of(*batches, mean=None):
    histogrammer = WeightHistogrammer()
    for batch in batches:
        with np.errstate(divide="ignore"):
            histogrammer.add(np.log(np.abs(batch)))
    return histogrammer.histogram(np.mean(np.concatenate(batches)) if mean is None else mean)


def test_counts_are_those_of_numpy():
    weight = np.random.default_rng(1).lognormal(sigma=1.5, size=5000)
    histogram = histogram_of(weight)
    expected, _ = np.histogram(weight / weight.mean(), histogram.edges)
    assert histogram.counts.sum() == 5000
    # A weight within rounding of an edge may fall on either side.
    assert np.abs(histogram.counts - expected).sum() <= 2


def test_bins_are_even_in_the_logarithm():
    edges = histogram_of(np.array([1.0, 2.0, 3.0])).edges
    assert len(edges) == 18 * 20 + 1
    assert_allclose(np.diff(np.log10(edges)), 0.05)
    # From 12 decades below the mean to 6 above, as near as bins that never change come to that.
    assert np.all(np.abs(np.log10(edges[[0, -1]]) - [-12.0, 6.0]) <= 0.05)


@pytest.mark.parametrize("cuts", [[1], [400, 400, 999], range(1000)], ids=str)
@pytest.mark.parametrize("order", [1, -1])
def test_a_stream_counts_what_one_batch_counts(cuts, order):
    weight = np.random.default_rng(2).lognormal(sigma=5.0, size=1000)
    weight[::9] = 0.0
    whole, parts = histogram_of(weight, mean=2.0), histogram_of(*np.split(weight, cuts)[::order], mean=2.0)
    assert_array_equal(whole.counts, parts.counts)
    assert_array_equal(whole.edges, parts.edges)
    assert whole.n_zero == parts.n_zero == 112


def test_the_bins_do_not_depend_on_the_order_where_they_are_too_many_to_be_kept():
    # Over 87,000 decades, as logarithms may be: those far below the largest one share a bin.
    rng = np.random.default_rng(4)
    batches = [rng.uniform(-2e5, high, size=200) for high in (-1e5, 1e3, 0.0, -5e4)]
    states = []
    for order in ([0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2]):
        histogrammer = WeightHistogrammer()
        for number in order:
            histogrammer.add(batches[number])
        states.append(vars(histogrammer))
    for state in states:
        assert len(state["_bins"]) < 2**14
        assert state["_counts"].sum() == 800
        assert_array_equal(state["_bins"], states[0]["_bins"])
        assert_array_equal(state["_counts"], states[0]["_counts"])
    assert states[0]["_counts"][0] > 700


def test_logarithms_beyond_integers_are_counted():
    histogrammer = WeightHistogrammer()
    histogrammer.add(np.array([-1e300, 0.0, 1e300]))
    assert histogrammer.histogram(1.0, log_unit=1e15).counts.sum() == 3


@pytest.mark.parametrize("log_unit", [0.0, 700.0, -4000.0])
def test_equal_weights_that_are_powers_of_ten_stay_together(log_unit):
    histogrammer = WeightHistogrammer()
    histogrammer.add(round(log_unit / math.log(10.0)) * math.log(10.0) + 1e-12 * np.arange(-50, 50))
    assert np.count_nonzero(histogrammer.histogram(1.0, log_unit).counts) == 1


def test_edges_are_in_units_of_the_mean():
    histogram = histogram_of(np.full(100, 3.0), mean=-1.5)
    low, high = histogram.edges[:-1], histogram.edges[1:]
    bin_ = int(np.flatnonzero(histogram.counts)[0])
    assert histogram.counts[bin_] == 100
    assert low[bin_] * (1 - 1e-9) <= 2.0 <= high[bin_] * (1 + 1e-9)


def test_zeros_are_counted_apart():
    histogram = histogram_of(np.array([0.0, 0.0, 1.0]), np.zeros(4), np.array([2.0, 0.0]))
    assert histogram.n_zero == 7
    assert histogram.counts.sum() == 2


def test_the_outermost_bins_take_the_rest():
    histogram = histogram_of(np.ones(10), np.array([1e-250, 1e-20, 1e20, 1e200, 1e201]), mean=1.0)
    assert histogram.counts[0] == 2
    assert histogram.counts[-1] == 3


@pytest.mark.parametrize("scale", [1e-300, 1.0, 1e300])
def test_no_scale_is_too_small_or_too_large(scale):
    weight = np.random.default_rng(3).lognormal(size=1000)
    histogram = histogram_of(weight * scale)
    unit = histogram_of(weight)
    assert_allclose(histogram.edges, unit.edges, rtol=1e-9)
    assert np.abs(histogram.counts - unit.counts).sum() <= 2


@pytest.mark.parametrize(
    ("batches", "mean"), [([], 0.0), ([np.zeros(5)], 0.0), ([np.array([1.0, -1.0])], 0.0)]
)
def test_empty_where_there_is_no_unit(batches, mean):
    histogrammer = WeightHistogrammer()
    for batch in batches:
        with np.errstate(divide="ignore"):
            histogrammer.add(np.log(np.abs(batch)))
    histogram = histogrammer.histogram(mean)
    assert (len(histogram.edges), len(histogram.counts)) == (0, 0)
    assert histogram.n_zero == sum(int((batch == 0).sum()) for batch in batches)


def test_later_batches_leave_an_earlier_histogram_alone():
    histogrammer = WeightHistogrammer()
    histogrammer.add(np.zeros(10))
    early = histogrammer.histogram(1.0)
    histogrammer.add(np.full(5, math.log(2.0)))
    assert early.counts.sum() == 10
