import math

import pytest

from benchmarks.row_summary import RowSummary, geometric_mean, verdicts
from benchmarks.suite import ROWS

BEST = ROWS[0].best


@pytest.fixture
def summary(make_run):
    def make(*calls, row=ROWS[0], **rest):
        return RowSummary(row, tuple(make_run(seed=i, neval=n, **rest) for i, n in enumerate(calls)))

    return make


def test_the_suite_is_that_of_the_paper():
    assert [row.number for row in ROWS] == list(range(1, 15))
    assert [row.rtol for row in ROWS] == [1e-4] * 11 + [1e-5] * 3
    assert all(row.problem.exact for row in ROWS)
    assert ROWS[3].goal == 277_222


def test_median_and_ratio(summary):
    three = summary(10_000, 90_000, 20_000)
    assert three.median_calls == 20_000
    assert three.range_of_calls == (10_000, 90_000)
    assert three.ratio == pytest.approx(BEST / 20_000)


@pytest.mark.parametrize(
    ("calls", "rest", "verdict"),
    [
        (BEST // 10, {}, "met"),
        (BEST // 3, {}, "floor"),
        (BEST // 2, {}, "missed"),
        (BEST // 20, {"sdev": 0.1}, "not reached"),
        (BEST // 20, {"mean": 1.1}, "1 wrong"),
        (BEST // 20, {"stop_reason": "failed: nan", "mean": math.nan}, "1 failed"),
    ],
)
def test_verdicts_of_a_row(summary, calls, rest, verdict):
    row = summary(calls, **rest)
    assert row.verdict == verdict
    assert row.beats(10) == (verdict == "met")


def test_more_than_half_must_reach_the_target(make_run, summary):
    good, bad = make_run(neval=100), make_run(neval=100, sdev=0.1)
    assert RowSummary(ROWS[0], (good, good, bad)).median_calls == 100
    assert RowSummary(ROWS[0], (good, bad, bad)).ratio == 0


def test_a_wrong_value_is_no_arrival(make_run):
    good, wrong = make_run(neval=100), make_run(neval=10, mean=1.1)
    assert RowSummary(ROWS[0], (good, good, wrong)).median_calls == 100
    assert RowSummary(ROWS[0], (good, wrong, wrong)).ratio == 0


def test_geometric_mean():
    assert geometric_mean([1.0, 100.0]) == pytest.approx(10.0)
    assert geometric_mean([2.0, 0.0]) == 0
    assert math.isnan(geometric_mean([]))


def test_sentences_count_rows_and_runs(summary):
    rows = [
        summary(BEST // 100, BEST // 100),
        summary(BEST // 4, reliable=False),
        summary(BEST, row=ROWS[1], sdev=0.1, tensorflow=True),
    ]
    mean, goal, floor, runs, tensorflow = verdicts(rows)
    assert "20 over 2 rows, 1 without" in mean
    assert "1 of 3 rows" in goal
    assert "2 of 3 rows" in floor
    assert "3 of 4 runs" in runs
    assert tensorflow.endswith("rows: 2")
