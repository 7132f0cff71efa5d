"""Flows from options: names of densities, and classes of one's own."""

import re
from pathlib import Path

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


def from_the_docs(name):
    """Returns a class as docs/flow.md has it."""
    page = (Path(__file__).parents[2] / "docs" / "flow.md").read_text(encoding="utf-8")
    (code,) = (
        block for block in re.findall(r"```python\n(.*?)```", page, re.DOTALL) if f"class {name}" in block
    )
    namespace = {}
    exec(code, namespace)
    return namespace[name]


Power = from_the_docs("Power")


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
