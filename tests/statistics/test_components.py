"""Sums of the weights of several integrals: each as if it were alone."""

import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from iflow.statistics.components import ComponentSums
from iflow.statistics.estimate import Accumulator

FIELDS = (
    "n_nonzero",
    "mean",
    "sdev",
    "ess",
    "max_weight_share",
    "max_square_share",
    "deviation",
    "absolute",
)


def draw(n=1000, seed=1):
    """Weights of four integrals: positive, sparse with signs, tiny, 0 everywhere."""
    rng = np.random.default_rng(seed)
    sparse = rng.normal(size=n) * (rng.random(n) < 0.1)
    return np.stack([rng.exponential(size=n), sparse, 1e-200 * rng.random(n), np.zeros(n)], axis=1)


def sums_of(weights, parts=(1000,), pairs=False):
    sums = ComponentSums(weights.shape[1], pairs=pairs)
    for part in np.split(weights, np.cumsum(parts)[:-1]):
        sums.add(part)
    return sums


def alone(weights):
    accumulator = Accumulator()
    with np.errstate(divide="ignore"):
        accumulator.add(np.sign(weights), np.log(np.abs(weights)))
    return accumulator.estimate()


@pytest.mark.parametrize("parts", [(1000,), (1, 999), (300, 0, 700)])
def test_each_is_what_it_is_alone(parts):
    weights = draw()
    found = sums_of(weights, parts).estimate()
    for k in range(4):
        expected, own = alone(weights[:, k]), found.estimate(k)
        assert own.n == expected.n == 1000
        for name in FIELDS:
            assert_allclose(getattr(own, name), getattr(expected, name), rtol=1e-9, err_msg=f"{name} of {k}")


def test_the_scale_of_one_does_not_touch_the_others():
    weights = draw()
    weights[500:, 2] *= 1e300
    found = sums_of(weights, (500, 500)).estimate()
    assert_allclose(found.sdev[2], alone(weights[:, 2]).sdev, rtol=1e-9)
    assert_allclose(found.sdev[0], alone(weights[:, 0]).sdev, rtol=1e-9)


def test_the_covariance_is_that_of_the_means():
    rng = np.random.default_rng(2)
    weights = rng.normal(size=(900, 3)) @ rng.normal(size=(3, 3)) + [1.0, 2.0, 3.0]
    found = sums_of(weights, (100, 800), pairs=True).estimate()
    assert_allclose(found.covariance, np.cov(weights.T) / 900, rtol=1e-10)
    assert_allclose(np.sqrt(np.diag(found.covariance)), found.sdev, rtol=1e-10)


@pytest.mark.parametrize("parts", [(1000,), (1, 999), (300, 0, 699, 1), (100,) * 10])
@pytest.mark.parametrize("order", [slice(None), slice(None, None, -1)])
def test_adding_is_merging_what_the_batch_comes_to(parts, order):
    weights = draw()
    weights[:, 0] = np.sort(weights[:, 0])  # the scale rises again and again
    weights = weights[order]
    merged = ComponentSums(4, pairs=True)
    for part in np.split(weights, np.cumsum(parts)[:-1]):
        merged.merge(pickle.loads(pickle.dumps(ComponentSums.of(part, pairs=True))))
    added = sums_of(weights, parts, pairs=True)
    for name, value in vars(added).items():
        assert_array_equal(getattr(merged, name), value, err_msg=name)


def test_what_is_merged_stays_as_it_is():
    first, second = (ComponentSums.of(draw(seed=seed), pairs=True) for seed in (1, 2))
    before, merged = pickle.dumps(first), ComponentSums(4, pairs=True)
    merged.merge(first)
    merged.merge(second)
    assert pickle.dumps(first) == before


def test_merged_in_batches_of_all_scales_it_is_the_whole():
    weights = draw(n=2000)
    weights *= 10.0 ** np.repeat(np.random.default_rng(3).integers(-90, 90, size=20), 100)[:, np.newaxis]
    found = sums_of(weights, (100,) * 20, pairs=True).estimate()
    for k in (0, 1):
        scaled = weights[:, k] / np.abs(weights[:, k]).max()
        assert_allclose(found.mean[k] / np.abs(weights[:, k]).max(), scaled.mean(), rtol=1e-12)
        assert_allclose(found.deviation[k] / np.abs(weights[:, k]).max(), scaled.std(ddof=1), rtol=1e-12)
        assert_allclose(found.ess[k], np.abs(scaled).sum() ** 2 / np.square(scaled).sum(), rtol=1e-12)
    assert_allclose(found.correlation[:2, :2], np.corrcoef(weights[:, :2].T / 1e90), rtol=1e-12)


@pytest.mark.parametrize(
    "other", [ComponentSums(3, pairs=True), ComponentSums(1, pairs=True), ComponentSums(4)]
)
def test_sums_of_others_are_refused(other):
    with pytest.raises(ValueError, match="sums must be of 4 integrals, with pairs"):
        ComponentSums(4, pairs=True).merge(other)


def test_nothing_is_known_before_the_first_point():
    found = ComponentSums(2).estimate()
    assert found.n == 0
    assert np.all(found.sdev == np.inf)
    assert np.all(found.ess == 0.0)


@pytest.mark.parametrize("value", [np.inf, np.nan])
def test_weights_too_large_for_a_float_are_refused(value):
    with pytest.raises(OverflowError, match=r"weights f / q must stay below 1e308"):
        ComponentSums(1).add(np.array([[1.0], [value]]))
