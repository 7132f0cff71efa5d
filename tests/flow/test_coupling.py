"""Properties that every coupling and every flow must have, over a table of constructors."""

import numpy as np
import pytest
import tensorflow as tf
import tensorflow_probability as tfp

from iflow.flow import (
    Conditioner,
    Constant,
    Coupling,
    Flow,
    Histogram,
    Perceptron,
    Quadratic,
    RationalQuadratic,
    build_flow,
)
from iflow.options import FlowOptions

DIM = 4
# Not its own inverse under reversal, so that a wrong reordering of coordinates shows.
MASK = [True, False, False, True]
ASYMMETRIC = [False, True, True, True]


def perceptron(mask, dtype, encoding, n_params=6):
    n_fixed = sum(mask)
    network = Perceptron(n_fixed, len(mask) - n_fixed, n_params, (8,), encoding)
    return Conditioner(network, seed=3, dtype=dtype)


def coupling(mask, dtype, encoding="one-blob", density=Histogram):
    return Coupling(mask, perceptron(mask, dtype, encoding, density.n_params(6)), density, dtype=dtype)


CONSTRUCTORS = {
    "coupling": lambda dtype: coupling(MASK, dtype),
    "coupling, plain input": lambda dtype: coupling(MASK, dtype, "none"),
    "coupling, one moved": lambda dtype: coupling(ASYMMETRIC, dtype),
    "coupling, all moved": lambda dtype: Coupling(
        [False] * DIM, Conditioner(Constant(DIM, 6), seed=3, dtype=dtype), Histogram, dtype=dtype
    ),
    "flow of three": lambda dtype: Flow(
        [
            coupling(MASK, dtype),
            coupling(ASYMMETRIC, dtype, density=Quadratic),
            coupling([True, True, False, False], dtype, density=RationalQuadratic),
        ],
        dim=DIM,
        dtype=dtype,
    ),
    "coupling, quadratic": lambda dtype: coupling(MASK, dtype, density=Quadratic),
    "coupling, rational quadratic": lambda dtype: coupling(MASK, dtype, density=RationalQuadratic),
    "built flow": lambda dtype: build_flow(DIM, FlowOptions(bins=6, hidden=(8,), dtype=dtype.name), seed=1),
}
ROUNDING = {tf.float32: 1e-4, tf.float64: 1e-10}


def disturbed(layer, seed=0, scale=0.3):
    """Returns the layer with random weights, so that it is no longer the identity."""
    rng = np.random.default_rng(seed)
    for variable in layer.trainable_variables:
        variable.assign_add(tf.constant(rng.normal(scale=scale, size=variable.shape), variable.dtype))
    return layer


def points(n, dtype, seed=5):
    return tf.constant(np.random.default_rng(seed).random((n, DIM)), dtype)


@pytest.fixture(params=CONSTRUCTORS.values(), ids=CONSTRUCTORS.keys())
def construct(request):
    return request.param


@pytest.mark.parametrize("dtype", ROUNDING, ids=lambda dtype: dtype.name)
def test_inverse_undoes_forward_and_forward_inverse(construct, dtype):
    layer = disturbed(construct(dtype))
    u = points(300, dtype)
    x, log_det = layer.forward_and_log_det(u)
    back, inverse_log_det = layer.inverse_and_log_det(x)
    assert np.abs(x - u).max() > 0.01
    np.testing.assert_allclose(back, u, atol=ROUNDING[dtype])
    again, _ = layer.forward_and_log_det(layer.inverse_and_log_det(u)[0])
    np.testing.assert_allclose(again, u, atol=ROUNDING[dtype])
    # In float32 a point next to a knot may come back on its other side, with another density.
    close = np.isclose(log_det, -inverse_log_det, atol=ROUNDING[dtype])
    assert close.mean() > 0.99


def test_networks_in_float32_leave_a_map_of_float64(construct):
    layer = disturbed(construct(tf.float32))
    u = points(1000, tf.float64)
    x, log_det = layer.forward_and_log_det(u)
    back, inverse_log_det = layer.inverse_and_log_det(x)
    assert x.dtype == log_det.dtype == tf.float64
    np.testing.assert_allclose(back, u, atol=1e-12)
    # Where a histogram jumps, a point may come back on the other side.
    assert np.isclose(log_det, -inverse_log_det, atol=1e-10).mean() > 0.99


