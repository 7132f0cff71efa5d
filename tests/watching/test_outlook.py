"""How long a run still takes: arithmetic."""

import math
from dataclasses import replace

import pytest

from iflow.history import Iteration
from iflow.options import Target
from iflow.watching.outlook import _LEARNED, Fall, Outlook, fall_of_pilot, measured_in_all

NAN = math.nan


def pilot(
    n=1_000, *, total=None, mean=1.0, sdev=0.1, needed=16_000.0, seconds=2.0, proposal="grid", drawn=2.0
):
    return Iteration(
        "training",
        n,
        total or n,
        mean,
        sdev,
        3.0,
        seconds,
        proposal=proposal,
        n_needed=needed,
        draw_seconds=drawn,
    )


def measured(n, total, sdev, seconds, drawn, mean=1.0):
    return Iteration("measurement", n, total, mean, sdev, 3.0, seconds, mean, sdev, draw_seconds=drawn)


def test_an_error_falls_by_its_rate():
    assert Fall(100, 0.2, 0.5).error(400) == pytest.approx(0.1)
    assert Fall(100, 0.2, 1.0).error(400) == pytest.approx(0.05)


def test_a_rate_is_believed_by_its_lever():
    believed = Fall(1_000, 0.1, 0.5)
    rates = [believed.then(1_000 * factor, 0.1 / factor).rate for factor in (1.0, 1.1, 4.0, 1e6)]
    assert rates[0] == 0.5
    assert 0.5 < rates[1] < 0.51 < rates[2] < 0.9 < 0.99 < rates[3] < 1.0


@pytest.mark.parametrize("sdev", [0.0, 1e9])
def test_a_rate_stays_within_what_is_possible(sdev):
    assert 0.5 <= Fall(1_000, 0.1, 0.6).then(1e6, sdev).rate <= 1.5


def test_a_pilot_promises_what_it_needs_and_a_little_more():
    fall = fall_of_pilot(pilot(), 0.01)
    assert fall.error(16_000) == pytest.approx(_LEARNED * 0.01)
    assert fall.rate == pytest.approx(math.log(10) / math.log(16))


@pytest.mark.parametrize(
    ("row", "allowed"),
    [(pilot(needed=math.inf), 0.1), (pilot(needed=NAN), 0.1), (pilot(sdev=0.0), 0.1), (pilot(), 0.0)],
)
def test_some_pilots_promise_nothing(row, allowed):
    assert fall_of_pilot(row, allowed) is None


@pytest.mark.parametrize(
    ("sdev", "planned", "most", "expected"),
    [
        (0.005, 1_600, 10**6, 1_600),  # met already
        (0.02, 1_600, 10**6, 6_400),  # a quarter of the variance: the replicates double twice
        (0.011, 1_600, 10**6, 2_600),  # 1.21 x 1.3 times as many: 10 of 16 replicates more
        (0.02, 1_600, 5_000, 5_000),  # the budget comes first
        (0.02, 1_600, 1_000, 1_000),
        (0.02, 0, 1_000, 0),
    ],
)
def test_rounds_are_played_in_advance(sdev, planned, most, expected):
    assert measured_in_all(Fall(1_600, sdev), 0.01, planned, most) == expected


def test_a_target_of_0_takes_the_budget():
    assert measured_in_all(Fall(1_600, 0.01), 0.0, 1_600, 12_345) == 12_345


def outlook(**target):
    return Outlook(Target(**({"rtol": 0.01, "max_neval": 10**6} | target)))


def test_nothing_is_known_before_the_first_row():
    new = outlook()
    new.begin("survey", "uniform", 1_000, 11, 0.1)
    assert math.isnan(new.seconds_left(0.2))


def test_nothing_is_known_while_pilots_cannot_tell():
    new = outlook()
    new.take(pilot(needed=math.inf))
    assert math.isnan(new.seconds_left(2.0))


