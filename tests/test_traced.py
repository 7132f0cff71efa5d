"""Functions of TensorFlow's operations: in graphs where they can be, as they are where not."""

import numpy as np
import pytest
import tensorflow as tf

import iflow
from iflow.domain import Domain
from iflow.flow import build_flow
from iflow.integrand import Integrand
from iflow.options import FlowOptions
from iflow.proposal import Defended, DefendedFlow
from iflow.reasons import Reason
from iflow.sampler import Sampler
from iflow.traced import Traced

DIM = 3
QUICK = {"steps": 15, "hidden": (16,), "bins": 8, "coupling": "linear", "flow": True, "max_neval": 12_000}
INFINITE = [(0.0, 2.0), (-np.inf, np.inf), (1.0, np.inf), (-np.inf, -1.0)]


def camel(x):
    near, far = (tf.reduce_sum(tf.square(x - centre), axis=1) for centre in (1 / 3, 2 / 3))
    return tf.exp(-25.0 * near) + tf.exp(-25.0 * far)


def numpy_camel(x):
    near, far = (np.sum(np.square(x - centre), axis=1) for centre in (1 / 3, 2 / 3))
    return np.exp(-25.0 * near) + np.exp(-25.0 * far)


class Counting:
    """Counts how often Python runs f, and knows whether it last did so in a graph."""

    def __init__(self, f):
        self.f, self.n, self.in_graph = f, 0, False

    def __call__(self, x):
        self.n, self.in_graph = self.n + 1, tf.inside_function()
        return self.f(x)


def branching(x):
    return camel(x) if tf.reduce_all(x >= 0.0) else tf.zeros(len(x), tf.float64)


def stateful():
    """Returns a function that gives other values the second time it is looked at."""
    times = []

    def f(x):
        times.append(1)
        return camel(x) * (2.0 if tf.inside_function() else 1.0)

    return f


@pytest.fixture
def x():
    return np.random.default_rng(1).random((5, DIM))


@pytest.fixture(scope="module")
def flow():
    """A flow that is far from the identity."""
    made, rng = build_flow(2, FlowOptions(bins=8, hidden=(8,)), seed=1), np.random.default_rng(7)
    for variable in made.trainable_variables:
        variable.assign_add(tf.constant(rng.normal(scale=0.3, size=variable.shape), variable.dtype))
    return made


def probed(f, x):
    integrand = Integrand(f, DIM)
    integrand.probe(x)
    return integrand


TRACED = {
    "plain": camel,
    "tf.function": tf.function(camel),
    "float32": lambda x: tf.cast(camel(x), tf.float32),
    "of float32": lambda x: camel(tf.cast(x, tf.float32)),
    "a column": lambda x: camel(x)[:, tf.newaxis],
    "with a signature": tf.function(camel, input_signature=[tf.TensorSpec([None, DIM], tf.float32)]),
    "with control flow": tf.function(
        lambda x: camel(x) if tf.reduce_all(x >= 0.0) else tf.zeros_like(x)[:, 0]
    ),
    "shape": lambda x: camel(x) * tf.ones(tf.shape(x)[0], tf.float64),
}


@pytest.mark.parametrize("name", TRACED)
def test_becomes_part_of_a_graph(name, x):
    integrand = probed(TRACED[name], x)
    assert integrand.traced is not None
    assert (integrand.pointwise, integrand.not_traced, integrand.neval) == (False, None, 11)
    many, before = np.random.default_rng(2).random((1000, DIM)), x.copy()
    values = integrand(many)
    assert values.dtype == np.float64
    np.testing.assert_allclose(values, numpy_camel(many), rtol=1e-5)
    np.testing.assert_array_equal(x, before)
    assert integrand.neval == 1011


def test_values_are_those_of_f_itself(x):
    many = np.random.default_rng(2).random((1000, DIM))
    np.testing.assert_allclose(probed(camel, x)(many), camel(many).numpy(), rtol=1e-14)


@pytest.mark.parametrize("wrap", [lambda f: f, tf.function], ids=["plain", "tf.function"])
def test_python_runs_f_for_the_probe_only(wrap, x):
    counting = Counting(camel)
    integrand = probed(wrap(counting), x)
    assert counting.n == 3  # many points, one point, and the graph
    for n in (1, 2, 7, 64, 1000):
        integrand(np.full((n, DIM), 0.5))
    assert counting.n == 3
    assert counting.in_graph


