"""The corner plot, and which axes it takes."""

import numpy as np
import pytest

from iflow.plots import points
from iflow.plots.interest import dependence, most_interesting, most_interesting_pair
from iflow.plots.ranges import shown_range


def linear(x):
    return 2.0 * x[:, 0]


def test_every_pair_has_a_panel_and_the_axes_their_names(make_cloud):
    figure = points(make_cloud(linear, 3, names=("mass", "angle", "s")))
    panels = np.reshape(figure.axes, (3, 3))
    assert [panel.get_xlabel() for panel in panels[2]] == ["mass", "angle", "s"]
    assert [panel.get_ylabel() for panel in panels[:, 0]] == ["", "angle", "s"]


def test_the_diagonal_has_both_densities(make_cloud):
    """|f| = 2 x on uniform points: the marginals are 1 and 2 x; 5 sigma of 8,000 points in bins of 1/60."""
    panel = points(make_cloud(linear, 2)).axes[0]
    drawn, wanted = (patch.get_data() for patch in panel.patches)
    for data, slope in ((drawn, 0.0), (wanted, 2.0)):
        middle = 0.5 * (data.edges[1:] + data.edges[:-1])
        assert (data.values * np.diff(data.edges)).sum() == pytest.approx(1.0, abs=0.01)
        expected = slope * middle if slope else np.ones(len(middle))
        np.testing.assert_allclose(data.values, expected, atol=1.0)
        assert np.polyfit(middle, data.values, 1)[0] == pytest.approx(slope, abs=0.3)


def test_above_the_diagonal_points_are_weighted_and_below_they_are_not(make_cloud):
    panels = np.reshape(points(make_cloud(linear, 2)).axes, (2, 2))
    above, below = (panel.collections[0].get_array() for panel in (panels[0, 1], panels[1, 0]))
    # Above, x0 is the vertical axis, along which |f| grows; below it is the horizontal one.
    assert above[-1].mean() > 2.0 * above[0].mean()
    assert below[:, -1].mean() == pytest.approx(below[:, 0].mean(), rel=0.2)


def test_of_many_axes_those_with_structure_are_shown(make_cloud):
    def f(x):
        ridge = np.exp(-100.0 * np.square(x[:, 7] - x[:, 2]))
        return ridge * np.exp(-8.0 * np.square(x[:, 4] - 0.5))

    cloud = make_cloud(f, 9)
    assert most_interesting(cloud, 3) == (2, 4, 7)
    assert most_interesting_pair(cloud) == (2, 7)
    figure = points(cloud)
    assert len(figure.axes) == 36
    assert "of 9 axes, the 6 along which |f| has most structure" in figure.get_suptitle()


def test_independent_coordinates_have_no_dependence(make_cloud):
    """Chance gives chi2(49) / 2n nats, n = 6,000 effective; less its mean, 4 of its sdev are left to it."""
    found = dependence(make_cloud(linear, 3))
    assert (found < 4.0 * np.sqrt(2.0 * 49.0) / 12_000.0).all()
    np.testing.assert_array_equal(found, found.T)


@pytest.mark.parametrize("axes", [(0, 3), (0, 0), (-1, 1), (0.5, 1), "01", (), 7])
def test_axes_that_are_not_there_are_refused(axes, make_cloud):
    with pytest.raises(ValueError, match="axes must be 1 to 12 different integers from 0 to 2"):
        points(make_cloud(linear, 3, 100), axes=axes)


def test_axes_come_in_the_order_given(make_cloud):
    figure = points(make_cloud(linear, 3, 500), axes=[2, 0])
    assert [panel.get_xlabel() for panel in figure.axes[2:]] == ["$x_{2}$", "$x_{0}$"]


def test_a_narrow_peak_is_zoomed_in_on_and_a_wide_one_is_not():
    x = np.random.default_rng(2).random(20_000)
    for width, low, high in ((0.01, 0.4, 0.6), (0.5, 0.0, 1.0)):
        weight = np.exp(-0.5 * np.square((x - 0.5) / width))
        left, right = shown_range(x, weight / weight.sum())
        assert low - 0.01 < left < right < high + 0.01
        assert (right - left > 0.9) == (width == 0.5)
