"""The race: who leads, who may go on, and whether another round pays."""

import math

import pytest

from iflow.engine.costs import Currency
from iflow.engine.pilot import Pilot
from iflow.engine.race import Race
from iflow.options import Target
from iflow.statistics.estimate import Estimate


def pilot(sdev, mean=1.0, n=1_024, rate=0.5):
    return Pilot(Estimate(n, n, mean, sdev, n, 0.0, 0.0, sdev * math.sqrt(n)), rate, fights=False)


def cells_pilot(sdev, n=1_024, rate=1.0):
    return Pilot(Estimate(n, n, 1.0, sdev, n, 0.0, 0.0, 3.0), rate, fights=False, stratifies=True)


NOTHING = Pilot(Estimate(64, 0, 0.0, math.inf, 0.0, 0.0, 0.0, math.inf), 0.5, fights=False)


def race_of(pilots, *, minimize="calls", seconds=None, rtol=1e-3, left=10**9):
    race = Race(Target(rtol=rtol), Currency(minimize, 1e-6))
    race.left = left
    for name, own in pilots.items():
        race.enter(name, own, (seconds or {}).get(name, 0.0))
    return race


def race_with_variances(*variances):
    """A race whose only contender had weights of these variances, round after round, and its latest price."""
    race = Race(Target(rtol=1e-3), Currency("calls", 0.0))
    race.left = 10**9
    for variance in variances:
        own = pilot(math.sqrt(variance / 1_024)) if math.isfinite(variance) else NOTHING
        race.enter("only", own, 0.0)
    return race, race.best().price


@pytest.mark.parametrize(
    ("pilots", "order"),
    [
        ({"a": pilot(0.02), "b": pilot(0.01), "c": pilot(0.03)}, ["b", "a", "c"]),
        # The larger estimate saw what the smaller one did not, however small the error of that.
        ({"a": pilot(1e-4, mean=0.8), "b": pilot(0.01)}, ["b"]),
        ({"a": pilot(1e-4, mean=-0.8), "b": pilot(0.01, mean=-1.0)}, ["b"]),
        # An estimate that is larger only within its errors rules nobody out.
        ({"a": pilot(1e-4), "b": pilot(0.5, mean=1.9)}, ["a", "b"]),
        ({"a": pilot(1e-3, mean=1.7), "b": pilot(0.2, mean=2.0), "c": pilot(0.01, mean=1.25)}, ["a", "b"]),
        ({"a": NOTHING, "b": pilot(0.01)}, ["b", "a"]),
        ({"a": NOTHING}, ["a"]),
    ],
    ids=[
        "by price",
        "missed a part",
        "negative",
        "larger by chance",
        "surely larger",
        "found nothing",
        "alone",
    ],
)
def test_standings(pilots, order):
    race = race_of(pilots)
    assert [standing.name for standing in race.standings()] == order
    assert race.best() == race.standings()[0]
    assert race.pilots == pilots


def test_standings_tell_points_and_price():
    race = race_of({"a": pilot(0.01)}, minimize="time", seconds={"a": 3e-6})
    best = race.best()
    assert best.needed == pytest.approx(102_400)
    assert best.price == pytest.approx(102_400 * 4e-6)


def test_time_weighs_what_calls_do_not():
    pilots, seconds = {"dear": pilot(0.01), "cheap": pilot(0.02)}, {"dear": 1e-4, "cheap": 1e-7}
    assert race_of(pilots, seconds=seconds).best().name == "dear"
    assert race_of(pilots, seconds=seconds, minimize="time").best().name == "cheap"


def test_where_no_price_is_known_the_smaller_relative_error_leads():
    few = {"a": pilot(0.4, n=16), "b": pilot(0.2, n=16)}
    race = race_of(few)
    assert [standing.name for standing in race.standings()] == ["b", "a"]
    assert race.best().price == math.inf


@pytest.mark.parametrize(("left", "reached"), [(102_000, False), (103_000, True), (1, False)])
def test_the_target_is_within_reach_of_whoever_needs_least(left, reached):
    # 0.01 of 1,024 points is 1e-3 of 102,400.
    race = race_of({"a": pilot(0.02), "b": pilot(0.01), "c": NOTHING}, left=left)
    assert race.is_within_reach() is reached
    assert not race_of({"c": NOTHING}, left=left).is_within_reach()


@pytest.mark.parametrize(("left", "leader"), [(2_048, "slow"), (100_000, "fast")])
def test_out_of_reach_those_lead_that_come_closest(left, leader):
    """The error of one is larger now but falls faster."""
    pilots = {"slow": pilot(0.01), "fast": pilot(0.02, rate=1.0)}
    for rtol in (0.0, 1e-9):
        race = race_of(pilots, rtol=rtol, left=left)
        assert not race.is_within_reach()
        assert race.best().name == leader
        assert race.best().price == pytest.approx(left)


def test_out_of_reach_who_comes_less_close_by_far_is_out_of_touch():
    race = race_of({"best": pilot(0.01), "near": pilot(0.017), "far": pilot(0.0174)}, rtol=0.0)
    assert [race.in_touch(name) for name in ("best", "near", "far")] == [True, True, False]


def test_the_latest_pilot_counts():
    race = race_of({"a": pilot(0.02), "b": pilot(0.01)})
    race.enter("a", pilot(0.005), 0.0)
    assert race.best().name == "a"
    assert [race.n_pilots(name) for name in "abc"] == [2, 1, 0]