def test_the_first_small_row_tells_no_speed():
    new = outlook()
    new.take(pilot(drawn=0.5))
    assert math.isnan(new.seconds_left(2.0))
    new.take(pilot(drawn=0.1, proposal="mixture"))
    assert new.seconds_left(2.0) == pytest.approx(1e-4 * new.points_left())


def test_training_promises_the_measurement_with_the_best_that_agrees():
    new = outlook()
    new.take(pilot(needed=16_384.0))
    assert new.points_left() == 16_384
    assert new.seconds_left(2.0) == pytest.approx(2e-3 * 16_384)
    new.take(pilot(needed=8_192.0, proposal="mixture", total=2_000, seconds=4.0))
    assert new.points_left() == 8_192
    # One that has missed half of the integral has a small error, and does not count.
    new.take(pilot(needed=1_024.0, mean=0.5, sdev=0.01, proposal="cells", total=3_000, seconds=6.0))
    assert new.points_left() == 8_192
    assert new.seconds_left(8.0) == pytest.approx(2e-3 * 8_192 - 2.0)


def test_the_budget_or_the_time_limit_may_come_first():
    short = outlook(max_neval=5_000)
    short.take(pilot(needed=16_384.0))
    assert short.points_left() == 4_000
    assert short.seconds_left(2.0) == pytest.approx(8.0)
    hurried = outlook(max_seconds=7.0)
    hurried.take(pilot(needed=16_384.0))
    assert hurried.seconds_left(2.0) == pytest.approx(5.0)
    whole = outlook(rtol=0.0)
    whole.take(pilot(needed=math.inf))
    assert whole.points_left() == 999_000


def test_the_measurement_is_told_by_its_own_error_and_speed():
    new = outlook()
    new.take(pilot(needed=16_384.0))
    new.begin("measurement", "grid", 16_384, 1_000, 2.0)
    assert new.points_left() == 16_384
    new.advance(1_000 + 4_096, 3.024)  # four times as fast as the pilot
    assert new.seconds_left(3.024) == pytest.approx(0.00025 * 12_288)
    new.take(measured(16_384, 17_384, sdev=0.005, seconds=6.0, drawn=4.0))
    assert new.points_left() == 0
    assert new.seconds_left(6.0) == 0.0
    new.take(measured(16_384, 33_768, sdev=0.05, seconds=10.0, drawn=4.0))
    assert new.points_left() > 10 * 32_768


def test_of_several_integrals_the_furthest_from_its_target_is_waited_for():
    new = outlook()
    row = measured(16_384, 17_384, sdev=0.005, seconds=6.0, drawn=4.0)
    new.take(row)
    assert new.points_left() == 0
    new = outlook()
    new.take(replace(row, excess=4.0))
    assert new.points_left() > 10 * 16_384


def test_units_of_logarithms_do_not_matter():
    new = outlook()
    new.take(replace(pilot(needed=16_384.0), log_unit=-4000.0))
    new.take(replace(pilot(needed=8_192.0, mean=0.001, sdev=0.0001, proposal="mixture"), log_unit=-3990.0))
    assert new.points_left() == 8_192


def test_a_round_under_way_is_finished_in_any_case():
    new = outlook()
    new.take(pilot())
    new.take(measured(16_384, 17_384, sdev=0.0099, seconds=6.0, drawn=4.0))
    new.begin("measurement", "grid", 1_024, 17_384, 6.0)
    assert new.points_left() == 1_024
    new.advance(17_384 + 1_000, 6.2)
    assert new.points_left() == 24


def test_what_is_overdue_is_no_forecast():
    new = outlook(rtol=0.0, max_neval=1_000 + 10_000)
    new.take(pilot(seconds=2.0))  # 10,000 points at 2 ms: 20 s
    assert new.seconds_left(21.0) == pytest.approx(1.0)
    assert new.seconds_left(26.0) == 0.0
    assert math.isnan(new.seconds_left(29.0))
