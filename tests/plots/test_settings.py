"""One style for all figures: it ends with the drawing, and gives way to the user's."""

import subprocess
import sys
from pathlib import Path

import matplotlib
import matplotlib.style
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from iflow import plots
from iflow.plots import style
from iflow.plots.settings import STYLE, styled

ROOT = Path(__file__).parents[2]


@styled
def draw(figure=None):
    figure = figure or Figure(figsize=(4, 3), dpi=50)
    figure.subplots().plot([1, 2, 5])
    return figure


def pixels(figure):
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.array(canvas.buffer_rgba())


def test_the_style_holds_while_a_figure_is_drawn_and_no_longer():
    seen = []
    styled(lambda: seen.append(matplotlib.rcParams["font.size"]))()
    assert seen == [STYLE["font.size"]]
    assert matplotlib.rcParams["font.size"] == matplotlib.rcParamsDefault["font.size"] != STYLE["font.size"]
    with pytest.raises(ZeroDivisionError):
        styled(lambda: 1 / 0)()
    assert matplotlib.rcParams["font.size"] == matplotlib.rcParamsDefault["font.size"]


def test_a_figure_looks_the_same_whenever_it_is_rendered():
    with matplotlib.style.context("iflow.plots.iflow"):
        expected = pixels(draw())
    np.testing.assert_array_equal(pixels(draw()), expected)


def test_what_the_user_has_set_stays():
    with matplotlib.rc_context({"font.size": 17.0}):
        panel = draw().axes[0]
    assert panel.xaxis.label.get_size() == 17.0
    assert not panel.spines["top"].get_visible()
    with matplotlib.style.context("dark_background"):
        figure = draw()
        assert style.shade(1.0) == "#ffffff"
    assert to_hex(figure.get_facecolor()) == "#000000"
    assert to_hex(figure.axes[0].get_lines()[0].get_color()) == "#8dd3c7"


@pytest.mark.parametrize("draw", [plots.convergence, plots.weights, plots.training], ids=lambda d: d.__name__)
def test_nothing_is_drawn_in_the_colour_of_dark_paper(draw, make_result):
    with matplotlib.style.context("dark_background"):
        figure = draw(make_result())
    for label in figure.axes[0].xaxis.get_ticklabels(which="both"):
        assert to_hex(label.get_color()) == "#ffffff"
    for line in figure.findobj(matplotlib.lines.Line2D):
        if line.get_visible() and len(line.get_xdata()) > 1:
            assert to_hex(line.get_color()) != "#000000", line


def test_panels_of_the_users_figure_are_left_as_they_are():
    own = Figure(figsize=(6, 3), dpi=50)
    left, right = own.subfigures(1, 2)
    before = left.subplots()
    assert styled(lambda figure: figure.subplots() and own)(figure=right) is own
    sizes = [panel.xaxis.get_major_ticks(1)[0].label1.get_size() for panel in own.axes]
    assert own.axes[0] is before
    assert sizes == [matplotlib.rcParams["font.size"], STYLE["xtick.labelsize"]]


def test_the_settings_are_fit_for_white_columns_and_all_kinds_of_eyes():
    assert to_hex(STYLE["figure.facecolor"]) == "#ffffff"
    smallest = min(STYLE["xtick.labelsize"], STYLE["ytick.labelsize"], STYLE["legend.fontsize"])
    assert smallest * 8.5 / 2.54 / STYLE["figure.figsize"][0] > 6.0  # points, in a column of 8.5 cm
    colours = [to_hex(c).upper() for c in STYLE["axes.prop_cycle"].by_key()["color"]]
    assert colours[:3] == ["#0072B2", "#D55E00", "#009E73"]
    seen = np.array([deuteranopic(colour) for colour in colours])
    apart = np.linalg.norm(seen[:, None] - seen, axis=-1) + 1e3 * np.eye(len(seen))
    assert apart.min() > 15.0  # CIE 1976 differences; about 2 can just be told


def test_integrands_have_the_same_style_without_importing_iflow():
    own = ROOT / "integrands" / "integrands.mplstyle"
    assert own.read_text() == (ROOT / "iflow" / "plots" / "iflow.mplstyle").read_text()


def test_settings_can_be_used_by_name_and_choose_no_backend():
    script = "import sys, iflow.plots.settings; sys.exit('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
    with matplotlib.style.context("iflow.plots.iflow"):
        assert matplotlib.rcParams["font.size"] == STYLE["font.size"]


def deuteranopic(colour):
    """Returns L*a*b* of a colour as it is seen without the green cones.

    Reference: Machado, Oliveira, Fernandes, IEEE Trans. Vis. Comput. Graph. 15 (2009) 1291, severity 1.
    """
    linear = np.array([int(colour[i : i + 2], 16) / 255.0 for i in (1, 3, 5)])
    linear = np.where(linear <= 0.04045, linear / 12.92, ((linear + 0.055) / 1.055) ** 2.4)
    blind = [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    xyz = np.array(to_xyz) @ np.clip(np.array(blind) @ linear, 0.0, 1.0) / [0.9505, 1.0, 1.089]
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])
