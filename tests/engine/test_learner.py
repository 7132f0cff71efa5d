"""A flow that learns from samples of the replay buffer."""

import math

import numpy as np

from iflow.engine.learner import Learner
from iflow.engine.replay import Sample
from iflow.options import FlowOptions, TrainingOptions


def ridge(n, seed=0):
    y = np.random.default_rng(seed).random((n, 2))
    return Sample(y, -0.5 * np.square((y[:, 0] - y[:, 1]) / 0.1), np.zeros(n), np.ones(n))


def learner(**options):
    return Learner(2, FlowOptions(bins=8, hidden=(16,)), TrainingOptions(**options), seed=1)


def variance(own, sample):
    weight = np.exp(sample.log_f)
    ratio = weight / np.exp(own.flow.log_density(sample.y)) / weight.mean()
    return float((weight * ratio).mean() / weight.mean() - 1.0)


def test_a_fit_lowers_the_divergence_and_a_polish_the_variance():
    own, sample, fresh = learner(steps=60), ridge(10_000), ridge(20_000, seed=5)
    first = own.fit(sample, 1.0)
    assert own.fit(sample, 1.0) < first
    before = variance(own, fresh)
    ratio = own.polish(sample, 200)
    assert 0.0 < ratio < 1.0
    assert variance(own, fresh) < before


def test_a_polish_that_held_out_points_dislike_is_undone():
    own = learner(learning_rate=5.0)
    weights = own.flow.get_weights()
    assert own.polish(ridge(300), 5) == 1.0
    for kept, now in zip(weights, own.flow.get_weights(), strict=True):
        np.testing.assert_array_equal(kept, now)


def test_nothing_is_learned_where_f_was_0():
    own = learner()
    sample = ridge(100)
    assert math.isnan(own.fit(Sample(sample.y, np.full(100, -np.inf), sample.log_q, np.zeros(100)), 1.0))


def test_a_fit_in_parts_takes_the_steps_of_a_whole_one():
    whole, parts, sample = learner(steps=8), learner(steps=8), ridge(4_000)
    assert whole.n_steps(sample) == 8
    assert whole.n_steps(ridge(100)) == 6
    whole.fit(sample, 1.0)
    assert math.isnan(parts.fit(sample, 1.0, 0))
    for steps in (3, 5):
        parts.fit(sample, 1.0, steps)
    for one, other in zip(whole.flow.get_weights(), parts.flow.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_fit_that_is_taken_back_is_repeated_bit_for_bit():
    own, sample = learner(steps=5), ridge(4_000)
    own.fit(sample, 1.0)
    before = own.get_state()
    first, weights = own.fit(sample, 1.0), own.flow.get_weights()
    own.polish(sample, 5)
    own.set_state(before)
    assert own.fit(sample, 1.0) == first
    for one, other in zip(weights, own.flow.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
