"""What must hold for flows of any shape: dimension, coupling, masks, bins, type, however they are trained."""

import numpy as np
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from iflow.flow import build_flow
from iflow.options import FlowOptions
from iflow.options.flow import ACTIVATIONS, COUPLINGS, DTYPES, ENCODINGS, MASKS

SHAPES = st.builds(
    FlowOptions,
    coupling=st.sampled_from(COUPLINGS),
    bins=st.integers(2, 12),
    hidden=st.sampled_from([(4,), (8, 8)]),
    activation=st.sampled_from(ACTIVATIONS),
    encoding=st.sampled_from(ENCODINGS),
    masks=st.sampled_from(MASKS),
    dtype=st.sampled_from(DTYPES),
)


def disturbed(dim, options, seed, scale=0.3):
    """A flow with random weights in every layer, as if it were trained."""
    flow, rng = build_flow(dim, options, seed=seed), np.random.default_rng(seed)
    for variable in flow.trainable_variables:
        variable.assign_add(tf.constant(rng.normal(scale=scale, size=variable.shape), variable.dtype))
    return flow


def check_what_is_drawn_is_what_is_evaluated(flow, u):
    y, log_q = flow.place(u)
    assert y.dtype == log_q.dtype == np.float64
    assert np.all((y >= 0.0) & (y <= 1.0))
    assert np.all(np.isfinite(log_q))
    # A histogram jumps where a point next to a knot changes bins; many layers magnify rounding.
    assert np.isclose(flow.log_density(y), log_q, atol=1e-6).mean() >= 0.97
    y_plain, log_det = flow.forward_and_log_det(tf.constant(u))
    back, _ = flow.inverse_and_log_det(y_plain)
    assert np.quantile(np.abs(back - u), 0.97) < 1e-6
    # The same by TensorFlow and by XLA, to the rounding of the networks.
    rounding = 1e-4 if flow.dtype == tf.float32 else 1e-8
    assert np.quantile(np.abs(y_plain - y), 0.97) < rounding
    assert np.quantile(np.abs(log_det + log_q), 0.97) < 10.0 * rounding


def check_corners_map_to_themselves(flow, u):
    corners = np.round(u)
    np.testing.assert_array_equal(flow.place(corners)[0], corners)
    assert np.all(np.isfinite(flow.log_density(corners)))


def check_losses_and_gradients_are_finite(flow, u):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(flow.log_prob(tf.constant(u, flow.dtype)))
    assert np.isfinite(loss)
    for gradient in tape.gradient(loss, flow.trainable_variables):
        assert np.all(np.isfinite(gradient))
        assert np.any(gradient != 0.0)


def check_weights_come_back_bit_for_bit(flow, u, twin, prefix):
    tf.train.Checkpoint(flow=flow).write(prefix)
    tf.train.Checkpoint(flow=twin).read(prefix).assert_consumed()
    for saved, restored in zip(flow.trainable_variables, twin.trainable_variables, strict=True):
        assert saved.numpy().tobytes() == restored.numpy().tobytes()
    for one, other in zip(flow.place(u), twin.place(u), strict=True):
        assert one.tobytes() == other.tobytes()


@settings(max_examples=4)
@given(dim=st.integers(1, 32), options=SHAPES, seed=st.integers(0, 2**31 - 1))
def test_holds_in_any_shape(tmp_path_factory, dim, options, seed):
    flow, u = disturbed(dim, options, seed), np.random.default_rng(seed).random((200, dim))
    check_what_is_drawn_is_what_is_evaluated(flow, u)
    check_corners_map_to_themselves(flow, u)
    check_losses_and_gradients_are_finite(flow, u)
    twin = build_flow(dim, options, seed=seed)  # with the same masks, but not disturbed
    check_weights_come_back_bit_for_bit(flow, u, twin, str(tmp_path_factory.mktemp("weights") / "flow"))
    for variable in flow.trainable_variables:
        variable.assign(20.0 * variable)
    check_losses_and_gradients_are_finite(flow, u)
    check_corners_map_to_themselves(flow, u)


def rounding_of_log_det(jacobian, dtype):
    """Returns how far log|det J| moves, to first order, when each entry of J moves by its rounding, [n]."""
    magnified = np.abs(np.linalg.inv(jacobian)) * np.abs(np.swapaxes(jacobian, 1, 2))
    return np.finfo(dtype.as_numpy_dtype).eps * magnified.sum(axis=(1, 2))


@settings(max_examples=3)
@given(dim=st.integers(1, 6), options=SHAPES, seed=st.integers(0, 2**31 - 1))
def test_log_density_is_that_of_the_jacobian_and_integrates_to_one(dim, options, seed):
    flow, rng = disturbed(dim, options, seed, scale=0.2), np.random.default_rng(seed)
    u = tf.constant(rng.random((10, dim)))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(u)
        y, log_det = flow.forward_and_log_det(u)
    jacobian = tape.batch_jacobian(y, u, experimental_use_pfor=False).numpy()
    _, expected = np.linalg.slogdet(jacobian)
    assert np.all(np.abs(log_det - expected) < 10.0 * rounding_of_log_det(jacobian, flow.dtype))
    q = np.exp(flow.log_density(rng.random((10_000, dim))))
    # 5 standard errors: false-alarm rate 2e-6 for the three flows tried, the same ones each time.
    assert abs(q.mean() - 1.0) < 5.0 * q.std() / np.sqrt(len(q))


@settings(max_examples=2)
@given(dim=st.integers(1, 32), options=SHAPES, seed=st.integers(0, 2**31 - 1))
def test_the_same_seed_gives_the_same_flow(dim, options, seed):
    first, again = (disturbed(dim, options, seed) for _ in range(2))
    u = np.random.default_rng(1).random((50, dim))
    for one, other in zip(first.place(u), again.place(u), strict=True):
        np.testing.assert_array_equal(one, other)
