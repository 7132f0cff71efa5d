"""The bias that rounding makes, told from pairs of weights."""

import math
from dataclasses import replace

import numpy as np
import pytest
import tensorflow as tf
from click.testing import CliRunner

from benchmarks import precision
from benchmarks.paired_bias import (
    MOST_ERRORS,
    ByDifferences,
    ByHand,
    PairedBias,
    in_float64,
    paired_biases,
)
from benchmarks.problem import problem
from benchmarks.trained_flow import Course
from iflow.flow import How, build_flow
from iflow.options import FlowOptions

CAMEL = problem("camel", 2)
U = np.random.default_rng(1).random((3_000, 2))


@pytest.fixture(scope="module", params=["float32", "float64"])
def options(request):
    return FlowOptions(bins=4, hidden=(8,), dtype=request.param)


@pytest.fixture(scope="module")
def flow(options):
    flow = build_flow(2, options, seed=1)
    rng = np.random.default_rng(7)
    for variable in flow.trainable_variables:
        variable.assign_add(tf.constant(rng.normal(scale=0.3, size=variable.shape), variable.dtype))
    return flow


@pytest.fixture(scope="module")
def fine(flow, options):
    return ByHand(in_float64(flow, options), "float64", How.PLAIN)


class Off:
    """A map whose log density is too large by a constant."""

    def __init__(self, right, by):
        self.latent_dim, self._right, self._by = right.latent_dim, right, by

    def place(self, u):
        y, log_q = self._right.place(u)
        return y, log_q + self._by

    def log_density(self, y):
        return self._right.log_density(y) + self._by


def biases(maps, fine, n=256):
    return paired_biases(CAMEL, maps, fine, replicates=8, n=n, seed=1)


def test_a_wrong_density_is_told_by_far_less_than_the_noise(fine):
    found = biases({"right": fine, "off": Off(fine, 1e-6)}, fine)
    assert found["right"].bias == found["right"].error == 0.0
    off = found["off"]
    # log q is too large where the flow draws, and all but a 64th of the points are its own.
    assert off.bias == pytest.approx(-1e-6, rel=0.05)
    assert abs(off.bias) > MOST_ERRORS * off.error
    assert off.off_error > 1e3 * abs(off.bias)


def test_points_in_float64_have_no_bias_whatever_the_networks(flow, fine):
    coarse = ByHand(flow, "float32", How.PLAIN) if flow.dtype == tf.float32 else flow
    found = biases({"mixed": flow, "coarse": coarse}, fine, n=2048)
    # 4.5 standard errors at a fixed seed; 1e-12 where both are float64.
    assert abs(found["mixed"].bias) < MOST_ERRORS * found["mixed"].error + 1e-12
    assert found["mixed"].most < 1e-6
    assert found["mixed"].gap[1] < 1e-10
    assert (found["coarse"].gap[1] > 1e-7) == (flow.dtype == tf.float32)


def test_numerical_derivatives_know_the_density(fine):
    (_, exact), (_, found) = fine.place(U), ByDifferences(fine).place(U)
    # Points next to a knot see both bins.
    assert np.isclose(found, exact, atol=1e-5).mean() > 0.99


def test_by_hand_is_the_flow_to_rounding(flow, fine):
    for mine, theirs in zip(fine.place(U), flow.place(U), strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-4 if flow.dtype == tf.float32 else 1e-12)
    compiled = ByHand(flow, flow.dtype.name, How.DRAWING)
    np.testing.assert_allclose(compiled.place(U)[0], flow.place(U)[0], atol=1e-4)


def test_a_bias_that_is_not_known_is_at_fault():
    good = PairedBias(1e-8, 1e-8, (0.0, 0.0, 0.0), 0.3, 1e-4, 1e-4)
    vague, large, nothing = replace(good, error=1e-6), replace(good, bias=-2e-6), replace(good, bias=math.nan)
    assert not precision.is_at_fault([good])
    for bad in (vague, large, nothing):
        assert precision.is_at_fault([good, bad])
    assert precision.worst([good, large, vague]) is vague


def test_works_take_turns():
    done = []
    seconds = precision.turns({name: lambda name=name: done.append(name) for name in "ab"}, 2)
    assert done == list("ababab")
    assert [len(each) for each in seconds.values()] == [2, 2]


def test_a_flow_is_trained_measured_and_timed():
    course = Course(rounds=3, n=2_000, steps=30, polish=50)
    plan = precision.Plan(course, replicates=4, n=2_048, repeats=2, steps=1, n_drawn=4_096)
    options = FlowOptions(bins=4, hidden=(8,), encoding="none")
    trained = precision.trained(CAMEL, options, course, seed=1)
    assert len(trained.sample.y) == course.neval == 6_000
    found = precision.biases(CAMEL, trained, plan, seed=1)
    mixed, coarse = found["float32", "float64"], found["float32", "float32"]
    assert (mixed.off, mixed.deviation) == pytest.approx((coarse.off, coarse.deviation), abs=1e-5)
    # Of uniform points it is 1.3.
    assert mixed.deviation < 1.0
    assert mixed.gap[1] < 1e-10 < 1e-8 < coarse.gap[1]
    derivatives = found["float64", "derivatives"]
    assert abs(derivatives.bias) < MOST_ERRORS * derivatives.error + 1e-8
    flows = {"float32": trained, "float64": replace(trained, flow=in_float64(trained.flow, options))}
    for narrow, wide in precision.timed(flows, plan).values():
        assert len(narrow) == len(wide) == 2


@pytest.mark.parametrize(("error", "status"), [(1e-8, 0), (1e-6, 1)])
def test_the_command(monkeypatch, error, status):
    bias = PairedBias(1e-8, error, (0.0, 0.0, 0.0), 0.3, 1e-4, 1e-4)
    monkeypatch.setattr(precision, "trained", lambda each, options, course, seed: options.dtype)
    monkeypatch.setattr(precision, "biases", lambda each, dtype, plan, seed: {(dtype, "float64"): bias})
    monkeypatch.setattr(precision, "timed", lambda flows, plan: {"work": ([1.0, 1.0], [2.0, 2.0])})
    result = CliRunner().invoke(precision.main, ["--quick", "--rows", "3"])
    assert result.exit_code == status, result.output
    assert result.output.count("entangled circles 2") == 4 + status
    assert f"+1.0e-08 +- {error:.1e}" in result.output
