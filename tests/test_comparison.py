"""Comparisons: equal budgets, every call counted, tables and figures."""

import math

import numpy as np
import pytest

import integrands
from iflow import Comparison, compare
from iflow.baseline import plain_monte_carlo, vegas
from iflow.comparison import comparison_table
from iflow.method_run import MethodRun
from iflow.plots import plot_comparisons

METHODS = {"plain Monte Carlo": plain_monte_carlo, "VEGAS": vegas}


@pytest.fixture(scope="module")
def comparison():
    return compare(integrands.get("camel", 2), 2, max_neval=20_000, seed=1, flow=False)


def counted(f):
    calls = {"n": 0}

    def wrapper(x):
        calls["n"] += len(x)
        return f(x)

    return wrapper, calls


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("max_neval", [10_000, 50_000])
def test_baselines_count_every_call_and_keep_the_budget(name, max_neval):
    f, calls = counted(integrands.get("gaussian", 3))
    run = METHODS[name](f, 3, max_neval=max_neval, seed=1)
    assert run.method == name
    assert calls["n"] == run.neval == run.trace[-1].neval
    assert 0.7 * max_neval < run.neval <= max_neval


@pytest.mark.parametrize("name", METHODS)
def test_baselines_come_out_right(name):
    """4.5 sigma at a fixed seed, two methods: false-alarm rate 1.4e-5."""
    f = integrands.get("gaussian", 3)
    run = METHODS[name](f, 3, max_neval=50_000, seed=2)
    assert abs(run.pull(f.exact)) < 4.5
    assert run.sdev < 0.02 * f.exact


@pytest.mark.parametrize("name", METHODS)
def test_baselines_repeat_with_their_seed(name):
    f = integrands.get("gaussian", 3)
    first, again, other = (METHODS[name](f, 3, max_neval=10_000, seed=seed).mean for seed in (1, 1, 2))
    assert first == again != other


@pytest.mark.parametrize("name", METHODS)
def test_baselines_know_other_regions(name):
    def f(x):
        return np.exp(-np.square(x[:, 0])) * x[:, 1]

    run = METHODS[name](f, [(-math.inf, math.inf), (1.0, 3.0)], max_neval=50_000, seed=3)
    assert abs(run.pull(4.0 * math.sqrt(math.pi))) < 4.5


@pytest.mark.parametrize("name", METHODS)
def test_trace_ends_at_the_result(name):
    run = METHODS[name](integrands.get("gaussian", 3), 3, max_neval=20_000, seed=4)
    last = run.trace[-1]
    assert last.mean == pytest.approx(run.mean, rel=1e-9)
    assert last.sdev == pytest.approx(run.sdev, rel=1e-6)
    assert [point.neval for point in run.trace] == sorted(point.neval for point in run.trace)


def test_vegas_weights_have_about_the_mean_one_and_the_right_number():
    run = vegas(integrands.get("gaussian", 2), 2, max_neval=40_000, seed=5)
    counts, edges = run.weights.counts, run.weights.edges
    middles = np.sqrt(edges[1:] * edges[:-1])
    n = counts.sum() + run.weights.n_zero
    assert run.neval / 3 < n < run.neval
    # About, because VEGAS' stratification puts more points where its map is bad.
    assert (counts * middles).sum() / n == pytest.approx(1.0, abs=0.15)


def test_all_methods_have_the_same_budget(comparison):
    assert [run.method for run in comparison.runs][:2] == ["plain Monte Carlo", "VEGAS"]
    assert comparison.runs[2].method in ("iflow (uniform)", "iflow (spline grid)", "iflow (mixture)")
    assert all(14_000 < run.neval <= 20_000 for run in comparison.runs)


def test_table_has_a_line_a_method(comparison):
    header, _, title, *lines = comparison.table().splitlines()
    assert title == "camel in 2 dimensions: exact value 0.9816603121"
    assert header.split() == ["method", "value", "rel.", "error", "pull", "calls", "time"]
    assert [line.strip().split("  ")[0] for line in lines] == [run.method for run in comparison.runs]
    for line, run in zip(lines, comparison.runs, strict=True):
        assert f"{run.pull(comparison.exact):+.2f}" in line
        assert f"{run.neval:,}" in line


def test_one_table_holds_several_integrands(comparison):
    lines = comparison_table([comparison, comparison]).splitlines()
    assert lines[:6] == comparison.table().splitlines()
    assert lines[6:] == ["", *lines[2:6]]


def test_table_without_an_exact_value_has_no_pulls():
    table = compare(lambda x: x[:, 0], 1, max_neval=10_000, seed=1, flow=False).table()
    assert "exact value not known" in table
    assert "+0." not in table


def test_pull_by_hand():
    run = MethodRun("m", 1.5, 0.25, 10, 0.0, None, (), None)
    assert run.pull(1.0) == pytest.approx(2.0)
    assert math.isnan(MethodRun("m", 1.5, math.inf, 10, 0.0, None, (), None).pull(1.0))


def test_figure_is_a_legible_png(comparison, tmp_path):
    path = tmp_path / "figure.png"
    figure = comparison.plot(str(path))
    assert path.read_bytes().startswith(b"\x89PNG")
    left, right = figure.axes
    assert left.get_xscale() == left.get_yscale() == right.get_xscale() == "log"
    labels = [text.get_text() for text in left.get_legend().get_texts()]
    assert labels[:3] == [run.method for run in comparison.runs]
    assert "sqrt" in labels[3]
    # Told apart without colour: no two methods share a line style or a marker.
    lines = left.get_lines()[:3]
    assert len({line.get_linestyle() for line in lines}) == 3
    assert len({line.get_marker() for line in lines}) == 3


def test_figure_of_several_comparisons_has_a_row_each(comparison):
    assert len(plot_comparisons([comparison, comparison]).axes) == 4


def test_runs_that_saw_nothing_still_make_a_figure(tmp_path):
    blind = compare(lambda x: np.zeros(len(x)), 2, max_neval=10_000, seed=1, flow=False)
    assert isinstance(blind, Comparison)
    assert "unreliable" in blind.table()
    blind.plot(str(tmp_path / "blind.png"))


def test_vegas_refuses_a_budget_that_it_would_not_keep():
    with pytest.raises(ValueError, match="at least 1000 for VEGAS to keep within it, got 999"):
        vegas(lambda x: x[:, 0], 10, max_neval=999, seed=1)
    f, calls = counted(lambda x: np.exp(-np.square(x).sum(axis=1)))
    vegas(f, 20, max_neval=1_000, seed=1)
    assert calls["n"] <= 1_000


def test_unknown_options_are_refused():
    with pytest.raises(TypeError, match="did you mean 'divergence'"):
        compare(lambda x: x[:, 0], 1, divergense="kl")


@pytest.mark.parametrize(
    ("f", "options", "message"),
    [
        (lambda x: x, {}, r"one real integral to be compared, \[n\], got \[n, 2\]: compare one of them"),
        (lambda x: x[:, 0] + 1j, {}, r"got \[n\] complex"),
        (lambda x: x[:, 0], {"log": True}, r"got \[n\] of logarithms"),
    ],
)
def test_one_real_integral_is_compared_at_a_time(f, options, message):
    with pytest.raises(ValueError, match=message):
        compare(f, 2, max_neval=2_000, **options)