STRUCTURED = {
    "array": (lambda x: tf.stack([camel(x), 2.0 * camel(x)], axis=1), "[n, 2]"),
    "array of two axes": (lambda x: tf.stack([x, 2.0 * x], axis=2), "[n, 3, 2]"),
    "dict": (lambda x: {"b": x, "a": tf.cast(camel(x), tf.float32)}, "{'b': [n, 3], 'a': [n]}"),
    "dict of a column": (lambda x: {"a": camel(x)[:, tf.newaxis]}, "{'a': [n, 1]}"),
    "complex": (lambda x: tf.complex(camel(x), -x[:, 0]), "[n] complex"),
    "a complex column": (lambda x: tf.complex(camel(x), -x[:, 0])[:, tf.newaxis], "[n] complex"),
    "complex in part": (
        lambda x: {"z": tf.complex(x, 2.0 * x), "n": tf.cast(7.0 * x[:, 0], tf.int32)},
        "{'z': [n, 3] complex, 'n': [n]}",
    ),
    "tf.function": (tf.function(lambda x: {"a": camel(x), "b": x}), "{'a': [n], 'b': [n, 3]}"),
}


@pytest.mark.parametrize("name", STRUCTURED)
def test_several_integrals_become_part_of_a_graph(name, x):
    f, layout = STRUCTURED[name]
    integrand = probed(f, x)
    assert integrand.traced is not None
    assert (str(integrand.layout), integrand.not_traced, integrand.neval) == (layout, None, 11)
    many = np.random.default_rng(2).random((100, DIM))
    eager = f(tf.constant(many))
    eager = {key: v.numpy() for key, v in eager.items()} if isinstance(eager, dict) else eager.numpy()
    np.testing.assert_allclose(integrand(many), integrand.layout.flatten(eager, 100), rtol=1e-6)
    assert np.any(integrand(many) != 0.0)
    points, values = integrand.traced.from_cube(Domain([(0.0, 2.0)] * DIM))(tf.constant(many))
    np.testing.assert_allclose(points, 2.0 * many)
    np.testing.assert_array_equal(
        integrand.take_from_graph(values, points.numpy()), integrand(points.numpy())
    )
    with pytest.raises(ValueError, match="one value a point for 100 points, got 99"):
        integrand.take_from_graph(values[:-1], points.numpy())


def test_logarithms_and_presented_points_stay_in_graphs(x):
    def present(x):
        return (x[..., 0],), {"rest": x[..., 1:]}

    integrand = Integrand(
        lambda first, rest: tf.where(first > 0.5, -4000.0 - rest[:, 0], tf.constant(-np.inf, tf.float64)),
        DIM,
        present=present,
        log=True,
    )
    integrand.probe(x)
    assert integrand.traced is not None
    np.testing.assert_array_equal(integrand(x), np.where(x[:, 0] > 0.5, -4000.0 - x[:, 1], -np.inf))


NOT_TRACED = {
    "numpy()": (lambda x: tf.constant(camel(x).numpy()), "NotImplementedError|AttributeError"),
    "NumPy": (lambda x: camel(x) * np.cos(np.zeros(len(x))), "TypeError"),
    "NumPy first": (lambda x: camel(np.abs(np.sin(np.arcsin(x)))), "TypeError|NotImplementedError"),
    "if": (branching, "OperatorNotAllowedInGraphError"),
    "other values": (stateful(), "in a graph it gives other values"),
    "shape": (lambda x: camel(x) * tf.ones(x.shape[0], tf.float64), "ValueError"),
    "several of unknown shape": (
        lambda x: {"a": tf.numpy_function(numpy_camel, [x], tf.float64)},
        "ValueError",
    ),
    "of unknown shape": (
        lambda x: tf.numpy_function(numpy_camel, [x], tf.float64),
        "the graph of f returns shape",
    ),
}


@pytest.mark.parametrize("name", NOT_TRACED)
def test_is_called_as_it_is_where_that_fails(name, x):
    f, reason = NOT_TRACED[name]
    integrand = probed(f, x)
    assert integrand.traced is None
    assert any(part in integrand.not_traced for part in reason.split("|"))
    np.testing.assert_allclose(np.ravel(integrand(x)), numpy_camel(x), rtol=1e-12)


def test_functions_of_one_point_and_of_numpy_are_not_traced(x):
    for f in (lambda x: tf.reduce_prod(x[0] * x[1] * x[2]), numpy_camel):
        integrand = probed(f, x)
        assert (integrand.traced, integrand.not_traced) == (None, None)


