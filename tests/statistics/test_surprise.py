"""The test of whether rounds agree: uniform where they do, small where they do not."""

import numpy as np
import pytest
from scipy.stats import ttest_1samp

from iflow.statistics.surprise import Surprise


def surprise_of(*rounds):
    """Adds rounds of replicate means, [replicates, ...], each compared with all of those before."""
    surprise = Surprise()
    for count in range(1, len(rounds)):
        surprise.add(rounds[count] - np.mean(rounds[:count], axis=0))
    return surprise


def independent(rng):
    return rng.normal(1.0, 0.3, (4, 16))


def anti_correlated(rng):
    """Halves of nets: the second makes up for what the first missed."""
    first = rng.normal(0.0, 0.3, 16)
    second = -0.95 * first + rng.normal(0.0, 0.05, 16)
    return 1.0 + np.stack([first, second])


def positive(rng):
    return 1e-200 * (1.0 + np.cumsum(rng.normal(0.0, 0.1, (2, 16)), axis=0))


@pytest.mark.parametrize("draw", [independent, anti_correlated, positive])
def test_q_is_uniform_where_rounds_agree(draw):
    # Kolmogorov's distance of 2,000 values from uniform, below 2.3 / sqrt(n): a false alarm for 1 seed in
    # 20,000; seeds are fixed.
    rng = np.random.default_rng(31)
    q = np.sort([surprise_of(*draw(rng)).probability() for _ in range(2000)])
    steps = np.arange(2001) / 2000
    assert max(np.abs(q - steps[1:]).max(), np.abs(q - steps[:-1]).max()) < 2.3 / np.sqrt(2000)


def test_q_of_two_rounds_is_that_of_students_t():
    first, second = np.random.default_rng(2).normal(1.0, 0.3, (2, 16))
    expected = ttest_1samp(second - first, 0.0).pvalue
    assert surprise_of(first, second).probability() == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(("shift", "low", "high"), [(0.0, 1e-4, 1.0), (1.0, 0.0, 1e-4), (-1e9, 0.0, 1e-12)])
def test_q_is_small_where_rounds_shift(shift, low, high):
    # A shift of 1 is 9 standard errors of the difference; 15 degrees of freedom make 1e-6 of it.
    first, second = np.random.default_rng(2).normal(1.0, 0.3, (2, 16))
    assert low <= surprise_of(first, second + shift).probability() <= high


def test_every_round_but_the_first_adds_a_degree_of_freedom():
    rounds = np.random.default_rng(3).normal(1.0, 0.3, (5, 16))
    surprises = [surprise_of(*rounds[: count + 1]) for count in range(5)]
    assert [surprise.dof for surprise in surprises] == [0, 1, 2, 3, 4]
    assert np.all(np.diff([surprise.chi2 for surprise in surprises]) > 0.0)


@pytest.mark.parametrize(
    "changes", [np.empty(0), np.ones(7), np.zeros(16)], ids=["no round", "too few", "all the same"]
)
def test_nothing_to_compare_is_no_surprise(changes):
    surprise = Surprise()
    surprise.add(changes)
    assert (surprise.chi2, surprise.dof, surprise.probability()) == (0.0, 0, 1.0)


def test_several_integrals_are_each_compared_as_alone():
    rounds = np.random.default_rng(6).normal(1.0, 0.3, (3, 16, 4))
    rounds[:, :, 3] = 0.0
    together = surprise_of(*rounds)
    alone = [surprise_of(*rounds[:, :, k]) for k in range(4)]
    assert together.chi2 == pytest.approx([surprise.chi2 for surprise in alone])
    assert together.probability()[:3] == pytest.approx([surprise.probability() for surprise in alone[:3]])
    assert together.probability()[3] == 1.0


def test_the_scale_does_not_matter():
    rounds = np.random.default_rng(5).normal(1.0, 0.3, (2, 16))
    unit = surprise_of(*rounds).chi2
    for scale in (1e-300, 1e300):
        assert surprise_of(*(rounds * scale)).chi2 == pytest.approx(unit, rel=1e-9)
