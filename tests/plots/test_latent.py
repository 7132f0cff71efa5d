"""The map of the weights over the latents."""

import numpy as np
import pytest

from iflow.plots import latent_weights
from iflow.point_cloud import PointCloud


def bump(u):
    """Varies in the corner of latents 1 and 3 alone."""
    return 1.0 + 20.0 * ((u[:, 1] > 0.8) & (u[:, 3] < 0.2))


def pair_of(figure):
    panel = figure.subfigs[0].axes[0]
    return panel.get_xlabel(), panel.get_ylabel()


def test_the_pair_is_the_one_with_structure_and_bright_where_the_weights_are_off(make_cloud):
    cloud = make_cloud(bump, 5)
    figure = latent_weights(cloud)
    assert pair_of(figure) == ("$u_{1}$", "$u_{3}$")
    image = figure.subfigs[0].axes[0].collections[0].get_array()
    expected = np.square(cloud.weight / cloud.weight.mean() - 1.0)
    assert image[0, -1] == pytest.approx(expected.max())
    assert image[-1, 0] == pytest.approx(expected.min())


def test_a_profile_for_each_latent_up_to_six(make_cloud):
    assert len(latent_weights(make_cloud(bump, 5)).subfigs[1].axes) == 5
    figure = latent_weights(make_cloud(bump, 9))
    assert len(figure.subfigs[1].axes) == 6
    assert {"$u_{1}$", "$u_{3}$"} <= {panel.get_ylabel() for panel in figure.subfigs[1].axes}
    assert figure.subfigs[1].axes[0].get_title("left") == "6 of 9 latents"


def test_the_uniform_share_is_left_out_and_told(make_cloud):
    share = 0.25
    cloud = make_cloud(lambda u: np.where(u[:, 0] < share, 5.0, bump(u)), 5, uniform_share=share)
    figure = latent_weights(cloud)
    assert pair_of(figure) == ("$u_{1}$", "$u_{3}$")
    squares = np.square(cloud.weight / cloud.weight.mean() - 1.0)
    part = squares[cloud.u[:, 0] < share].sum() / squares.sum()
    assert f"the uniform share, not shown, adds {part:.0%} of the sum" in figure.get_suptitle()
    assert figure.subfigs[1].axes[0].get_ylabel() == "$u_0$ (chooses)"


def test_ranks_stand_for_latents_that_are_not_known(make_cloud):
    x = make_cloud(bump, 4)
    figure = latent_weights(PointCloud(np.exp(x.x), x.weight))
    assert pair_of(figure) == ("rank of $x_{1}$", "rank of $x_{3}$")


def test_axes_are_latents(make_cloud):
    assert pair_of(latent_weights(make_cloud(bump, 4), axes=(2, 0))) == ("$u_{2}$", "$u_{0}$")
    with pytest.raises(ValueError, match="axes must be 2 different integers from 0 to 3, got"):
        latent_weights(make_cloud(bump, 4), axes=(2, 4))
