"""What a run costs: the arithmetic behind every choice."""

import math

import pytest

from iflow.engine import costs
from iflow.engine.costs import Currency

NAMES = ("uniform", "grid", "spline grid", "mixture", "flow")


@pytest.mark.parametrize(
    ("minimize", "cost", "points", "work"),
    [("time", 1e-5, 1e-2 + 4e-3, 8.0), ("time", 0.0, 4e-3, 8.0), ("calls", 1e-5, 1_000.0, 0.0)],
)
def test_calls_and_seconds_become_one(minimize, cost, points, work):
    currency = Currency(minimize, cost)
    assert currency.points(1_000, 4e-6) == pytest.approx(points)
    assert currency.work(8.0) == work
    assert currency.points(math.inf, 4e-6) == math.inf


@pytest.mark.parametrize("minimize", ["time", "calls"])
def test_only_calls_count_while_the_target_is_out_of_reach(minimize):
    currency = Currency(minimize, 1e-5)
    in_reach = currency.points(1_000, 4e-6), currency.work(8.0)
    currency.within_reach(False)
    assert (currency.points(1_000, 4e-6), currency.work(8.0)) == (1_000.0, 0.0)
    currency.within_reach(True)
    assert (currency.points(1_000, 4e-6), currency.work(8.0)) == in_reach


@pytest.mark.parametrize(
    ("minimize", "cost", "measured", "n", "tells"),
    [
        ("time", 1e-5, 1e-3, 10_000, True),
        ("time", 1e-3, 1e-5, 10_000, True),
        ("time", 1e-5, 0.9e-4, 10**6, False),  # not worth a word
        ("time", 1e-5, 1e-3, 900, False),
        ("time", 0.0, 1e-3, 10_000, False),
        ("calls", 1e-5, 1e-3, 10_000, False),
    ],
)
def test_tells_of_a_cost_that_was_far_off(minimize, cost, measured, n, tells):
    remarks = Currency(minimize, cost).remarks(measured, n)
    assert [("give cost=" in remark) for remark in remarks] == [True] * tells


@pytest.mark.parametrize(
    ("cost", "n_workers", "tells"),
    [
        (1e-2, 1, False),
        (1e-2, 1_000, False),  # what a call takes: as it should be given, however many compute at once
        (1e-5, 1_000, False),  # what a call keeps the run for
        (1e-4, 100, False),
        (1e-5, 4, True),
        (1e-7, 1_000, True),
        (1.0, 1, True),
        (1.0, 1_000, True),
    ],
)
def test_workers_compute_at_the_same_time(cost, n_workers, tells):
    remarks = Currency("time", cost).remarks(1e-2, 10**6, n_workers)
    assert len(remarks) == tells
    assert [f"give cost={1e-2 / n_workers:.1g} " in remark for remark in remarks] == [True] * tells
    assert ["workers" in remark for remark in remarks] == [n_workers > 1] * tells


def test_seconds_grow_with_the_dimension():
    for name in NAMES[:-1]:
        for seconds in (costs.seconds_per_point, costs.seconds_per_fit):
            assert seconds(name, 6) == pytest.approx(3.0 * seconds(name, 2))
    # A flow of 6 coordinates has 3 times as many couplings as one of 2, each of 3 times as many coordinates.
    assert costs.seconds_per_point("flow", 6) == pytest.approx(9.0 * costs.seconds_per_point("flow", 2))
    assert costs.seconds_per_step(6) == pytest.approx(9.0 * costs.seconds_per_step(2))
    assert costs.seconds_per_step(1) > 0.0


@pytest.mark.parametrize("dim", [1, 2, 8, 100])
def test_from_cheap_to_dear(dim):
    points = [costs.seconds_per_point(name, dim) for name in NAMES]
    fits = [costs.seconds_per_fit(name, dim) for name in NAMES[:-1]]
    assert 0.0 < points[0] == min(points)
    assert points[-1] == max(points)
    assert fits == sorted(fits)


def test_every_kind_of_proposal_has_a_typical_rate():
    for name in NAMES:
        rates = [costs.typical_rate(name, dim) for dim in (1, 4, 16, 100)]
        assert rates == sorted(rates, reverse=True)
        assert 0.5 < min(rates) < max(rates) < 1.0
        assert costs.FASTEST_RATE[name] > max(rates) - 0.2


def test_hoped_points():
    hoped = [costs.hoped_points(error) for error in (0.0, 1e-9, 1e-4, 1e-3, 1e-2, 1.0)]
    assert hoped[0] == math.inf
    assert hoped == sorted(hoped, reverse=True)
    assert costs.LEAST_TRAINING < hoped[-1] < 1.01 * costs.LEAST_TRAINING
    # Independent points of deviation 1/4 would need 62,500 for 1e-3; nets are hoped to need fewer.
    assert hoped[3] < costs.LEAST_TRAINING + 62_500


def test_couplings_of_two_shapes_are_compiled_where_coordinates_cannot_be_halved():
    assert costs.flow_startup(3) == costs.flow_startup(17) > costs.flow_startup(1) == costs.flow_startup(4)
