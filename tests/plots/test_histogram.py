"""Histograms with the errors of their bins."""

import numpy as np
import pytest

import iflow
from iflow import plots


@pytest.fixture(scope="module")
def run():
    edges = [-np.inf, 0.0, 0.25, 0.5, 1.0, 1.5, np.inf]
    made = iflow.Histograms(
        lambda x: x[:, 0], {"x": (lambda x: x[:, 0], edges), "100% of $y_": (lambda x: x[:, 1], [0.0, 1.0])}
    )
    return made, iflow.integrate(made, 2, seed=1)


def test_every_observable_has_a_panel_with_its_bins(run, tmp_path):
    made, result = run
    figure = made.plot(result, tmp_path / "histogram.png")
    assert (tmp_path / "histogram.png").read_bytes().startswith(b"\x89PNG")
    first, second = figure.axes
    assert str(result["total"]) in first.get_title(loc="left")
    assert first.get_xlim() == (0.0, 1.5)
    drawn = first.patches[0].get_data()
    np.testing.assert_allclose(drawn.values, made.density("x", result)[0][1:-1])
    assert "bins without an error, f was 0 at all points: 1" in first.get_title(loc="right")
    assert second.get_title(loc="right") == ""


def test_one_may_be_chosen(run):
    made, result = run
    assert len(plots.histogram(made, result, names=["x"]).axes) == 1
    with pytest.raises(ValueError, match="there is no observable 'z', only x, 100% of"):
        plots.histogram(made, result, names=["z"])
