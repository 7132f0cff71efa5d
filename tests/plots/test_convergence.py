"""The convergence figure holds the numbers of the history."""

from dataclasses import replace

import numpy as np
import pytest

from iflow.plots import convergence


@pytest.fixture
def panels(make_result):
    return convergence(make_result()).axes


def line_of(panel, label):
    (line,) = (line for line in panel.lines if line.get_label() == label)
    return line


def test_phases_and_proposals_are_told_apart(panels):
    _, labels = panels[0].get_legend_handles_labels()
    assert set(labels) == {
        "survey: uniform",
        "training: grid",
        "training: flow",
        "measurement, each round",
        "running mean, 1 and 2 sdev",
        "target",
    }
    assert {text.get_text() for text in panels[0].texts} >= {"training", "measurement"}


def test_running_mean_has_bands_of_one_and_two_errors(panels):
    line = line_of(panels[0], "running mean, 1 and 2 sdev")
    np.testing.assert_array_equal(line.get_xydata(), [[14_511, 0.9991], [24_511, 1.0]])
    ends = [path.get_paths()[0].vertices for path in panels[0].collections if len(path.get_paths()) == 1]
    tops = sorted(v[v[:, 0] == 24_511][:, 1].max() for v in ends if (v[:, 0] == 24_511).any())
    assert pytest.approx(tops[-2]) == 1.0 + 0.0071
    assert pytest.approx(tops[-1]) == 1.0 + 2 * 0.0071


def test_errors_fall_towards_the_target(panels):
    lower = panels[1]
    assert lower.get_xscale() == lower.get_yscale() == "log"
    np.testing.assert_allclose(line_of(lower, "running mean").get_ydata(), [0.0102 / 0.9991, 0.0071])
    assert line_of(lower, "target 0.01").get_ydata()[0] == pytest.approx(0.01)


def test_measurement_fills_the_panel_and_rows_outside_are_marked(panels):
    low, high = panels[0].get_ylim()
    assert low > 0.95 < high < 1.1
    marks = [line.get_marker() for line in panels[0].lines if "arrow" in str(line.get_marker())]
    assert sorted(marks) == [r"$\downarrow$", r"$\uparrow$", r"$\uparrow$"]


@pytest.mark.parametrize(
    ("unit", "label", "tick"),
    [(1.0, "estimate", "1.00"), (1e-10, "estimate / $10^{-10}$", "1.00"), (3e-300, None, None)],
)
def test_estimates_of_any_size_are_labelled_in_full(unit, label, tick, make_result):
    scaled = ("mean", "sdev", "running_mean", "running_sdev")
    rows = [replace(r, **{name: unit * getattr(r, name) for name in scaled}) for r in make_result().history]
    values = {"mean": unit, "sdev": 0.0071 * unit, "error_allowed": 0.01 * unit}
    figure = convergence(make_result(history=tuple(rows), **values))
    figure.draw_without_rendering()
    panel = figure.axes[0]
    assert panel.yaxis.get_offset_text().get_text() == ""
    if label is not None:
        assert panel.get_ylabel() == label
        assert tick in [text.get_text()[:4] for text in panel.get_yticklabels()]


def test_without_a_target_there_is_no_line_of_it(make_result):
    upper, lower = convergence(make_result(error_allowed=float("nan"))).axes
    for panel in (upper, lower):
        assert not any("target" in label for label in panel.get_legend_handles_labels()[1])


def test_what_is_not_measured_is_not_called_an_integral(make_result):
    figure = convergence(make_result(neval_measured=0, history=make_result().history[:3]))
    assert figure.axes[0].get_title("left") == "nothing measured yet"
