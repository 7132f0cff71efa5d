"""Conditioners: what they compute, and gradients written by hand beside those of autodiff."""

import numpy as np
import pytest
import tensorflow as tf

from iflow.flow import Conditioner, Constant, Perceptron
from iflow.flow.activations import ACTIVATIONS
from iflow.flow.encodings import ENCODINGS

N_INPUTS, N_DENSITIES, N_PARAMS, N = 3, 2, 5, 40
NETWORKS = {
    f"{encoding}, {activation}": Perceptron(N_INPUTS, N_DENSITIES, N_PARAMS, (7, 6), encoding, activation)
    for encoding in ENCODINGS
    for activation in ACTIVATIONS
} | {"constant": Constant(N_DENSITIES, N_PARAMS)}


@pytest.fixture(params=NETWORKS.values(), ids=NETWORKS.keys())
def network(request):
    return request.param


def weights_and_inputs(network, seed=0):
    rng = np.random.default_rng(seed)
    start = network.start(1, tf.float64)
    n_inputs = N_INPUTS if isinstance(network, Perceptron) else 0
    return start + 0.3 * rng.normal(size=start.shape), tf.constant(rng.random((n_inputs, N)))


def test_gradients_are_those_of_autodiff(network):
    weights, x = weights_and_inputs(network)
    with tf.GradientTape() as tape:
        tape.watch([weights, x])
        params, kept = network.forward(weights, x)
        loss = tf.reduce_sum(tf.sin(params))
    expected = tape.gradient(loss, [weights, x], unconnected_gradients="zero")
    for found, wanted in zip(network.backward(kept, tf.cos(params)), expected, strict=True):
        np.testing.assert_allclose(found, wanted, atol=1e-11)


def test_gives_parameters_of_each_density_of_each_point(network):
    weights, x = weights_and_inputs(network)
    params, _ = network.forward(weights, x)
    assert params.shape == (N_PARAMS, N_DENSITIES, N)
    alone, _ = network.forward(weights, x[:, :1])
    np.testing.assert_allclose(params[..., :1], alone, atol=1e-12)


def test_starts_from_zero_parameters(network):
    x = weights_and_inputs(network)[1]
    np.testing.assert_array_equal(network.forward(network.start(3, tf.float64), x)[0], 0.0)


def test_the_seed_sets_the_weights():
    network = NETWORKS["none, tanh"]
    first, again, other = (network.start(seed, tf.float32) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert np.any(first != other)


def test_a_conditioner_holds_its_weights_in_one_trainable_row():
    network = NETWORKS["one-blob, elu"]
    conditioner = Conditioner(network, seed=2, dtype=tf.float64)
    (weights,) = conditioner.trainable_variables
    weights.assign_add(tf.ones_like(weights))
    x = weights_and_inputs(network)[1]
    with tf.GradientTape() as tape:
        params = conditioner(x)
        loss = tf.reduce_sum(params)
    np.testing.assert_array_equal(params, network.forward(tf.convert_to_tensor(weights), x)[0])
    assert np.any(tape.gradient(loss, weights) != 0.0)
