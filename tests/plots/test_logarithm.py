"""Runs of integrands that are given by their logarithm show logarithms."""

import math

import numpy as np
import pytest

import iflow
from iflow.plots.logarithm import in_own_units, logarithms


@pytest.fixture(scope="module")
def result():
    return iflow.integrate(lambda x: -4000.0 - np.square(x).sum(axis=1), 2, rtol=1e-3, seed=1, log=True)


def test_rows_are_in_one_unit(result):
    shown = logarithms(result)
    assert (shown.mean, shown.sdev) == (result.log_mean, result.log_sdev)
    rows = [row for row in shown.history if not math.isnan(row.running_mean)]
    assert rows[-1].running_mean == pytest.approx(result.log_mean)
    assert rows[-1].running_sdev == pytest.approx(result.log_sdev)


def test_relative_errors_keep_their_size(result):
    assert in_own_units(result).sdev == result.log_sdev
    assert in_own_units(result).error_allowed == 1e-3


def test_other_results_are_shown_as_they_are(make_result):
    plain = make_result()
    assert logarithms(plain) is plain
    assert in_own_units(plain) is plain


def test_the_figure_says_what_it_shows(result, tmp_path):
    figure = result.plot(tmp_path / "log.png", kind="convergence")
    upper, lower = figure.axes[:2]
    assert "logarithm" in upper.get_ylabel()
    assert upper.get_ylim()[0] < result.log_mean < upper.get_ylim()[1]
    assert lower.get_ylim()[0] < result.log_sdev < lower.get_ylim()[1]
    assert "exp(-400" in upper.get_title(loc="left")
