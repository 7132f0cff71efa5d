"""A batch of evaluated points: cut, joined, and searched for its extremes."""

import dataclasses

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from iflow.batch import Batch, concatenate

ORDERS = np.ascontiguousarray, np.asfortranarray
FIELDS = [field.name for field in dataclasses.fields(Batch)]


@pytest.fixture
def batch():
    rng = np.random.default_rng(14)
    y = rng.random((50, 2))
    return Batch(3.0 * y, y, rng.choice([-1.0, 1.0], 50), rng.normal(size=50), rng.normal(size=50))


@pytest.fixture
def partial_batch(batch):
    """The same where f raised at some points, and was nan at others."""
    return dataclasses.replace(batch, omitted=(np.arange(50) % 7 == 0) + 2 * (np.arange(50) % 7 == 1))


def assert_same(first, second):
    for name in FIELDS:
        assert_array_equal(getattr(first, name), getattr(second, name))


def test_parts_joined_are_the_whole(batch):
    parts = [batch.rows(0, 20), batch.rows(20, 20), batch.rows(20, 49), batch.rows(49, 60)]
    assert [len(part) for part in parts] == [20, 0, 29, 1]
    assert_same(concatenate(parts), batch)


def test_points_are_taken_by_their_numbers(batch):
    assert_same(batch.take(np.array([7, 3])), concatenate([batch.rows(7, 8), batch.rows(3, 4)]))


def test_points_that_were_omitted_stay_known_but_to_those_who_learn(partial_batch):
    parts = [partial_batch.rows(0, 20), partial_batch.rows(20, 50)]
    assert_same(concatenate(parts), partial_batch)
    assert_array_equal(partial_batch.take(np.array([7, 3])).omitted, [1, 0])
    assert partial_batch.slim().omitted is None


def test_batches_from_before_points_could_be_omitted_have_none(batch, partial_batch):
    joined = concatenate([batch, partial_batch])
    assert_array_equal(joined.omitted, [*[0] * 50, *partial_batch.omitted])
    assert concatenate([batch, batch]).omitted is None


def test_weights_are_f_over_q(batch):
    weight = batch.sign * np.exp(batch.log_f) / np.exp(batch.log_q)
    assert_allclose(batch.sign * np.exp(batch.log_weight), weight)
    assert_allclose(batch.estimate().mean, weight.mean())
    assert_allclose(batch.estimate().deviation, weight.std(ddof=1))


def test_sums_of_weights_do_not_depend_on_how_f_laid_them_out(batch):
    values = np.random.default_rng(2).lognormal(size=(50, 3))
    rows, columns = (dataclasses.replace(batch, components=order(values)).weights for order in ORDERS)
    assert_array_equal(rows, columns)
    assert rows.strides == columns.strides
    assert dataclasses.replace(batch, components=None).weights is None


@pytest.mark.parametrize(("n", "n_ends"), [(1, 1), (5, 2), (2, 30), (100, 1), (1, 100)])
def test_the_most_extreme_are_those_of_largest_f_or_weight_and_both_ends_each_once(batch, n, n_ends):
    extremes = batch.extremes(n, n_ends)
    weight = batch.sign * np.exp(batch.log_weight)
    largest = [np.argsort(np.argsort(-values)) < n for values in (batch.log_f, batch.log_weight)]
    ends = [np.argsort(np.argsort(values)) < n_ends for values in (weight, -weight)]
    among = np.any([*largest, *ends], axis=0)
    assert_same(extremes, concatenate([batch.rows(i, i + 1) for i in np.flatnonzero(among)]))
