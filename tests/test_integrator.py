"""Whole runs: right values, budgets kept, states that survive."""

import contextlib
import functools
import math
import time

import numpy as np
import pytest

import iflow
import integrands

RESIDENTS = {
    "gaussian": 2,
    "camel": 2,
    "entangled_circles": 2,
    "annulus": 2,
    "polynomial": 6,
    "box": 3,
    "triangle": 2,
}
# Few steps keep the tests quick; the estimate is unbiased however well the flow was trained.
QUICK = {"steps": 15, "hidden": (16,), "bins": 8, "coupling": "linear"}


CAMEL = integrands.get("camel", 2)
WITH_A_FLOW = {"rtol": 0.0, "max_neval": 12_000, "flow": True, **QUICK}


@functools.cache
def camel_with_a_flow(seed):
    """One run a seed for all that ask; most of it is tracing, which no other run of the process spares."""
    return iflow.integrate(CAMEL, 2, seed=seed, **WITH_A_FLOW)


def count_calls(f):
    """Returns f and a list that collects every batch handed to it."""
    batches = []

    def counted(x):
        batches.append(x.copy())
        return f(x)

    return counted, batches


def square(x):
    return np.square(x).sum(axis=1)


@pytest.mark.parametrize("flow", [False, True])
@pytest.mark.parametrize(("name", "dim"), RESIDENTS.items())
def test_residents_come_out_right(name, dim, flow):
    """4.5 sigma at 14 fixed seeds: a joint false-alarm rate of 1e-4."""
    f, max_neval = integrands.get(name, dim), 16_000 if flow else 40_000
    result = iflow.integrate(f, dim, seed=3, rtol=0.0, max_neval=max_neval, flow=flow, **QUICK)
    assert (result.proposal == "flow") == flow
    assert abs(result.mean - f.exact) < 4.5 * result.sdev
    assert result.sdev < 0.1 * abs(f.exact)
    assert 0.925 * max_neval < result.neval <= max_neval


def test_the_flow_beats_what_came_before_it_on_a_curved_ridge():
    f = integrands.get("entangled_circles")
    with_flow = iflow.integrate(f, 2, seed=1, rtol=0.0, max_neval=60_000, flow=True)
    uniform = [row for row in with_flow.history if row.proposal == "uniform"][-1]
    trained = [row for row in with_flow.history if row.proposal == "flow"][-1]
    assert with_flow.proposal == "flow"
    assert trained.deviation < 0.4 * uniform.deviation
    assert abs(with_flow.mean - f.exact) < 4.5 * with_flow.sdev


def test_an_edge_is_left_to_cells():
    ring = integrands.get("annulus")
    result = iflow.integrate(ring, 2, rtol=3e-4, seed=1)
    assert result.proposal == "cells"
    assert result.reliable
    assert result.converged
    assert result.neval < 120_000  # nets on uniform points take about 350,000
    assert abs(result.mean - ring.exact) < 4.5 * result.sdev
    assert "measured from the cells" in result.summary()
    assert iflow.integrate(ring, 2, rtol=3e-4, seed=1) == result


@pytest.mark.parametrize("name", ["camel", "gaussian"])
def test_easy_peaks_need_no_flow(name):
    f = integrands.get(name, 4)
    result = iflow.integrate(f, 4, seed=1, rtol=1e-3)
    assert result.proposal in ("spline grid", "mixture")
    assert result.neval < 60_000
    assert abs(result.mean - f.exact) < 4.5 * result.sdev


def test_pulls_have_unit_width_with_a_flow():
    """Eight runs, a flow of its own in each: chi2 of the pulls, false-alarm rate about 1e-4."""
    results = [camel_with_a_flow(seed) for seed in range(8)]
    pulls = [(result.mean - CAMEL.exact) / result.sdev for result in results]
    # Quantiles 0.00005 and 0.99995 of chi2 with 8 degrees of freedom.
    assert 0.38 < np.square(pulls).sum() < 33.6


def test_only_measured_points_enter_the_mean():
    result = camel_with_a_flow(5)
    measured = [row for row in result.history if row.phase == "measurement"]
    n = sum(row.neval for row in measured)
    assert result.neval_measured == n < result.neval
    assert result.mean == pytest.approx(sum(row.neval * row.mean for row in measured) / n, rel=1e-12)
    assert {row.phase for row in result.history} == {"survey", "training", "measurement"}