@pytest.mark.parametrize(
    ("f", "message"),
    [
        (lambda x: camel(x) * tf.random.uniform([], dtype=tf.float64), "is it random"),
        (lambda x: tf.stack([camel(x), camel(x)]), r"returned shape \(2, 5\)"),
        (lambda x: camel(x)[:, tf.newaxis] - camel(x), "each point met every other one"),
        (lambda x: {"a": camel(x), "b": x / tf.reduce_sum(x)}, r"for f's 'b'\[\d\], at x"),
        (lambda x: camel(x) / tf.reduce_sum(x), "or does it mix the points"),
        (lambda x: camel(x) * np.nan, "f must be finite"),
    ],
)
def test_mistakes_are_told_as_of_any_function(f, message, x):
    with pytest.raises((ValueError, TypeError), match=message):
        probed(f, x)


WITH_INTEGERS = [(0.0, 2.0), iflow.Integers(0, 9), iflow.Integers(1, np.inf), (-np.inf, -1.0)]


@pytest.mark.parametrize("moved", [False, True], ids=["", "moved"])
@pytest.mark.parametrize(
    "region",
    [4, [(-1.0, 3.0)] * 4, INFINITE, WITH_INTEGERS],
    ids=["cube", "box", "infinite", "integers"],
)
def test_the_way_from_the_cube_is_that_of_the_domain(region, moved):
    domain = Domain(region)
    if moved:
        domain.move(np.array([5.0, -30.0, 90.0, -2.0]), np.array([1.0, 0.5, 2.0, 3.0]))
    y = np.random.default_rng(3).random((100, domain.dim))
    follow = Traced(lambda x: tf.reduce_sum(tf.atan(x), axis=1), 4).from_cube(domain)
    x, values = follow(tf.constant(y))
    np.testing.assert_allclose(x, domain.forward_and_log_det(y)[0], rtol=1e-12)
    # The terms, up to pi / 2 each, cancel; what is left has the rounding of the terms.
    np.testing.assert_allclose(values, np.arctan(x).sum(axis=1), rtol=1e-12, atol=16 * np.finfo(float).eps)
    faces, _ = follow(tf.constant([[0.0] * 4, [1.0] * 4], tf.float64))
    assert np.all((faces >= domain.least) & (faces <= domain.largest))


def test_regions_without_a_graph_form_and_named_variables_come_out_right(flow):
    """By name the points still stay in the graph; from a change of variables f gets NumPy arrays."""
    u = np.random.default_rng(2).random((1000, 3))
    proposal = DefendedFlow("flow", flow, dim=2, share=1 / 8)
    named = Sampler(lambda a, b: tf.exp(-a * b), {"a": (0, 1), "b": (0, 1)}, seed=1, max_neval=9_999)
    plain = Sampler(lambda x: np.exp(-x[:, 0] * x[:, 1]), 2, seed=1, max_neval=9_999)
    np.testing.assert_allclose(named.draw(u, proposal).log_f, plain.draw(u, proposal).log_f, rtol=1e-12)
    assert (named.not_traced, named.seconds_per_call) == (None, 0.0)
    disc = Sampler(lambda x: tf.reduce_sum(x, axis=1), iflow.ball(2), seed=1, max_neval=9_999)
    batch = disc.draw(u, proposal)
    np.testing.assert_allclose(batch.sign * np.exp(batch.log_f), batch.x.sum(axis=1) * np.pi, rtol=1e-12)
    assert "change of variables" in disc.not_traced