@pytest.mark.parametrize("direction", ["forward_and_log_det", "inverse_and_log_det"])
def test_log_det_is_that_of_the_jacobian(construct, direction):
    layer = disturbed(construct(tf.float64))
    u = points(50, tf.float64)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(u)
        x, log_det = getattr(layer, direction)(u)
    _, expected = tf.linalg.slogdet(tape.batch_jacobian(x, u, experimental_use_pfor=False))
    np.testing.assert_allclose(log_det, expected, atol=1e-10)


@pytest.mark.parametrize("dtype", ROUNDING, ids=lambda dtype: dtype.name)
@pytest.mark.parametrize("direction", ["forward_and_log_det", "inverse_and_log_det"])
def test_corners_map_to_themselves(construct, direction, dtype):
    layer = disturbed(construct(dtype))
    corners = np.stack(np.meshgrid(*[[0.0, 1.0]] * DIM), axis=-1).reshape(-1, DIM)
    image, log_det = getattr(layer, direction)(tf.constant(corners, dtype))
    np.testing.assert_array_equal(image, corners)
    assert np.all(np.isfinite(log_det))


def test_is_the_identity_at_the_start(construct):
    layer = construct(tf.float64)
    u = points(100, tf.float64)
    x, log_det = layer.forward_and_log_det(u)
    np.testing.assert_allclose(x, u, atol=1e-14)
    np.testing.assert_allclose(log_det, 0.0, atol=1e-13)


def test_density_integrates_to_one(construct):
    layer = disturbed(construct(tf.float64))
    x = np.random.default_rng(8).random((50_000, DIM))
    density = np.exp(layer.inverse_and_log_det(tf.constant(x))[1])
    # 4.5 standard errors of a fixed seed: false-alarm rate 7e-6.
    assert abs(density.mean() - 1.0) < 4.5 * density.std() / np.sqrt(len(x))


def test_gradients_reach_every_weight(construct):
    layer = disturbed(construct(tf.float64))
    with tf.GradientTape() as tape:
        _, log_det = layer.inverse_and_log_det(points(500, tf.float64))
        loss = tf.reduce_mean(log_det)
    assert layer.trainable_variables
    for variable, gradient in zip(
        layer.trainable_variables, tape.gradient(loss, layer.trainable_variables), strict=True
    ):
        assert np.any(gradient != 0.0), variable.name


def test_moves_only_what_the_mask_leaves_open():
    layer = disturbed(coupling(MASK, tf.float64))
    u = points(100, tf.float64)
    moved = np.any(layer.forward_and_log_det(u)[0] != u, axis=0)
    np.testing.assert_array_equal(moved, ~np.array(MASK))


def test_networks_see_the_same_bits_in_both_directions():
    layer = disturbed(coupling(MASK, tf.float32))
    u = points(1000, tf.float64)
    x, _ = layer.forward_and_log_det(u)
    back, _ = layer.inverse_and_log_det(x)
    for image in (x, back):
        np.testing.assert_array_equal(image.numpy()[:, MASK], u.numpy()[:, MASK])


def test_tfp_hooks_agree_with_one_pass():
    layer = disturbed(coupling(MASK, tf.float64))
    assert isinstance(layer, tfp.bijectors.Bijector)
    u = points(100, tf.float64)
    x, log_det = layer.forward_and_log_det(u)
    np.testing.assert_allclose(layer.forward(u), x)
    np.testing.assert_allclose(layer.forward_log_det_jacobian(u, event_ndims=1), log_det)
    # A fresh tensor, because TFP's cache would return the u it has seen.
    fresh = tf.constant(x.numpy())
    np.testing.assert_allclose(layer.inverse(fresh), u, atol=1e-10)
    np.testing.assert_allclose(layer.inverse_log_det_jacobian(fresh, event_ndims=1), -log_det, atol=1e-10)


@pytest.mark.parametrize("mask", [[True, True], [[True, False]]])
def test_refuses_a_mask_that_draws_nothing_or_is_not_a_list(mask):
    with pytest.raises(ValueError, match="at least one False"):
        Coupling(mask, perceptron([True, False], tf.float64, "none"), Histogram)