@pytest.mark.parametrize("max_neval", [100, 137, 1_000, 9_999, 10_000, 12_345])
@pytest.mark.parametrize("points", ["sobol", "random"])
def test_the_budget_is_used_up_and_never_exceeded(max_neval, points):
    """But for what is less than a net, where nets are far better than a smaller one."""
    f, batches = count_calls(square)
    result = iflow.integrate(f, 3, rtol=0.0, max_neval=max_neval, seed=1, points=points, **QUICK)
    assert sum(map(len, batches)) == result.neval
    if points == "random":
        assert result.neval == max_neval
    else:
        assert 0.92 * max_neval < result.neval <= max_neval
    assert result.stop_reason == "max_neval"


def test_stops_at_the_target_well_before_the_budget():
    f, batches = count_calls(square)
    result = iflow.integrate(f, 3, rtol=1e-2, seed=1)
    assert result.converged
    assert result.stop_reason == "target"
    assert result.sdev <= 1e-2 * result.mean == result.error_allowed
    assert sum(map(len, batches)) == result.neval < 30_000


def test_stops_at_an_absolute_target():
    result = iflow.integrate(square, 3, rtol=0.0, atol=0.01, seed=1)
    assert result.converged
    assert 0.0 < result.sdev <= 0.01


@pytest.mark.clock
def test_stops_at_the_time_limit():
    result = iflow.integrate(square, 3, rtol=0.0, max_neval=10**9, max_seconds=0.5, seed=1, flow=False)
    assert result.stop_reason == "max_seconds"
    assert 0.5 < result.seconds < 5.0
    assert abs(result.mean - 1.0) < 4.5 * result.sdev


@pytest.mark.parametrize("flow", [False, True])
def test_same_seed_same_numbers_other_seed_others(flow):
    def run(seed):
        return iflow.integrate(CAMEL, 2, seed=seed, **WITH_A_FLOW | {"flow": flow})

    kept = camel_with_a_flow if flow else run
    first, again, other = kept(7), run(7), kept(6)
    assert (first.mean, first.sdev) == (again.mean, again.sdev)
    assert first.mean != other.mean


def test_a_run_without_a_seed_can_be_repeated():
    first = iflow.integrate(square, 2, rtol=1e-2)
    again = iflow.integrate(square, 2, rtol=1e-2, seed=first.seed)
    assert first.mean == again.mean


def test_no_global_random_state_is_touched():
    np.random.seed(1)  # noqa: NPY002, the state that must not change
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    iflow.integrate(integrands.get("camel", 2), 2, max_neval=12_000, flow=True, **QUICK)
    np.testing.assert_array_equal(before, np.random.get_state()[1])  # noqa: NPY002


@pytest.mark.parametrize("flow", [False, True])
def test_points_lie_strictly_inside_the_region(flow):
    f, batches = count_calls(lambda x: 1.0 / np.sqrt(x[:, 0] - 2.0))
    result = iflow.integrate(f, [(2.0, 3.0), (-1e-9, 1e-9)], max_neval=20_000, rtol=0.0, flow=flow, **QUICK)
    points = np.concatenate(batches)
    assert np.all((points > [2.0, -1e-9]) & (points < [3.0, 1e-9]))
    assert result.mean == pytest.approx(4e-9, rel=0.1)


@pytest.mark.parametrize("flow", [False, True])
def test_infinite_limits(flow):
    def f(x):
        return np.exp(-np.square(x[:, 0]) - x[:, 1])

    region = [(-math.inf, math.inf), (0.0, math.inf)]
    result = iflow.integrate(f, region, max_neval=20_000, rtol=0.0, flow=flow, seed=2, **QUICK)
    assert abs(result.mean - math.sqrt(math.pi)) < 4.5 * result.sdev
    assert result.sdev < 0.05


