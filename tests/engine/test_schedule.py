"""The sizes of the rounds of the preparation."""

import pytest

from iflow.engine.schedule import Schedule, most_points


@pytest.mark.parametrize(
    ("budget", "size"),
    [(1_279, 0), (1_280, 64), (2_559, 64), (2_560, 128), (20_000, 512), (20_480, 1_024), (10**9, 1_024)],
)
def test_the_first_round_takes_a_twentieth_of_the_budget_at_most(budget, size):
    assert Schedule(budget).size("uniform", budget) == size
    assert size <= budget / 20


@pytest.mark.parametrize(("beta", "sizes"), [(1.0, [1_024, 2_048, 4_096]), (0.5, [1_024, 2_048, 2_048])])
def test_rounds_double_while_small_or_where_the_whole_target_is_learned(beta, sizes):
    schedule, found = Schedule(100_000), []
    for _ in sizes:
        found.append(schedule.size("grid", 100_000))
        schedule.grow(beta)
    assert found == sizes


@pytest.mark.parametrize(
    ("budget", "spent", "size"),
    [
        (10**6, 1_000, 4_096),
        (10**6, 20_000, 6_000),
        (10**6, 200_000, 25_000),
        (100_000, 50_000, 6_250),
        (2_000, 1_000, 256),
    ],
)
def test_a_flow_draws_a_share_of_what_was_seen(budget, spent, size):
    assert Schedule(budget).size("flow", budget - spent) == size


@pytest.mark.parametrize(("left", "size"), [(1_000, 0), (1_028, 256), (40_000, 1_024), (10**7, 16_384)])
def test_the_last_look_leaves_three_quarters_to_the_measurement(left, size):
    assert Schedule.last_size(left) == size
    assert size < left / 4


@pytest.mark.parametrize(("dim", "n"), [(2, 7_456_540), (16, 1_813_753)])
def test_points_to_learn_from_fit_in_memory(dim, n):
    assert most_points(dim) == n
    assert 8 * n * (2 * dim + 5) <= 2**29
