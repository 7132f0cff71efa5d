"""The flow as the rest of the library sees it: NumPy in, NumPy out."""

import numpy as np
import pytest
import tensorflow as tf

from iflow.flow import build_flow
from iflow.options import FlowOptions
from iflow.options.flow import COUPLINGS


def trained(dim, seed=0, scale=0.1, **options):
    flow = build_flow(dim, FlowOptions(**options), seed=seed)
    rng = np.random.default_rng(7)
    for variable in flow.trainable_variables:
        variable.assign_add(tf.constant(rng.normal(scale=scale, size=variable.shape), variable.dtype))
    return flow


@pytest.mark.parametrize("dim", [1, 2, 3, 5, 8, 17])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_draws_with_the_log_density_that_it_evaluates(dim, dtype):
    flow = trained(dim, dtype=dtype)
    y, log_q = flow.place(np.random.default_rng(1).random((500, dim)))
    assert y.dtype == log_q.dtype == np.float64
    assert y.shape == (500, dim)
    close = np.isclose(flow.log_density(y), log_q, atol=1e-9)
    # Points next to a knot may change bins in rounding.
    assert close.mean() > 0.999


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_almost_empty_bins_are_drawn_as_often_as_their_density_says(dtype):
    """E_q[1/q] = 1 to rounding when the latents are the middles of equal cells, per bin of x."""
    flow = build_flow(1, FlowOptions(coupling="linear", bins=16, dtype=dtype), seed=0)
    (logits,) = flow.trainable_variables
    logits.assign([0.0] * 15 + [12.0])
    # The first fifteen bins hold 1e-3 of the mass between them.
    u = (np.arange(200_000) + 0.5) / 200_000 * 1e-3
    y, log_q = flow.place(u[:, np.newaxis])
    slope = np.diff(y[:, 0]) / np.diff(u)
    inside = np.floor(16 * y[1:, 0]) == np.floor(16 * y[:-1, 0])
    np.testing.assert_allclose(slope[inside], np.exp(-log_q[1:][inside]), rtol=1e-6)


def test_points_follow_the_density():
    flow = trained(2)
    y, log_q = flow.place(np.random.default_rng(1).random((100_000, 2)))
    inside = np.all((y > [0.2, 0.1]) & (y < [0.6, 0.8]), axis=1)
    # E_q[1/q over a box] is the box's volume; 4.5 standard errors at a fixed seed: false alarm 7e-6.
    inverse = inside * np.exp(-log_q)
    assert abs(inverse.mean() - 0.28) < 4.5 * inverse.std() / np.sqrt(len(y))


@pytest.mark.parametrize("coupling", COUPLINGS)
def test_mean_of_the_score_is_zero(coupling):
    """E_q[d log q / d weights] = 0 where the gradient is right, jumps of histograms included.

    Half of the points say in which direction the mean deviates most, the others by how much.
    """
    flow = trained(2, coupling=coupling, hidden=(8,), repeats=3, dtype="float64", scale=0.2)

    @tf.function
    def mean_score(y):
        with tf.GradientTape() as tape:
            log_q = tf.reduce_mean(flow.log_prob(y))
        gradients = tape.gradient(log_q, flow.trainable_variables)
        return tf.concat(gradients, axis=0)

    y, _ = flow.place(np.random.default_rng(1).random((100_000, 2)))
    scores = np.array([mean_score(tf.constant(block)) for block in np.split(y, 100)])
    deviations = scores[50:] @ scores[:50].mean(axis=0)
    # 4.5 standard errors at a fixed seed: false alarm 7e-6. The jumps of histograms, being spread, leave 2
    # of them; left out, 69.
    assert abs(deviations.mean()) < 4.5 * deviations.std() / np.sqrt(len(deviations))


@pytest.mark.parametrize(("coupling", "n_couplings"), [("linear", 4), ("rational-quadratic", 2)])
def test_two_linear_couplings_are_too_few(coupling, n_couplings):
    assert len(build_flow(2, FlowOptions(coupling=coupling), seed=0).couplings) == n_couplings
    assert len(build_flow(2, FlowOptions(coupling=coupling, repeats=1), seed=0).couplings) == 2
    assert len(build_flow(4, FlowOptions(coupling=coupling), seed=0).couplings) == 4


def test_same_seed_same_flow_other_seed_another():
    u = np.random.default_rng(1).random((100, 3))
    first, again, other = (build_flow(3, FlowOptions(), seed=seed) for seed in (1, 1, 2))
    for flow in (first, again, other):
        # All networks end in zeros; open them the same way in each.
        for variable in flow.trainable_variables:
            variable.assign_add(tf.range(variable.shape[0], dtype=variable.dtype) / 9000)
    np.testing.assert_array_equal(first.place(u)[0], again.place(u)[0])
    assert np.any(first.place(u)[0] != other.place(u)[0])


def test_many_flows_and_batch_sizes_bring_no_warning_of_retracing(caplog):
    for seed in range(7):
        flow = trained(2, seed=seed)
        for n in (1, 10, 1000):
            flow.place(np.full((n, 2), 0.5))
            flow.log_density(np.full((n, 2), 0.5))
    assert not caplog.records


def test_no_points_are_no_trouble():
    y, log_q = trained(3).place(np.empty((0, 3)))
    assert y.shape == (0, 3)
    assert log_q.shape == (0,)


@pytest.mark.parametrize("n", [0, 1, 2048, 5000])
def test_what_follows_runs_in_the_same_graph_for_any_number_of_points(n):
    flow, traces = trained(3), []

    def follow(y):
        traces.append(tf.inside_function())
        return [2.0 * y, tf.reduce_sum(y, axis=1)]

    u = np.random.default_rng(1).random((n, 3))
    for rows in (1, 7, n):
        y, log_q, twice, total = flow.place_then(u[:rows], follow)
        seen = flow.log_density_then(y, follow)
    assert traces == [True, True]  # one for each direction
    for found, expected in zip((y, log_q), flow.place(u), strict=True):
        np.testing.assert_array_equal(found, expected)
    np.testing.assert_array_equal(twice, 2.0 * y)
    np.testing.assert_allclose(total, y.sum(axis=1))
    for found, expected in zip(seen, (flow.log_density(y), twice, total), strict=True):
        np.testing.assert_array_equal(found, expected)


def test_what_follows_sees_no_point_of_the_padding():
    flow = trained(3)
    *_, sizes = flow.place_then(np.full((5, 3), 0.5), lambda y: [tf.fill(tf.shape(y)[:1], tf.shape(y)[0])])
    assert sizes.tolist() == [5] * 5