def test_tiny_and_huge_values_neither_vanish_nor_overflow():
    f = integrands.get("camel", 2)
    plain = iflow.integrate(f, 2, rtol=1e-2, seed=1, max_neval=12_000, flow=True, **QUICK)
    for scale in (1e-300, 1e300):
        scaled = iflow.integrate(
            lambda x, scale=scale: scale * f(x), 2, rtol=1e-2, seed=1, max_neval=12_000, flow=True, **QUICK
        )
        assert scaled.mean / scale == pytest.approx(plain.mean, rel=0.05)
        assert scaled.sdev / scaled.mean == pytest.approx(plain.sdev / plain.mean, rel=0.3)


def test_signed_integrands_with_a_flow():
    def f(x):
        return np.sin(2 * np.pi * x[:, 0]) * 3.0 + x[:, 1]

    result = iflow.integrate(f, 2, rtol=0.0, max_neval=20_000, flow=True, seed=1, **QUICK)
    assert abs(result.mean - 0.5) < 4.5 * result.sdev


def test_one_dimension_with_a_flow():
    def f(x):
        return np.exp(-20.0 * x[:, 0])

    result = iflow.integrate(f, 1, rtol=0.0, max_neval=12_000, flow=True, seed=1, **QUICK)
    assert abs(result.mean - (1 - math.exp(-20)) / 20) < 4.5 * result.sdev
    assert result.proposal == "flow"


def test_a_constant_is_exact():
    result = iflow.integrate(lambda x: np.full(len(x), 3.0), 5)
    assert result.mean == pytest.approx(3.0, rel=1e-14)
    assert result.sdev == 0.0
    assert result.converged


@pytest.mark.parametrize("flow", ["auto", True])
def test_an_integrand_never_seen_is_not_a_confident_zero(flow):
    result = iflow.integrate(lambda x: np.zeros(len(x)), 2, max_neval=12_000, seed=1, flow=flow, **QUICK)
    assert result.mean == 0.0
    assert result.sdev == math.inf
    assert not result.reliable
    assert not result.converged
    assert "f was 0 at all" in result.warnings[0]


def test_a_needle_that_few_points_hit_is_not_reliable():
    def needle(x):
        return np.where(np.all(np.abs(x - 0.3) < 0.01, axis=1), 1.0, 1e-12)

    result = iflow.integrate(needle, 2, max_neval=2_000, seed=1)
    assert not result.reliable


def test_a_peak_on_a_constant_that_one_point_hit_is_not_reliable():
    """The variance rests on that one point, though the sum does not."""
    highest = 0.0

    def f(x):
        nonlocal highest
        peak = np.exp(-0.5 * np.square((x - 0.3) / 0.003).sum(axis=1))
        values = 1.0 + peak / (2.0 * math.pi * 0.003**2)
        highest = max(highest, values.max())
        return values

    for seed in range(20):
        highest = 0.0
        result = iflow.integrate(f, 2, rtol=0.01, max_neval=20_000, flow=False, seed=seed)
        # A run that no point of came near the peak sees a constant 1; nobody could tell.
        if highest > 1.01:
            assert not result.reliable or abs(result.mean - 2.0) < 4.5 * result.sdev


def test_what_the_survey_saw_and_the_measurement_missed_is_not_forgotten():
    def spike(x):
        return 1.0 + 1e5 * (x[:, 0] < 2e-5)

    exact, found = 3.0, 0
    for seed in range(30):
        result = iflow.integrate(spike, 1, rtol=1e-2, max_neval=20_000, flow=False, seed=seed)
        if any(row.mean > 1.001 for row in result.history):
            found += 1
            assert not result.reliable or abs(result.mean - exact) < 4.5 * result.sdev
    assert found >= 1


def test_a_constant_is_looked_at_often_enough_for_the_target():
    result = iflow.integrate(lambda x: np.full(len(x), 3.0), 2, rtol=1e-4, seed=1)
    assert result.neval_measured >= 15_000
    assert result.reliable
    assert "all" in result.warnings[0]
    assert "weights are equal" in result.warnings[0]


