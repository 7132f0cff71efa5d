"""The training figure has a line a proposal, with the numbers of the history."""

import numpy as np

from iflow.plots import training


def test_lines_are_those_of_the_history(make_result):
    needed, deviation, beta, loss = training(make_result()).axes
    assert {line.get_label(): line.get_ydata().tolist() for line in needed.lines} == {
        "uniform": [4.5e5],
        "grid": [9e4],
    }
    assert {line.get_label() for line in deviation.lines} == {"uniform", "grid", "flow"}
    assert {line.get_label(): line.get_ydata().tolist() for line in beta.lines} == {
        "grid": [0.25],
        "flow": [1.0],
    }
    (line,) = loss.lines
    np.testing.assert_array_equal(line.get_xydata(), [[4_511, 0.5]])


def test_every_proposal_is_in_the_legend_once(make_result):
    figure = training(make_result())
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["uniform", "grid", "flow"]


def test_without_a_flow_the_panel_says_so_and_the_ticks_of_the_others_stay(make_result):
    rows = make_result().history[:2]
    figure = training(make_result(history=rows))
    figure.canvas.draw()
    assert [text.get_text() for text in figure.axes[3].texts] == ["no flow was trained"]
    assert any(label.get_text() for label in figure.axes[2].get_xticklabels())
