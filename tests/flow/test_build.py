"""Flows from options: names of densities, and classes of one's own."""

import numpy as np
import pytest
import tensorflow as tf

from iflow import integrate
from iflow.flow import RationalQuadratic, build_flow
from iflow.flow.activations import ACTIVATIONS
from iflow.flow.build import DENSITIES
from iflow.flow.encodings import ENCODINGS
from iflow.options import FlowOptions
from iflow.options import flow as flow_options


class Power:
    """cdf(x) = x^a with a > 0: a density of one's own, made of TensorFlow's operations."""

    def __init__(self, logits):
        self._a = tf.exp(logits[0])

    @staticmethod
    def n_params(bins):
        return 1

    def cdf(self, x):
        a = tf.cast(self._a, x.dtype)
        return x**a, tf.math.log(a) + (a - 1.0) * tf.math.log(x)

    def quantile(self, u):
        a = tf.cast(self._a, u.dtype)
        x = u ** (1.0 / a)
        return x, tf.math.log(a) + (a - 1.0) * tf.math.log(x)


class Steeper(RationalQuadratic):
    """Derived from one of the three, and so compiled."""

    floor = 1e-2


def test_the_names_of_options_are_those_of_the_tables():
    assert tuple(DENSITIES) == flow_options.COUPLINGS
    assert set(ENCODINGS) == set(flow_options.ENCODINGS)
    assert set(ACTIVATIONS) == set(flow_options.ACTIVATIONS)


@pytest.mark.parametrize("density", [Power, Steeper])
def test_a_density_of_ones_own_draws_what_it_evaluates(density):
    flow = build_flow(3, FlowOptions(coupling=density, hidden=(8,)), seed=0)
    for variable in flow.trainable_variables:
        noise = np.random.default_rng(1).normal(scale=0.1, size=variable.shape)
        variable.assign_add(tf.constant(noise, variable.dtype))
    y, log_q = flow.place(np.random.default_rng(0).random((200, 3)))
    np.testing.assert_allclose(flow.log_density(y), log_q, atol=1e-5)
    assert np.any(log_q != 0.0)


def test_a_density_of_ones_own_can_be_integrated_with():
    def f(x):
        return 12.0 * (x[:, 0] * x[:, 1]) ** 2 * np.exp(x[:, 0] - 1.0)

    exact = 4.0 * (1.0 - 2.0 / np.e)
    result = integrate(f, 2, coupling=Power, hidden=(8,), flow=True, max_neval=30_000, rtol=1e-2, seed=1)
    assert abs(result.mean - exact) < 4.5 * result.sdev
    assert result.converged


def test_a_density_that_returns_another_shape_is_named():
    class Wrong(Power):
        def cdf(self, x):
            return x, x[0]

    flow = build_flow(2, FlowOptions(coupling=Wrong, hidden=(8,)), seed=0)
    with pytest.raises(
        ValueError, match=r"cdf of <class .*Wrong'> must return .*, got shapes \(4,\) and \(\)"
    ):
        flow.log_prob(tf.fill([4, 2], 0.5))