def test_a_reporter_that_raises_loses_nothing():
    rows, state = [], {"broken": True}

    def report(row):
        rows.append(row)
        if state["broken"]:
            raise RuntimeError("disk full")

    f, batches = count_calls(square)
    integrator = iflow.Integrator(f, 2, rtol=0.0, max_neval=20_000, seed=1, flow=False, progress=report)
    for _ in range(3):
        with pytest.raises(RuntimeError, match="disk full"):
            integrator.integrate()
    assert integrator.result.stop_reason == "exception"
    state["broken"] = False
    result = integrator.integrate()
    assert [(row.phase, row.total_neval) for row in result.history].count(("survey", 523)) == 1
    assert 18_000 < sum(map(len, batches)) == result.neval <= 20_000


def test_an_integrand_that_keeps_failing_does_not_exceed_the_budget():
    rng = np.random.default_rng(0)
    f, batches = count_calls(lambda x: np.where(rng.random(len(x)) < 1e-3, np.nan, 1.0 + x[:, 0]))
    integrator = iflow.Integrator(f, 1, rtol=0.0, max_neval=12_000, seed=1, flow=True, **QUICK)
    for _ in range(60):
        with contextlib.suppress(ValueError):
            integrator.integrate()
    assert sum(map(len, batches)) <= 12_000


@pytest.mark.clock
def test_pauses_do_not_count_against_the_time_limit():
    integrator = iflow.Integrator(square, 2, rtol=0.0, max_neval=10**9, max_seconds=1.0, seed=1, flow=False)
    integrator.train()
    time.sleep(1.1)
    assert integrator.integrate().neval_measured > 10_000
    assert 1.0 < integrator.seconds < 2.0


@pytest.mark.clock
def test_a_slow_integrand_keeps_to_the_time_limit():
    def slow(x):
        time.sleep(1e-4 * len(x))
        return square(x)

    result = iflow.integrate(slow, 2, rtol=0.0, max_neval=20_000, max_seconds=0.5, seed=1, flow=False)
    assert result.stop_reason == "max_seconds"
    assert result.seconds < 1.0


def test_events_do_not_eat_the_budget_of_the_measurement():
    options = {"rtol": 0.0, "max_neval": 10_000, "seed": 1, "flow": False}
    integrator = iflow.Integrator(square, 2, **options)
    integrator.sample(30_000)
    result, without = integrator.integrate(), iflow.integrate(square, 2, **options)
    assert result.neval == without.neval + 30_000
    assert result.neval_measured == without.neval_measured


def test_values_too_small_for_a_float_are_no_confident_zero():
    result = iflow.integrate(lambda x: 1e-321 * x[:, 0], 1, max_neval=5_000, seed=1)
    assert not result.reliable
    assert any("smaller units" in warning for warning in result.warnings)


def test_a_result_has_one_gvar_and_equals_that_of_the_same_seed():
    first, again = (iflow.integrate(square, 2, rtol=1e-2, seed=1) for _ in range(2))
    assert first == again
    difference = first.gvar - first.gvar
    assert difference.sdev == 0.0


def test_a_heavy_tail_is_not_reliable():
    result = iflow.integrate(
        lambda x: np.abs(x[:, 0] - 0.3) ** -0.9, 1, max_neval=50_000, rtol=0.0, seed=1, flow=False
    )
    assert not result.reliable
    assert any("without bound" in warning for warning in result.warnings)


def test_a_narrow_ridge_is_found_or_doubted():
    def ridge(x):
        return np.exp(-0.5 * np.square((x[:, 0] - x[:, 1]) / 0.001)) / (0.001 * math.sqrt(2 * math.pi))

    result = iflow.integrate(ridge, 2, max_neval=60_000, rtol=0.0, seed=1)
    # The ends of the diagonal lose sqrt(2/pi) width in all.
    exact = 1.0 - math.sqrt(2 / math.pi) * 0.001
    assert not result.reliable or abs(result.mean - exact) < 4.5 * result.sdev


def test_a_flow_steps_aside_where_there_is_nothing_to_learn():
    result = iflow.integrate(integrands.get("polynomial", 4), 4, rtol=0.0, max_neval=40_000, seed=1, **QUICK)
    assert result.proposal != "flow"
    assert not any(row.proposal == "flow" for row in result.history)


def test_too_small_a_budget_is_an_error_only_when_a_flow_is_demanded():
    with pytest.raises(ValueError, match=r"max_neval = 5000 is too small.*at least 10000"):
        iflow.integrate(square, 3, max_neval=5_000, flow=True)
    assert iflow.integrate(square, 3, max_neval=5_000, rtol=0.0).proposal != "flow"


