"""What a measurement missed of the points seen before it."""

import math

import numpy as np
import pytest
from scipy.stats import poisson

from iflow.statistics.seen import Part


@pytest.mark.parametrize("n", [1, 2, 10, 1_000])
def test_so_few_points_are_expected_at_the_largest_amount_in_one_case_of_twenty(n):
    part = Part.of(np.full(n, 0.01 / n))
    assert part.amount == pytest.approx(0.01)
    assert part.n_effective == pytest.approx(n)
    assert poisson.cdf(n, n * part.largest / part.amount) == pytest.approx(0.05)


def test_a_point_that_outweighs_the_others_counts_alone():
    part = Part.of(np.array([1.0, 1e-3, 1e-3]))
    assert part.n_effective == pytest.approx(1.0, rel=0.01)


@pytest.mark.parametrize("shares", [[], [0.0, 0.0], [math.inf]])
def test_no_points_and_endless_ones_tell_no_more_than_their_sum(shares):
    part = Part.of(np.array(shares))
    assert part.largest == part.amount == sum(shares)
