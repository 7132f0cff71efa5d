"""Flows that differ in one option."""

import math

import click
import pytest

from benchmarks.figures import draw_flows
from benchmarks.flows import _texts, deviation, parse_vary
from benchmarks.problem import problem
from benchmarks.record import Outcome, Run, Task, dumps, run_from


def run_with(ess, n=1_000):
    task = Task("iflow", problem("camel", 4), 1, 1e-3, 10_000, options=(("coupling", "linear"),))
    return Run(task, Outcome(1.0, 0.1, 2_000, n, ess=ess), 1.0, 2.0)


def test_an_option_and_its_values():
    assert parse_vary(None, None, "dtype=float32,float64") == ("dtype", ["float32", "float64"])
    assert parse_vary(None, None, "bins=8,16") == ("bins", [8, 16])
    for text in ("dtype", "dtype=", "dtype=float32,"):
        with pytest.raises(click.BadParameter, match="not of the form option=value,value"):
            parse_vary(None, None, text)


def test_the_deviation_is_that_of_the_effective_sample_size():
    assert deviation(run_with(1_000.0)) == 0.0
    assert deviation(run_with(500.0)) == pytest.approx(1.0)
    assert deviation(run_with(1_000.0 / 1.25)) == pytest.approx(0.5)
    assert math.isnan(deviation(run_with(0.0, n=0)))


def test_options_survive_a_file():
    assert run_from(dumps(run_with(500.0))) == run_with(500.0)
    assert run_with(1.0).task.label.endswith(", coupling linear")


def test_a_row_of_the_table():
    texts = _texts([run_with(500.0), run_with(800.0), run_with(400.0)])
    assert texts[:4] == ["2,000", "2,000 - 2,000", "1", "1.0e-01"]
    assert texts[-2:] == ["0/3", "0"]


def test_a_picture_has_a_row_for_each_problem(tmp_path):
    groups = {("camel 4", "linear"): [run_with(500.0)], ("camel 4", "quadratic"): [run_with(800.0)]}
    draw_flows(groups, "calls to 0.001", tmp_path / "flows.png")
    assert (tmp_path / "flows.png").stat().st_size > 5_000
