"""What couplings compute by XLA and by TensorFlow's own operations is the same."""

import os
import threading

import numpy as np
import pytest
import tensorflow as tf

from iflow.flow import Constant, Histogram, How, Perceptron, Quadratic, RationalQuadratic, build_flow
from iflow.flow.startup import stderr_held_back
from iflow.flow.transport import Transport, compiled, xla_works
from iflow.options import FlowOptions

N_FIXED, N_MOVED, N = 2, 3, 50


def tensors(network, dtype=tf.float64, seed=0):
    rng = np.random.default_rng(seed)
    start = network.start(1, dtype)
    n_fixed = N_FIXED if isinstance(network, Perceptron) else 0
    weights = start + tf.constant(0.2 * rng.normal(size=start.shape), dtype)
    return weights, tf.constant(rng.random((n_fixed, N))), tf.constant(rng.random((N_MOVED, N)))


@pytest.fixture(params=[Histogram, Quadratic, RationalQuadratic])
def density(request):
    return request.param


@pytest.mark.parametrize("method", ["cdf", "quantile"])
@pytest.mark.parametrize("conditional", [True, False])
def test_compiled_values_and_gradients_are_those_of_tensorflow(density, method, conditional):
    n_params = density.n_params(5)
    network = (
        Perceptron(N_FIXED, N_MOVED, n_params, (8,), "one-blob")
        if conditional
        else Constant(N_MOVED, n_params)
    )
    transport = Transport(network, density, method)
    forward, backward = compiled(transport, How.LEARNING)
    (image, log_pdf), kept = forward(*tensors(network))
    (image_plain, log_pdf_plain), kept_plain = transport.forward(*tensors(network))
    np.testing.assert_allclose(image, image_plain, atol=1e-13)
    np.testing.assert_allclose(log_pdf, log_pdf_plain, atol=1e-12)
    to_image, to_log_pdf = tf.sin(9.0 * image), tf.cos(9.0 * image[0])
    plain = transport.backward(kept_plain, to_image, to_log_pdf)
    for found, expected in zip(backward(kept, to_image, to_log_pdf), plain, strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-10)
    drawn, nothing = compiled(transport, How.DRAWING)[0](*tensors(network))
    # Another program of XLA, which may round otherwise: that of TensorFlow 2.16 does.
    np.testing.assert_allclose(drawn[0], image, rtol=0.0, atol=4 * np.finfo(float).eps)
    assert nothing is None


def test_couplings_of_equal_shape_share_what_is_compiled():
    compiled.cache_clear()
    flow = build_flow(6, FlowOptions(hidden=(5,), bins=3), seed=0)
    flow.place(np.full((3, 6), 0.5))
    assert len(flow.couplings) == 6
    assert compiled.cache_info().currsize == 1


def test_nothing_is_traced_again_for_another_number_of_points():
    compiled.cache_clear()
    flow = build_flow(2, FlowOptions(coupling="rational-quadratic", hidden=(5,), bins=3), seed=0)
    for n in (1, 10, 2048, 5000):
        flow.place(np.full((n, 2), 0.5))
    forward, _ = compiled(
        Transport(flow.couplings[0].conditioner.network, RationalQuadratic, "quantile"), How.DRAWING
    )
    assert forward.experimental_get_tracing_count() == 1


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_without_xla_a_flow_draws_the_same(without_xla, dtype):
    flow, u = build_flow(3, FlowOptions(dtype=dtype), seed=0), np.random.default_rng(0).random((3000, 3))
    for variable in flow.trainable_variables:
        noise = np.random.default_rng(1).normal(scale=0.1, size=variable.shape)
        variable.assign_add(tf.constant(noise, variable.dtype))
    y, log_q = flow.place(u)
    y_plain, log_det = flow.forward_and_log_det(tf.constant(u))
    rounding = {"float32": 1e-5, "float64": 1e-12}[dtype]  # of the networks
    np.testing.assert_allclose(y, y_plain, atol=rounding)
    np.testing.assert_allclose(log_q, -log_det, atol=10.0 * rounding)


def test_xla_is_tried_and_not_made_a_part_of_the_graph_that_asks():
    xla_works.cache_clear()

    def ask():
        assert xla_works()
        return tf.zeros([])

    operations = tf.function(ask, autograph=False).get_concrete_function().graph.get_operations()
    assert {op.type for op in operations} <= {"Const", "Identity"}


def test_threads_that_hold_back_stderr_give_it_back():
    inside, left = threading.Event(), threading.Event()

    def first():
        with stderr_held_back():
            inside.set()
            left.wait(0.2)

    def second():
        inside.wait()
        with stderr_held_back():
            thread.join()  # the one that came first leaves first

    before, thread = os.fstat(2), threading.Thread(target=first)
    other = threading.Thread(target=second)
    thread.start()
    other.start()
    other.join()
    assert os.path.samestat(before, os.fstat(2))


def test_drawing_keeps_nothing_for_gradients():
    flow = build_flow(2, FlowOptions(hidden=(5,), bins=3), seed=0)
    with tf.GradientTape() as tape:
        log_q = flow.log_prob(tf.fill([4, 2], 0.5), How.DRAWING)
    with pytest.raises(ValueError, match=r"ask for How\.LEARNING"):
        tape.gradient(log_q, flow.trainable_variables)
