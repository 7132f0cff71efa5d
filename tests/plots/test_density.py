"""The learned density: counted, exact, beside |f|."""

import math

import numpy as np
import pytest

from iflow import Integrator
from iflow.domain import Domain
from iflow.pictures import density_lattice
from iflow.plots import density
from iflow.plots.density import DensityLattice
from iflow.point_cloud import PointCloud
from iflow.proposal import Uniform


def images(figure):
    return [panel.collections[0].get_array().filled(np.nan) for panel in figure.axes[:3]]


def test_density_of_the_points_and_of_f_and_their_ratio(make_cloud):
    cloud = make_cloud(lambda x: 2.0 * x[:, 0], 2, 40_000)
    drawn, wanted, ratio = images(density(cloud))
    columns = (np.arange(drawn.shape[1]) + 0.5) / drawn.shape[1]
    np.testing.assert_allclose(np.nanmean(drawn, axis=0), 1.0, atol=0.3)
    np.testing.assert_allclose(np.nanmean(wanted, axis=0), 2.0 * columns, atol=0.3)
    np.testing.assert_allclose(np.nanmean(ratio, axis=0), 2.0 * columns, atol=0.05)


def test_the_pair_is_the_one_that_f_depends_on_together(make_cloud):
    figure = density(make_cloud(lambda x: np.exp(-50.0 * np.square(x[:, 1] - x[:, 3])), 4))
    assert (figure.axes[0].get_xlabel(), figure.axes[0].get_ylabel()) == ("$x_{1}$", "$x_{3}$")
    named = density(make_cloud(lambda x: x[:, 0], 4), axes=(3, 0))
    assert (named.axes[0].get_xlabel(), named.axes[0].get_ylabel()) == ("$x_{3}$", "$x_{0}$")


def test_an_exact_density_takes_the_place_of_counts(make_cloud):
    lattice = DensityLattice(np.linspace(0, 1, 11), np.linspace(0, 1, 6), np.full((10, 5), 3.0))
    figure = density(make_cloud(lambda x: x[:, 0], 2), lattice=lattice)
    np.testing.assert_array_equal(images(figure)[0], np.full((5, 10), 3.0))
    assert "exact" in figure.axes[0].get_title("left")
    turned = density(make_cloud(lambda x: x[:, 0], 2), axes=(1, 0), lattice=lattice)
    assert "counted" in turned.axes[0].get_title("left")


def mass(lattice):
    area = np.diff(lattice.first)[:, None] * np.diff(lattice.second)
    return (lattice.density * area).sum()


@pytest.mark.parametrize("region", [2, [(-1.0, 3.0), (2.0, 2.5)], [(-math.inf, math.inf), (0.0, math.inf)]])
def test_the_lattice_is_a_density_of_the_region(region):
    """Of uniform latents, whatever the map: all of the part that is shown has the share of points in it."""
    domain = Domain(region)
    z = np.random.default_rng(4).random((20_000, 2))
    x, _ = domain.forward_and_log_det(z)
    weight = np.exp(-np.abs(x).sum(axis=1))
    lattice = density_lattice(Uniform(2), domain, PointCloud(x, weight))
    inside = np.ones(len(x), dtype=bool)
    for axis, edges in enumerate((lattice.first, lattice.second)):
        inside &= (x[:, axis] >= edges[0]) & (x[:, axis] <= edges[-1])
    assert mass(lattice) == pytest.approx(inside.mean(), abs=0.02)


def test_there_is_no_lattice_of_other_than_two_axes(make_cloud):
    assert density_lattice(Uniform(3), Domain(3), make_cloud(lambda x: x[:, 0], 3, 100)) is None


class Turned:
    """A region whose axes are not those of the cube."""

    def forward_and_log_det(self, z):
        return z @ np.array([[1.0, 1.0], [-1.0, 1.0]]), np.full(len(z), math.log(2.0))


def test_there_is_no_lattice_of_a_region_with_axes_of_its_own(make_cloud):
    assert density_lattice(Uniform(2), Turned(), make_cloud(lambda x: x[:, 0], 2, 100)) is None


def test_the_integrator_shows_what_it_has_learned():
    def f(x):
        return np.exp(-50.0 * np.square(x - [0.3, 0.6]).sum(axis=1))

    integrator = Integrator(f, 2, seed=1, rtol=1e-4, flow=False)
    integrator.integrate()
    figure = integrator.plot(kind="density", n=2_000)
    learned = images(figure)[0]
    assert "exact" in figure.axes[0].get_title("left")
    row, column = np.unravel_index(np.nanargmax(learned), learned.shape)
    (left, right), (bottom, top) = figure.axes[0].get_xlim(), figure.axes[0].get_ylim()
    assert left + (right - left) * column / 200 == pytest.approx(0.3, abs=0.04)
    assert bottom + (top - bottom) * row / 200 == pytest.approx(0.6, abs=0.04)
