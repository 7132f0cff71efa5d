"""The trainer fits flows to weighted points."""

import numpy as np
import pytest
from tensorflow.python.eager import context  # shows graphs as they are run

from iflow.flow import build_flow
from iflow.options import FlowOptions, TrainingOptions
from iflow.options.flow import COUPLINGS, ENCODINGS
from iflow.training import DIVERGENCES, Trainer

LINEAR = FlowOptions(coupling="linear", bins=32)


def deviation(flow, rng, log_f):
    """Returns the relative standard deviation of the weights of fresh points."""
    y, log_q = flow.place(rng.random((20_000, flow.dim)))
    weight = np.exp(log_f(y) - log_q)
    return weight.std() / weight.mean()


def correlated(y):
    """Log of a ridge along the diagonal: nothing that a product of marginals could learn."""
    return -0.5 * np.square((y[:, 0] - y[:, 1]) / 0.1)


def train(flow, log_f, rng, divergence="kl", fits=4, **options):
    options = {"steps": 60, "batch": 1024, "learning_rate": 5e-3, **options}
    trainer = Trainer(flow, TrainingOptions(divergence=divergence, **options))
    y = rng.random((10_000, flow.dim))
    return [trainer.fit(y, log_f(y), np.zeros(10_000), steps=options["steps"], rng=rng) for _ in range(fits)]


@pytest.mark.parametrize("divergence", DIVERGENCES)
def test_every_divergence_learns_a_correlation(divergence):
    flow, rng = build_flow(2, LINEAR, seed=0), np.random.default_rng(0)
    before = deviation(flow, rng, correlated)
    losses = train(flow, correlated, rng, divergence)
    assert losses[-1] < losses[0]
    assert deviation(flow, rng, correlated) < 0.5 * before


def test_one_dimension_is_learned_without_a_network():
    flow, rng = build_flow(1, FlowOptions(coupling="linear", bins=16), seed=0), np.random.default_rng(0)
    train(flow, lambda y: -10.0 * y[:, 0], rng, learning_rate=0.1, fits=8)
    # The best that 16 equal bins can do: the spread of f within a bin of width 1/16.
    edges = np.linspace(0, 1, 17)
    first = (np.exp(-10 * edges[:-1]) - np.exp(-10 * edges[1:])) / 10
    second = (np.exp(-20 * edges[:-1]) - np.exp(-20 * edges[1:])) / 20
    best = np.sqrt(np.sum(second / (16 * first)) / np.sum(first) - 1)
    assert deviation(flow, rng, lambda y: -10.0 * y[:, 0]) < 1.5 * best


def test_same_seeds_same_weights():
    weights = []
    for _ in range(2):
        flow = build_flow(2, LINEAR, seed=4)
        train(flow, correlated, np.random.default_rng(4), fits=1)
        weights.append([variable.numpy() for variable in flow.trainable_variables])
    for first, second in zip(*weights, strict=True):
        np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("n", [512, 1500])
def test_training_repeats_bit_for_bit(n):
    """Autodiff's sums of three gradients did not: 1 step in 100 differed, and Adam magnifies that."""
    y, outcomes = np.random.default_rng(0).random((n, 2)), set()
    for _ in range(4):
        flow = build_flow(2, FlowOptions(), seed=1)
        trainer = Trainer(flow, TrainingOptions())
        trainer.fit(y, correlated(y), np.zeros(n), steps=60, rng=np.random.default_rng(3))
        outcomes.add(b"".join(weights.tobytes() for weights in flow.get_weights()))
    assert len(outcomes) == 1


def sums_run(work):
    """How many terms each AddN has, in graphs as traced and as TensorFlow has rewritten them."""
    context.context().enable_graph_collection()
    try:
        work()
        graphs = context.context().export_run_metadata().function_graphs
    finally:
        context.context().disable_graph_collection()
    found = []
    for each in graphs:
        for graph in (each.pre_optimization_graph, each.post_optimization_graph):
            bodies = [graph.node, *(function.node_def for function in graph.library.function)]
            found += [(node.op, node.attr["N"].i) for body in bodies for node in body]
    return found


@pytest.mark.parametrize("coupling", COUPLINGS)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_no_sum_has_three_terms_that_may_be_added_in_any_order(coupling, encoding, without_xla):
    """XLA adds in an order of its own, always the same; this is for what it does not compile."""
    options = FlowOptions(coupling=coupling, encoding=encoding, hidden=(8, 8))
    flow, y = build_flow(3, options, seed=1), np.random.default_rng(0).random((100, 3))
    trainer = Trainer(flow, TrainingOptions(batch=64))

    def work():
        trainer.fit(y, correlated(y), np.zeros(100), steps=2, rng=np.random.default_rng(0))
        flow.log_density(flow.place(y)[0])

    found = sums_run(work)
    assert len(found) > 500
    assert [terms for op, terms in found if op == "AddN" and terms > 2] == []


@pytest.mark.parametrize("divergence", [*DIVERGENCES, "that of a polish"])
def test_nor_has_one_of_a_divergence(divergence, without_xla):
    flow, y = build_flow(1, FlowOptions(coupling="linear"), seed=1), np.random.default_rng(0).random((100, 1))
    chosen = {"divergence": divergence} if divergence in DIVERGENCES else {}
    trainer = Trainer(flow, TrainingOptions(**chosen))
    learn = trainer.fit if chosen else trainer.polish
    found = sums_run(lambda: learn(y, y[:, 0], np.zeros(100), steps=2, rng=np.random.default_rng(0)))
    assert found
    assert [terms for op, terms in found if op == "AddN" and terms > 2] == []


def test_a_divergence_that_overflows_leaves_the_weights_finite():
    flow, rng = build_flow(2, LINEAR, seed=0), np.random.default_rng(0)
    train(flow, lambda y: -1e4 * np.square(y[:, 0]), rng, "chi2", fits=2)
    assert all(np.all(np.isfinite(variable.numpy())) for variable in flow.trainable_variables)


def test_zeros_of_f_are_learned_from():
    flow, rng = build_flow(2, LINEAR, seed=0), np.random.default_rng(0)

    def log_f(y):
        with np.errstate(divide="ignore"):
            return np.log((y[:, 0] < 0.25).astype(float))

    train(flow, log_f, rng)
    y, _ = flow.place(rng.random((5000, 2)))
    assert np.mean(y[:, 0] < 0.25) > 0.9


def test_a_polish_lowers_the_variance_that_a_fit_has_left():
    flow, rng = build_flow(2, FlowOptions(bins=8), seed=0), np.random.default_rng(0)
    trainer, y = Trainer(flow, TrainingOptions(steps=60)), rng.random((10_000, 2))
    trainer.fit(y, correlated(y), np.zeros(10_000), steps=100, rng=rng)
    before = deviation(flow, rng, correlated)
    trainer.polish(y, correlated(y), np.zeros(10_000), steps=200, rng=rng)
    assert deviation(flow, rng, correlated) < 0.8 * before
