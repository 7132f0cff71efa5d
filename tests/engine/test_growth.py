"""How a measurement grows: never beyond the budget, nothing of it stranded, nets whole."""

import math

import numpy as np
import pytest

from iflow.engine.growth import _MARGIN, N_REPLICATES, Part, first_round, next_round

BUDGETS = [16, 17, 100, 1_023, 1_024, 5_000, 65_537, 1_000_003]
# The first round takes at most so much of what is expected in all.
LARGEST_SHARE = 1.0
FACTORS = [1.001, 1.3, 1.9, 2.0, 7.5, math.inf]


def total(parts):
    return sum(part.n for part in parts)


def is_power_of_2(n):
    return n > 0 and n & (n - 1) == 0


@pytest.mark.parametrize("n_expected", [2_048, 3_000, 4_095, 4_096, 1e5, 1e6 / 3, 2.0**30])
def test_the_first_round_takes_at_least_half_of_its_share(n_expected):
    parts = first_round(n_expected, left=10**12)
    assert LARGEST_SHARE * n_expected / 2 < total(parts) <= LARGEST_SHARE * n_expected
    assert [part.replicate for part in parts] == list(range(N_REPLICATES))
    assert len({part.n for part in parts}) == 1


@pytest.mark.parametrize("n_expected", [0.0, 1.0, 100.0, 2_047.0 * LARGEST_SHARE])
def test_the_first_round_is_not_too_small(n_expected):
    assert first_round(n_expected, left=10**6) == [Part(number, 64) for number in range(16)]


@pytest.mark.parametrize("left", BUDGETS)
@pytest.mark.parametrize("n_expected", [1.0, 1e5, math.inf])
def test_the_first_round_fits_the_budget(n_expected, left):
    parts = first_round(n_expected, left)
    assert 0 < total(parts) <= left
    assert all(is_power_of_2(part.n) for part in parts)
    # Where it was cut, the next power of 2 would not have fitted.
    assert 2 * total(parts) > left or total(parts) >= min(1_024, n_expected / 4)


@pytest.mark.parametrize("left", [1, 7, 15])
def test_a_budget_of_less_than_16_goes_to_powers_of_2(left):
    sizes = [part.n for part in first_round(1e5, left)]
    assert sum(sizes) == left
    assert all(size & (size - 1) == 0 for size in sizes)


@pytest.mark.parametrize("budget", BUDGETS)
@pytest.mark.parametrize("factor", [*FACTORS, None], ids=lambda factor: f"factor {factor or 'at random'}")
def test_rounds_use_up_the_budget_exactly(budget, factor):
    rng, left, sizes, n_rounds = np.random.default_rng(6), budget, [], 0
    while left:
        chosen = rng.choice(FACTORS) if factor is None else factor
        parts = next_round(sizes, chosen, left) if sizes else first_round(budget / 4, left)
        assert 0 < total(parts) <= left
        assert len({part.replicate for part in parts}) == len(parts)
        for part in parts:
            assert part.replicate <= len(sizes)
            sizes += [0] * (part.replicate == len(sizes))
            sizes[part.replicate] += part.n
        # Every replicate is a net after every round.
        assert all(map(is_power_of_2, sizes))
        left, n_rounds = left - total(parts), n_rounds + 1
    assert sum(sizes) == budget
    # The smallest factor adds one replicate a round; the others are done after a few rounds.
    assert n_rounds < (120 if factor == 1.001 else 60)


EQUAL, GROWN = [64] * 16, [128] * 8 + [64] * 8


@pytest.mark.parametrize(
    ("sizes", "factor", "left", "expected"),
    [
        (EQUAL, 2.0, 1_024, [Part(number, 64) for number in range(16)]),
        (EQUAL, 2.0 / _MARGIN, 10**6, [Part(number, 64) for number in range(16)]),
        (EQUAL, math.inf, 10**6, [Part(number, 64) for number in range(16)]),
        (GROWN, 100.0, 10**6, [Part(number, 128) for number in range(8)]),  # only the largest double
        # 0.575 * 16 = 9.2 replicates more.
        (EQUAL, 1.575 / _MARGIN, 10**6, [Part(16 + number, 64) for number in range(10)]),
        (EQUAL, 1.001 / _MARGIN, 10**6, [Part(16, 64)]),
        (EQUAL, 100.0, 1_023, [Part(16 + number, 64) for number in range(15)]),  # no room to double
        (EQUAL, 1.2, 200, [Part(16 + number, 64) for number in range(3)]),
        (EQUAL, 100.0, 63, [Part(16 + number, 32 >> number) for number in range(6)]),
        (EQUAL, 1.001, 36, [Part(16, 32), Part(17, 4)]),
        ([1] * 16, 100.0, 1, [Part(16, 1)]),
    ],
)
def test_doubling_or_adding(sizes, factor, left, expected):
    assert next_round(sizes, factor, left) == expected


@pytest.mark.parametrize("factor", [1.05, 1.1, 1.3, 1.4])
def test_what_is_added_aims_a_little_beyond_the_target(factor):
    aim = factor * _MARGIN * 1_024
    assert aim <= 1_024 + total(next_round(EQUAL, factor, 10**6)) < aim + 64