def test_an_exception_in_f_is_annotated_and_nothing_measured_is_lost():
    state = {"left": 30_000}

    def fragile(x):
        state["left"] -= len(x)
        if state["left"] < 0:
            raise RuntimeError("licence server down")
        return square(x)

    integrator = iflow.Integrator(fragile, 2, rtol=0.0, max_neval=60_000, seed=1, flow=False)
    with pytest.raises(RuntimeError, match="licence server down"):
        integrator.integrate()
    before = integrator.result.neval_measured
    assert before > 10_000
    state["left"] = 10**6
    result = integrator.integrate()
    assert result.neval_measured > before
    assert abs(result.mean - 2 / 3) < 4.5 * result.sdev
    state["left"] = 30_000
    with pytest.raises(RuntimeError, match=r"measured before it: 0\.\d+\(\d+\) from"):
        iflow.integrate(fragile, 2, rtol=0.0, max_neval=60_000, seed=1, flow=False)


def test_an_exception_while_training_loses_no_training():
    f = integrands.get("camel", 2)
    state = {"left": 4_000}

    def fragile(x):
        if len(x) > 1 and state["left"] < 0:
            raise RuntimeError("no more")
        state["left"] -= len(x)
        return f(x)

    integrator = iflow.Integrator(fragile, 2, rtol=0.0, max_neval=15_000, seed=1, flow=True, **QUICK)
    with pytest.raises(RuntimeError, match="no more"):
        integrator.integrate()
    before = integrator.result.history
    assert {row.phase for row in before} == {"survey", "training"}
    state["left"] = 10**6
    result = integrator.integrate()
    assert result.history[: len(before)] == before
    assert [row.phase for row in result.history].count("training") > len(before) - 1
    assert [row.phase for row in result.history].count("survey") == 1
    assert 14_000 < result.neval <= 15_000
    assert abs(result.mean - f.exact) < 4.5 * result.sdev


def test_ctrl_c_returns_what_was_measured():
    calls = {"n": 0, "raised": False}

    def interrupted(x):
        calls["n"] += len(x)
        if calls["n"] > 30_000 and not calls["raised"]:
            calls["raised"] = True
            raise KeyboardInterrupt
        return square(x)

    integrator = iflow.Integrator(interrupted, 2, rtol=0.0, max_neval=50_000, seed=1, flow=False)
    result = integrator.integrate()
    assert result.stop_reason == "interrupted"
    assert 0 < result.neval_measured < 50_000
    assert integrator.integrate().stop_reason == "max_neval"


def test_training_in_steps_equals_the_one_call():
    integrator = iflow.Integrator(CAMEL, 2, seed=4, **WITH_A_FLOW)
    integrator.train()
    n_trained = integrator.neval
    integrator.train()
    assert integrator.neval == n_trained
    assert integrator.integrate().mean == camel_with_a_flow(4).mean


@pytest.fixture(scope="module")
def events():
    """70,000 events of a trained flow."""
    return iflow.Integrator(CAMEL, 2, seed=4, **WITH_A_FLOW).sample(70_000)


def test_weighted_events_integrate_and_lie_in_the_region(events):
    assert events.points.shape == (70_000, 2)
    assert np.all((events.points > 0.0) & (events.points < 1.0))
    error = events.weights.std() / math.sqrt(70_000)
    assert abs(events.weights.mean() - CAMEL.exact) < 4.5 * error
    with pytest.raises(ValueError, match=">= 1"):
        iflow.Integrator(CAMEL, 2, seed=4).sample(0)


def test_any_part_of_the_events_is_as_good_as_the_whole(events):
    """Blocks of 500 events: chi2 of their pulls, 100 degrees of freedom, false-alarm rate 2e-4."""
    weights = events.weights[:50_000].reshape(100, 500)
    pulls = (weights.mean(axis=1) - CAMEL.exact) / (weights.std() / math.sqrt(500))
    assert 54.1 < np.square(pulls).sum() < 161.3


def test_every_iteration_is_reported():
    rows = []
    result = iflow.integrate(square, 2, rtol=1e-2, progress=rows.append)
    assert tuple(rows) == result.history
