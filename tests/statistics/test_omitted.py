"""The volume of points at which f raised, from points of any density."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose

from iflow.statistics.omitted import OmittedSums

N = 4_000
VOLUME = 0.07


def drawn(seed, power):
    """N points of the density power * y^(power - 1), of which those below 0.07 are skipped."""
    y = np.random.default_rng(seed).random(N) ** (1.0 / power)
    return y < VOLUME, math.log(power) + (power - 1.0) * np.log(y), np.log(y)


def sums_of(*batches):
    sums = OmittedSums()
    for batch in batches:
        sums.add(*batch)
    return sums


@pytest.mark.parametrize("power", [1.0, 0.5, 1.5], ids=["uniform", "many of them", "few of them"])
def test_the_share_is_right_within_its_error_whatever_was_learned(power):
    """Mean square of 200 pulls: 1 within 0.3, three standard errors; a false alarm in 400."""
    shares = [sums_of(drawn(seed, power)).share() for seed in range(200)]
    pulls = np.array([(share.share - VOLUME) / share.sdev for share in shares])
    assert abs(np.mean(np.square(pulls)) - 1.0) < 0.3
    assert abs(pulls.mean()) < 3.0 / math.sqrt(200)


def test_of_uniform_points_it_is_that_of_counting():
    skipped, log_q, _ = drawn(1, 1.0)
    share, k = sums_of((skipped, log_q)).share(), np.count_nonzero(skipped)
    assert (share.n, share.n_raised) == (N, k)
    assert_allclose(share.effective, k)
    assert_allclose(share.share, k / N)
    assert_allclose(share.sdev, math.sqrt(k / N * (1.0 - k / N) / (N - 1)))


def test_merged_sums_are_those_of_all_points():
    batches = [drawn(seed, 1.5) for seed in range(4)]
    merged = sums_of(*batches[:1])
    merged.merge(sums_of(*batches[1:]))
    merged.merge(OmittedSums())
    whole = sums_of(*batches)
    assert_allclose(
        [merged.log_largest, *vars(merged.share()).values()],
        [whole.log_largest, *vars(whole.share()).values()],
    )


def test_of_nothing_nothing_is_known():
    empty = OmittedSums()
    assert (empty.share().share, empty.share().effective, empty.log_largest) == (0.0, 0.0, -math.inf)
    empty.add(np.zeros(3, dtype=bool), np.zeros(3), np.full(3, -math.inf))
    assert (empty.share().n, empty.share().effective, empty.log_largest) == (3, 0.0, -math.inf)


def test_densities_of_almost_nothing_do_not_overflow():
    sums = sums_of((np.array([True]), np.array([-800.0])))
    assert (sums.share().share, sums.share().effective) == (math.inf, 0.0)
