"""The weights, their squares and the law of their tail."""

import numpy as np
import pytest

from iflow.plots.weights import _pareto_shares, weights
from iflow.statistics.tail import LargestWeights, tail_size
from iflow.statistics.weight_histogram import WeightHistogrammer


def pareto_result(make_result, index, n=100_000, n_zero=500):
    """Weights of a generalised Pareto law, index > 0."""
    uniform = np.random.default_rng(3).random(n)
    log_weight = np.append(np.log1p((uniform**-index - 1.0) / index), np.full(n_zero, -np.inf))
    histogrammer, largest = WeightHistogrammer(), LargestWeights()
    histogrammer.add(log_weight)
    largest.add(log_weight)
    return make_result(
        weight_histogram=histogrammer.histogram(float(np.exp(log_weight).mean())),
        tail_index=largest.tail_index(),
    )


def labels(panel):
    return panel.get_legend_handles_labels()[1]


@pytest.mark.parametrize(("index", "words"), [(0.25, "finite variance"), (0.9, "heavy: do not trust")])
def test_the_tail_is_marked_and_named(index, words, make_result):
    result = pareto_result(make_result, index)
    (panel,) = weights(result).axes
    assert any(f"Pareto index {result.tail_index:.2f} ({words}" in label for label in labels(panel))
    assert f"tail: the largest {tail_size(100_000):,}" in labels(panel)
    assert "500 of 100,500 points have f = 0" in labels(panel)


def test_the_threshold_has_the_tail_beyond_it(make_result):
    result = pareto_result(make_result, 0.25)
    (panel,) = weights(result).axes
    (line,) = (line for line in panel.lines if line.get_label().startswith("tail: the largest"))
    histogram = result.weight_histogram
    beyond = histogram.counts[histogram.edges[:-1] >= line.get_xdata()[0] * (1 - 1e-9)].sum()
    assert tail_size(100_000) <= beyond < 2 * tail_size(100_000)


@pytest.mark.parametrize("index", [-0.3, 0.0, 0.4, 1.2])
def test_the_law_with_the_median_of_its_own_counts_gives_them_back(index):
    survival = np.linspace(1.0, 0.0, 401)[:-1]
    edges = 5.0 + (-np.log(survival) if index == 0.0 else (survival**-index - 1.0) / index)
    counts = np.full(399, 1_000)
    np.testing.assert_allclose(_pareto_shares(counts, edges, index), 1.0 / 400.0, rtol=0.03)


def test_squares_tell_where_the_variance_is(make_result):
    (panel,) = weights(pareto_result(make_result, 0.25)).axes
    points, squares = (patch.get_data().values for patch in panel.patches)
    assert squares.sum() == pytest.approx(1.0)
    assert np.average(np.arange(len(points)), weights=points) < np.average(
        np.arange(len(points)), weights=squares
    )
    assert points.sum() == pytest.approx(100_000 / 100_500)


@pytest.mark.parametrize(
    ("index", "words"), [(-np.inf, "tail: bounded"), (np.nan, "tail: too few points to tell")]
)
def test_no_law_is_drawn_where_there_is_none(index, words, make_result):
    (panel,) = weights(make_result(tail_index=index)).axes
    assert words in labels(panel)
    assert not any("Pareto" in label for label in labels(panel))
