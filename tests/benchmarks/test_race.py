import math

import pytest

from benchmarks.race import Race


@pytest.fixture
def race(make_run):
    def make(cost, **methods):
        runs = {
            name: [make_run(method=name, seconds=seconds, **rest) for seconds in times]
            for name, (times, rest) in methods.items()
        }
        return Race(None, 1e-3, cost, runs)

    return make


def test_cost_decides_who_is_first(race):
    methods = {"iflow": ([5.0], {"neval": 1_000}), "vegas": ([0.1], {"neval": 100_000})}
    cheap, dear = race(0.0, **methods), race(1e-3, **methods)
    assert (cheap.first, dear.first) == ("vegas", "iflow")
    assert dear.ratio == pytest.approx(100.1 / 6.0)
    assert dear.is_won
    assert not cheap.is_won


@pytest.mark.parametrize(("cost", "won"), [(0.0, True), (1e-5, False)])
def test_a_second_is_close_only_where_calls_cost_nothing(race, cost, won):
    assert race(cost, iflow=([1.0], {}), vegas=([0.1], {})).is_won is won


def test_only_right_answers_arrive(race):
    heat = race(0.0, iflow=([9.0], {}), vegas=([0.1], {"mean": 2.0}), madnis=([0.2], {"sdev": 0.1}))
    assert heat.first == "iflow"
    assert heat.is_won
    assert (heat.text("vegas"), heat.text("madnis"), heat.text("iflow")) == ("wrong", "not reached", "9.00")
    assert heat.ratio == math.inf


def test_nobody_arrives(race):
    heat = race(0.0, iflow=([1.0], {"stop_reason": "failed: killed", "mean": math.nan}))
    assert heat.first == ""
    assert heat.text("iflow") == "failed"
    assert not heat.is_won
    assert math.isnan(heat.ratio)


def test_the_median_counts(race):
    assert race(0.0, iflow=([1.0, 50.0, 2.0], {})).seconds("iflow") == 2.0
