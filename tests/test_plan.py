"""The arithmetic of budgets: who gets how much, and when a phase has paid off."""

import math

import pytest

from iflow import plan as planning
from iflow.estimate import Estimate
from iflow.options import Target


def estimate(mean=1.0, deviation=1.0, n=10_000):
    return Estimate(n, n, mean, deviation / math.sqrt(n), n, 0.0, 0.0)


BUDGETS = [100, 999, 9_999, 10_000, 10_001, 50_000, 500_000, 10_000_000, 10**9]


@pytest.mark.parametrize("max_neval", BUDGETS)
@pytest.mark.parametrize("flow", [True, False])
@pytest.mark.parametrize("n_probe", [11, 13])
def test_a_good_part_of_every_budget_is_left_to_measure(max_neval, flow, n_probe):
    plan = planning.make_plan(max_neval, n_probe=n_probe, flow=flow)
    spent = n_probe + plan.n_survey + plan.n_training
    assert plan.n_survey >= 1
    assert spent <= max(0.56 * max_neval, 20)


@pytest.mark.parametrize("max_neval", BUDGETS)
def test_a_flow_is_planned_where_it_may_be_and_the_budget_allows(max_neval):
    plan = planning.make_plan(max_neval, n_probe=11, flow=True)
    assert (plan.n_iterations > 0) == (max_neval >= planning.LEAST_TO_TRAIN)
    if plan.n_iterations:
        assert 0.9 * planning.LEAST_PER_ITERATION < plan.n_per_iteration <= planning.LARGEST_PER_ITERATION
    assert planning.make_plan(max_neval, n_probe=11, flow=False).n_training == 0


def test_a_plan_by_hand():
    # 100,000 left: a twentieth to survey; half to train, over 20 iterations.
    assert planning.make_plan(100_011, n_probe=11, flow=True) == planning.Plan(5_000, 20, 2_500)
    assert planning.Plan(5_000, 20, 2_500).n_training == 50_000


@pytest.mark.parametrize(
    ("deviation", "target", "expected"),
    [
        (2.0, Target(rtol=0.1), 400.0),
        (2.0, Target(rtol=0.1, atol=0.5), 16.0),
        (0.0, Target(rtol=0.1), 30.0),
        (2.0, Target(rtol=0.0), math.inf),
        (math.inf, Target(rtol=0.1), math.inf),
        (2.0, Target(rtol=0.0, atol=1e-300), math.inf),  # 4e600, beyond floats
    ],
)
def test_points_needed(deviation, target, expected):
    assert planning.points_needed(estimate(deviation=deviation), target) == pytest.approx(expected)


def test_points_needed_for_an_integral_of_0():
    assert planning.points_needed(estimate(mean=0.0), Target(rtol=0.1)) == math.inf
    assert planning.points_needed(estimate(mean=0.0), Target(atol=0.1)) == pytest.approx(100.0)


PLAN = planning.Plan(1_000, 20, 500)  # training takes up to 10,000


@pytest.mark.parametrize(
    ("deviation", "worth"), [(0.99, False), (1.01, True), (math.inf, True), (0.0, False)]
)
def test_training_is_worth_it_where_uniform_points_need_more(deviation, worth):
    assert planning.worth_training(estimate(deviation=deviation), Target(rtol=0.01), PLAN) is worth


@pytest.mark.parametrize(("n_spent", "enough"), [(9_000, False), (11_000, True)])
def test_training_ends_once_measuring_is_cheaper_than_what_it_cost(n_spent, enough):
    assert planning.trained_enough(estimate(deviation=1.0), Target(rtol=0.01), n_spent) is enough


# Survey: 1 +- 0.01, deviation 1.
@pytest.mark.parametrize(
    ("flow", "better"),
    [
        (estimate(deviation=0.5), True),
        (estimate(deviation=2.0), False),
        (estimate(deviation=1.0), False),
        (estimate(mean=1.04, deviation=0.5), True),
        (estimate(mean=1.04, deviation=2.0), False),
        (estimate(mean=1.20, deviation=2.0), True),  # the flow saw what the survey did not
        (estimate(mean=0.80, deviation=2.0), True),
    ],
)
def test_the_smaller_deviation_wins_where_both_saw_the_same(flow, better):
    survey = estimate()
    assert planning.flow_is_better(flow, survey) is better
    assert planning.nothing_to_learn(flow, survey, 7) is not better
    assert planning.nothing_to_learn(flow, survey, 6) is False


@pytest.mark.parametrize(
    ("n_expected", "n_measured", "n_left", "size"),
    [
        (100_000, 0, 900_000, 10_000),  # a tenth of what is expected
        (100_000, 200_000, 700_000, 20_000),  # a tenth of what has been, once that is more
        (math.inf, 0, 500_000, 50_000),
        (500, 0, 500_000, 1_000),
        (math.inf, 0, 10**9, 1_000_000),
        (math.inf, 300_000, 40_000, 40_000),  # a remnant goes with the last round
        (10, 0, 1_499, 1_499),
        (10, 0, 1_500, 1_000),
        (10, 0, 1, 1),
    ],
)
def test_round_size(n_expected, n_measured, n_left, size):
    assert planning.round_size(n_expected, n_measured, n_left) == size


@pytest.mark.parametrize("n_left", [1, 999, 1_501, 123_457, 5_000_000])
@pytest.mark.parametrize("n_expected", [1.0, 5e4, math.inf])
def test_rounds_use_up_the_budget_exactly_and_are_few(n_left, n_expected):
    n_measured = n_rounds = 0
    while n_left:
        size = planning.round_size(n_expected, n_measured, n_left)
        assert 1 <= size <= n_left
        n_measured, n_left, n_rounds = n_measured + size, n_left - size, n_rounds + 1
    assert n_rounds <= 100


@pytest.mark.parametrize(
    ("n_measured", "n_expected", "may"),
    [
        (1_999, 10, False),
        (2_000, 10, True),
        (4_999, 10_000, False),
        (5_000, 10_000, True),
        (10**9, math.inf, False),
    ],
)
def test_the_target_is_tested_from_half_of_the_expected_number_on(n_measured, n_expected, may):
    assert planning.may_stop(n_measured, n_expected) is may
