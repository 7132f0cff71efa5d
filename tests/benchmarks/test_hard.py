import math

import pytest

from benchmarks.hard import ROWS, HardRow, n_found, n_honest, verdict
from benchmarks.problem import problem


def test_rows_exist_and_random_ones_differ_by_seed():
    assert all(row.problem_of(1).exact for row in ROWS)
    assert ROWS[0].problem_of(1) != ROWS[0].problem_of(2)
    assert ROWS[1].problem_of(1) == ROWS[1].problem_of(2)


@pytest.mark.parametrize(
    ("outcome", "honest", "found"),
    [
        ({}, 1, 1),
        ({"reliable": None}, 1, 1),
        ({"mean": 2.0}, 0, 0),
        ({"mean": 2.0, "reliable": False}, 1, 0),
        ({"mean": 0.0, "sdev": math.inf, "reliable": False}, 1, 0),
        ({"mean": 0.0, "sdev": 0.0, "reliable": None}, 0, 0),
    ],
)
def test_right_or_doubted(make_run, outcome, honest, found):
    runs = [make_run(**outcome)]
    assert (n_honest(runs), n_found(runs)) == (honest, found)


def test_verdict(make_run):
    row = HardRow(problem("camel", 2), longest=10.0)
    doubted, wrong = make_run(mean=2.0, reliable=False), make_run(mean=2.0)
    assert verdict(row, [make_run()] * 9 + [doubted]) == "ok"
    assert verdict(row, [make_run()] * 8 + [doubted] * 2) == "found too seldom"
    assert verdict(row, [make_run()] * 9 + [wrong]) == "confidently wrong"
    assert verdict(row, [make_run(seconds=11.0)]) == "too slow"
    failed = make_run(stop_reason="failed: killed", mean=math.nan, reliable=None)
    assert verdict(row, [make_run()] * 9 + [failed]) == "failed"