@pytest.mark.parametrize(
    "region", [2, [(-1.0, 3.0), (0.0, 0.5)], INFINITE[1:3]], ids=["cube", "box", "infinite"]
)
@pytest.mark.parametrize("n", [1, 100, 5000])
def test_points_of_a_flow_are_evaluated_in_its_graph(flow, region, n):
    counting = Counting(lambda x: tf.exp(-tf.reduce_sum(tf.square(x), axis=1)))
    sampler = Sampler(counting, region, seed=1, max_neval=20_000)
    u, asked = np.random.default_rng(2).random((n, 3)), counting.n
    together = sampler.draw(u, DefendedFlow("flow", flow, dim=2, share=1 / 8))
    assert (sampler.neval, sampler.seconds_per_call) == (11 + n, 0.0)
    apart = sampler.draw(u, Defended("flow", flow, dim=2, share=1 / 8))
    assert sampler.neval == 11 + 2 * n
    assert counting.n == asked
    np.testing.assert_array_equal(together.y, apart.y)
    np.testing.assert_array_equal(together.log_q, apart.log_q)
    np.testing.assert_allclose(together.x, apart.x, rtol=1e-12)
    np.testing.assert_allclose(together.log_f, apart.log_f, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("left", [10_000, 1_500], ids=["once more", "no more"])
def test_an_f_that_raises_in_the_graph_is_told_with_the_point(flow, left):
    def f(x):
        tf.debugging.assert_less(x[:, 0], tf.constant(0.99, tf.float64), message="too far")
        return camel(x)

    sampler = Sampler(f, 2, seed=1, max_neval=11 + left)
    u = np.random.default_rng(2).random((1000, 3))
    with pytest.raises(tf.errors.InvalidArgumentError, match="too far") as caught:
        sampler.draw(u, DefendedFlow("flow", flow, dim=2, share=1 / 8))
    assert bool(getattr(caught.value, "__notes__", None)) == (left == 10_000)
    assert 1_000 <= sampler.neval - 11 <= left


def test_one_batch_is_paid_twice_where_only_the_graph_of_both_fails(flow, monkeypatch):
    sampler, u = Sampler(camel, 2, seed=1, max_neval=20_000), np.random.default_rng(2).random((1000, 3))
    proposal = DefendedFlow("flow", flow, dim=2, share=1 / 8)
    monkeypatch.setattr(proposal, "place_then", lambda u, follow: 1 / 0)
    sampler.draw(u, proposal)
    assert sampler.neval == 11 + 2_000
    assert "ZeroDivisionError" in sampler.not_traced
    sampler.draw(u, proposal)
    assert sampler.neval == 11 + 3_000


def test_what_f_has_compiled_itself_is_called_with_whole_batches(flow):
    by_xla, plain = (tf.function(camel, jit_compile=jit) for jit in (True, None))
    assert Traced(by_xla, 2).by_xla
    assert not Traced(plain, 2).by_xla
    sampler, u = Sampler(by_xla, 2, seed=1, max_neval=9_999), np.random.default_rng(2).random((1000, 3))
    proposal = DefendedFlow("flow", flow, dim=2, share=1 / 8)
    batch = sampler.draw(u, proposal)
    assert sampler.not_traced is None
    np.testing.assert_allclose(
        batch.log_f, Sampler(plain, 2, seed=1, max_neval=9_999).draw(u, proposal).log_f, rtol=1e-9
    )


def test_too_few_values_and_nan_are_told_as_of_any_function(flow):
    proposal, u = DefendedFlow("flow", flow, dim=2, share=1 / 8), np.random.default_rng(2).random((1000, 3))
    fewer = Sampler(lambda x: tf.boolean_mask(camel(x), x[:, 0] < 0.99), 2, seed=1, max_neval=10_000)
    with pytest.raises(ValueError, match="one value a point"):
        fewer.draw(u, proposal)
    holes = Sampler(lambda x: tf.sqrt(0.99 - x[:, 0]), 2, seed=1, max_neval=10_000)
    with pytest.raises(ValueError, match="f must be finite"):
        holes.draw(u, proposal)


def test_runs_repeat_bit_for_bit():
    first, again = (iflow.integrate(camel, 2, seed=3, rtol=0.0, **QUICK) for _ in range(2))
    assert first.proposal == "flow"
    assert (first.mean, first.sdev, first.history) == (again.mean, again.sdev, again.history)


def test_runs_come_out_as_those_of_numpy():
    """4.5 sigma at a fixed seed: a false alarm for 1 seed in 150,000."""
    box = [(-1.0, 2.0)] * 2
    first, plain = (iflow.integrate(f, box, seed=3, rtol=0.0, **QUICK) for f in (camel, numpy_camel))
    assert first.proposal == plain.proposal == "flow"
    assert first.neval == plain.neval
    assert abs(first.mean - plain.mean) < 4.5 * np.hypot(first.sdev, plain.sdev)
    assert not any("graph" in warning for warning in first.warnings)


def test_the_result_says_what_kept_f_out_of_graphs():
    result = iflow.integrate(branching, 2, seed=3, rtol=0.1)
    (remark,) = [warning for warning in result.warnings if "graph" in warning]
    assert "OperatorNotAllowedInGraphError" in remark
    assert result.reliable


def test_points_at_which_f_is_nan_in_the_graph_may_count_as_zero(flow):
    proposal, u = DefendedFlow("flow", flow, dim=2, share=1 / 8), np.random.default_rng(2).random((1000, 3))
    holes = Sampler(
        lambda x: tf.sqrt(0.9 - x[:, 0]), 2, seed=1, max_neval=10_000, omits=frozenset({Reason.NONFINITE})
    )
    batch = holes.draw(u, proposal)
    assert holes.not_traced is None
    np.testing.assert_array_equal(batch.omitted == Reason.NONFINITE, batch.x[:, 0] > 0.9)
    np.testing.assert_array_equal(batch.log_f == -np.inf, batch.x[:, 0] > 0.9)
    assert holes.n_nonfinite == np.count_nonzero(batch.omitted) > 0
    assert "f(x) = nan at x = [" in holes.first_nonfinite
