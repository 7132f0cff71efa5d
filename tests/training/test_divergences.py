"""Divergences against closed forms, drawn from any proposal."""

import numpy as np
import pytest
import tensorflow as tf

from iflow.training import DIVERGENCES


def normal(x, mean, sdev):
    """Returns the log density of a normal distribution at x."""
    return -0.5 * ((x - mean) / sdev) ** 2 - np.log(sdev * np.sqrt(2 * np.pi))


# p = Normal(0, 1), q = Normal(1, 2), s = 2:
#   KL(p, q) = log 2 + (1 + 1) / 8 - 1/2,  KL(q, p) = -log 2 + (4 + 1) / 2 - 1/2
#   1 - Hellinger = sqrt(2 s / (1 + s^2)) exp(-1 / (4 (1 + s^2)))
#   chi2 + 1 = s^2 / sqrt(2 s^2 - 1) exp(1 / (2 s^2 - 1))
#   exponential: log(p/q) = a - 3/8 x^2 - x/4 with a = log 2 + 1/8; its second moment under p
KL = np.log(2) - 0.25
A = np.log(2) + 1 / 8
EXACT = {
    "kl": KL,
    "chi2": 4 / np.sqrt(7) * np.exp(1 / 7) - 1,
    "exponential": A**2 + 3 * (3 / 8) ** 2 + 1 / 16 - 2 * A * 3 / 8,
    "hellinger": 1 - np.sqrt(4 / 5) * np.exp(-1 / 20),
    "jeffreys": KL + 2 - np.log(2),
}
# Each is a mean over stratified points: one in each of n cells of equal probability, so that the
# deviation falls much faster than 1/sqrt(n); 1e-3 is ample at this n and far from any wrong formula.
N, ACCURACY = 400_000, 1e-3
PROPOSALS = {"wide": (0.5, 3.0), "the flow": (1.0, 2.0), "shifted": (-0.5, 2.5)}


def stratified(mean, sdev):
    from scipy.stats import norm

    return norm.ppf((np.arange(N) + 0.5) / N, mean, sdev)


@pytest.mark.parametrize(("name", "value"), [("chi2", 0.744026), ("kl", 0.443147), ("exponential", 0.540129)])
def test_closed_forms_are_the_published_numbers(name, value):
    assert EXACT[name] == pytest.approx(value, abs=6e-7)


@pytest.mark.parametrize("proposal", PROPOSALS.values(), ids=PROPOSALS.keys())
@pytest.mark.parametrize("name", DIVERGENCES)
def test_equals_the_closed_form(name, proposal):
    x = stratified(*proposal)
    # The normalisation of f must not matter: f is 1e-200 times the density.
    log_f = normal(x, 0, 1) - 200 * np.log(10)
    value = DIVERGENCES[name](log_f, normal(x, *proposal), normal(x, 1, 2))
    assert float(value) == pytest.approx(EXACT[name], abs=ACCURACY)


@pytest.mark.parametrize("name", DIVERGENCES)
def test_vanishes_where_flow_and_target_agree(name):
    x = stratified(0, 2)
    value = DIVERGENCES[name](normal(x, 0, 1), normal(x, 0, 2), normal(x, 0, 1))
    assert float(value) == pytest.approx(0.0, abs=ACCURACY)


@pytest.mark.parametrize("name", DIVERGENCES)
def test_gradient_is_that_of_the_divergence(name):
    """The mean of q moves the closed form; its derivative must be the gradient's."""
    x = stratified(0.5, 3.0)

    def at(mean):
        log_q = -0.5 * tf.square((x - mean) / 2.0) - np.log(2 * np.sqrt(2 * np.pi))
        return DIVERGENCES[name](tf.constant(normal(x, 0, 1)), tf.constant(normal(x, 0.5, 3.0)), log_q)

    mean = tf.Variable(1.0, dtype=tf.float64)
    with tf.GradientTape() as tape:
        value = at(mean)
    step = 1e-4
    expected = (at(1.0 + step) - at(1.0 - step)) / (2 * step)
    assert float(tape.gradient(value, mean)) == pytest.approx(float(expected), rel=1e-5)
    assert float(expected) > 0.01


@pytest.mark.parametrize("name", DIVERGENCES)
def test_points_where_f_is_zero_give_no_nan(name):
    log_f = tf.constant([0.3, -np.inf, 0.1, -np.inf], tf.float64)
    log_q = tf.Variable([0.1, 0.2, -0.1, 0.0], dtype=tf.float64)
    with tf.GradientTape() as tape:
        value = DIVERGENCES[name](log_f, tf.zeros(4, tf.float64), log_q)
    gradient = tape.gradient(value, log_q)
    assert np.isfinite(value)
    assert np.all(np.isfinite(gradient))
    assert np.any(gradient != 0.0)
