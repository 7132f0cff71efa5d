"""The error that replicates tell: unbiased for any sizes, and its intervals cover what they promise."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose

from iflow.statistics.spread import LEAST_REPLICATES, spread, widening

# Points of each replicate, as measurements leave them: equal, half of them doubled, remnants.
SIZES = {
    "equal": np.full(16, 64),
    "doubled": np.repeat([64, 128], 8),
    "remnants": np.concatenate([np.full(16, 64), [32, 8, 1]]),
    "few": np.full(LEAST_REPLICATES, 5),
}


def variance_of(n, mean):
    """The variance of the mean, without the widening for few degrees of freedom."""
    found = spread(n, mean)
    return (found.sdev / widening(found.dof)) ** 2


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("own_variances", [False, True])
def test_the_variance_is_unbiased(sizes, own_variances):
    # 4,000 simulations of normal means; within 4.5 standard errors, an alarm for 1 seed in 150,000; fixed.
    n, rng = SIZES[sizes], np.random.default_rng(12)
    variance = 1.0 / n * (rng.uniform(0.1, 4.0, len(n)) if own_variances else 1.0)
    exact = float(np.square(n / n.sum()) @ variance)
    found = [variance_of(n, mean) for mean in rng.normal(3.0, np.sqrt(variance), (4000, len(n)))]
    assert abs(np.mean(found) - exact) < 4.5 * np.std(found) / math.sqrt(4000)


def test_equal_replicates_give_the_usual_formula():
    mean = np.random.default_rng(1).normal(5.0, 1.0, 16)
    found = spread(np.full(16, 8), mean)
    assert_allclose(found.mean, mean.mean())
    assert_allclose(found.sdev, mean.std(ddof=1) / 4.0 * widening(15.0))
    assert_allclose(found.dof, 15.0)


def test_replicates_count_by_their_points():
    n = SIZES["doubled"]
    found = spread(n, np.repeat([1.0, 4.0], 8))
    assert_allclose(found.mean, 3.0)
    assert 7.0 < found.dof < 15.0


@pytest.mark.parametrize(("n_sdev", "promised"), [(1.0, 0.6827), (2.0, 0.9545)])
@pytest.mark.parametrize("sizes", ["equal", "doubled"])
def test_intervals_cover_what_they_promise(n_sdev, promised, sizes):
    # 10,000 simulations of 16 replicates: within 4.5 standard errors of the count (an alarm for 1 seed in
    # 150,000; fixed) and the 1.5% that the one widening for both intervals is off by.
    n, rng = SIZES[sizes], np.random.default_rng(99)
    inside = 0
    for mean in rng.normal(0.0, 1.0 / np.sqrt(n), (10_000, 16)):
        found = spread(n, mean)
        inside += abs(found.mean) < n_sdev * found.sdev
    error = math.sqrt(promised * (1 - promised) / 10_000)
    assert abs(inside / 10_000 - promised) < 4.5 * error + 0.015


@pytest.mark.parametrize(("dof", "one", "two"), [(15.0, 1.03, 1.09), (1e6, 1.0, 1.0)])
def test_the_widening_lies_between_what_1_and_2_sdev_ask(dof, one, two):
    assert one - 0.005 <= widening(dof) <= two + 0.005
    assert widening(dof) == pytest.approx(math.sqrt(one * two), abs=0.005)


@pytest.mark.parametrize(
    "n",
    [
        [],
        [10] * (LEAST_REPLICATES - 1),
        [10] * (LEAST_REPLICATES - 1) + [0] * 5,
        [1000] + [10] * 20,  # one of them is nearly all
    ],
    ids=["none", "too few", "too few with points", "uneven"],
)
def test_too_few_tell_nothing(n):
    assert spread(np.array(n, float), np.arange(len(n), dtype=float)) is None


def test_replicates_without_points_do_not_count():
    n, mean = SIZES["few"], np.arange(float(LEAST_REPLICATES))
    padded, bare = spread(np.append(n, 0), np.append(mean, 1e9)), spread(n, mean)
    assert (padded.mean, padded.sdev, padded.dof) == (bare.mean, bare.sdev, bare.dof)


@pytest.mark.parametrize("scale", [1e-300, 1e-200, 1e200, 1e300, -1.0])
def test_squares_neither_vanish_nor_overflow(scale):
    n, mean = SIZES["remnants"], np.random.default_rng(4).uniform(0.5, 1.5, 19)
    unit, scaled = spread(n, mean), spread(n, mean * scale)
    assert_allclose([scaled.mean, scaled.sdev], [unit.mean * scale, unit.sdev * abs(scale)], rtol=1e-12)


@pytest.mark.parametrize("value", [0.0, 7.0])
def test_equal_means_have_no_error(value):
    found = spread(SIZES["equal"], np.full(16, value))
    assert (found.mean, found.sdev) == (value, 0.0)


def test_several_integrals_have_the_errors_of_each_and_their_covariance():
    rng = np.random.default_rng(7)
    n = rng.integers(1, 5, 20) * 100
    means = rng.normal(1.0, 0.1, (20, 3)) * [1.0, 1e-3, 1e6]
    together = spread(n, means)
    for k in range(3):
        alone = spread(n, means[:, k])
        assert together.sdev[k] == pytest.approx(alone.sdev, rel=1e-12)
        assert together.mean[k] == pytest.approx(alone.mean, rel=1e-12)
    total = spread(n, means @ [1.0, 2.0, 3.0])
    covariance = together.deviations.T @ together.deviations
    assert np.sqrt([1.0, 2.0, 3.0] @ covariance @ [1.0, 2.0, 3.0]) == pytest.approx(total.sdev, rel=1e-12)