@pytest.mark.parametrize(("sdev", "in_touch"), [(0.01, True), (0.017, True), (0.0174, False), (0.05, False)])
def test_whoever_needs_3_times_as_much_is_out_of_touch(sdev, in_touch):
    assert race_of({"best": pilot(0.01), "other": pilot(sdev)}).in_touch("other") is in_touch


def test_who_has_not_drawn_or_may_yet_win_is_in_touch():
    assert race_of({"a": pilot(0.01)}).in_touch("new")
    assert race_of({"a": NOTHING, "b": pilot(0.4, n=16)}).in_touch("a")
    assert not race_of({"a": pilot(1e-4, mean=0.8), "b": pilot(0.01)}).in_touch("a")


@pytest.mark.parametrize(
    ("leader", "other"),
    [(pilot(0.01), cells_pilot(0.1, rate=0.5)), (cells_pilot(0.01), pilot(0.5, n=16))],
    ids=["those of the other", "those of the leader"],
)
def test_weights_of_cells_keep_nobody_in_touch(leader, other):
    assert not race_of({"leader": leader, "other": other}).in_touch("other")


def test_what_cells_have_learned_is_told_by_their_error():
    race = race_of({"cells": cells_pilot(0.01)})
    race.enter("cells", cells_pilot(0.005, n=2_048), 0.0)  # what more points alone bring at this rate
    assert race.stalls()
    race.enter("cells", cells_pilot(0.00125, n=4_096), 0.0)  # twice as good as that
    assert not race.stalls()


@pytest.mark.parametrize(("dearer", "gain"), [(1.0, 0.75), (2.0, 0.5), (3.0, 0.25), (4.0, 0.02), (9.0, 0.02)])
def test_who_is_dearer_must_first_save_the_difference(dearer, gain):
    race = race_of({"known": pilot(0.01), "new": pilot(0.01 * math.sqrt(dearer))})
    race.enter("known", pilot(0.01), 0.0)
    limit, options = 0.5 * gain * race.best().price, {"left": 1e12, "beta": 1.0, "new": False}
    assert race.another_round_pays(0.99 * limit, drawing=["known", "new"], **options)
    assert not race.another_round_pays(1.01 * limit, drawing=["known", "new"], **options)


def test_who_draws_alone_has_more_rounds():
    race = race_of({"known": pilot(0.01), "flow": pilot(0.1)})
    assert race.another_round_pays(0.3 * race.best().price, drawing=["flow"], left=1e12, beta=1.0, new=False)


@pytest.mark.parametrize(
    ("variances", "beta", "new", "gain"),
    [
        ((1.0,), 1.0, False, 0.75),
        ((1.0, 0.99), 1.0, False, 0.02),
        ((1.0, 0.9), 1.0, False, 0.1),
        ((1.0, 1.0), 1.0, False, 0.02),
        ((1.0, 2.0), 1.0, False, 0.02),
        ((1.0, 0.7, 0.6, 0.343), 1.0, False, 0.3),
        ((1.0, 0.6), 1.0, False, 0.4),
        ((1.0, 0.1), 1.0, False, 0.75),
        ((1.0, 0.1, 0.06), 1.0, False, 0.4),
        ((1.0, 1.0), 1.0, True, 0.75),
        ((1.0, 1.0), 0.5, False, 0.9),
        ((math.inf, 1.0), 1.0, False, 0.75),
    ],
)
def test_a_round_pays_when_it_costs_half_of_what_it_should_save(variances, beta, new, gain):
    race, price = race_with_variances(*variances)
    limit = 0.5 * gain * price
    for left, most in ((1e12, limit), (price / 10.0, limit / 10.0)):
        assert race.another_round_pays(0.99 * most, drawing=["only"], left=left, beta=beta, new=new)
        assert not race.another_round_pays(1.01 * most, drawing=["only"], left=left, beta=beta, new=new)


def test_where_no_price_is_known_what_is_left_limits_a_round():
    for variances in ((math.inf,), (math.inf, math.inf)):
        race, _ = race_with_variances(*variances)
        assert race.another_round_pays(0.37e6, drawing=["only"], left=1e6, beta=1.0, new=False)
        assert not race.another_round_pays(0.38e6, drawing=["only"], left=1e6, beta=1.0, new=False)


@pytest.mark.parametrize(
    ("variances", "stalls"),
    [
        ((1.0,), False),
        ((1.0, 0.59), False),
        ((1.0, 0.61), True),
        ((1.0, 2.0), True),
        ((1.0, 1.0, 0.1), False),
        ((1.0, 0.1, 0.1), True),
        ((math.inf, 1.0), False),
        ((0.0, 0.0), True),
    ],
)
def test_a_race_stalls_when_a_round_takes_less_than_40_percent_off_the_variance(variances, stalls):
    assert race_with_variances(*variances)[0].stalls() is stalls


def test_only_the_leader_tells_what_a_round_has_saved():
    race = race_of({"a": pilot(0.01), "b": pilot(0.04)})
    race.enter("b", pilot(0.02), 0.0)
    assert not race.stalls()
    race.enter("a", pilot(0.01), 0.0)
    assert race.stalls()
    race.enter("b", pilot(0.005), 0.0)
    assert not race.stalls()
