"""The smooth map of single axes: a normalised, continuous density and its map."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from iflow.maps.spline_grid import N_CELLS, SplineGrid, flat_spline_grid


def random_grid(cells, spread, dim=2):
    rng = np.random.default_rng(cells)
    steps = rng.random((dim, cells)) ** 2 + 1e-3
    edges = np.concatenate(
        [np.zeros((dim, 1)), np.cumsum(steps, axis=1) / steps.sum(axis=1)[:, None]], axis=1
    )
    edges[:, -1] = 1.0
    return SplineGrid(edges, np.exp(spread * rng.normal(size=edges.shape)))


GRIDS = {
    "flat": lambda: flat_spline_grid(2),
    "one cell": lambda: SplineGrid(np.array([[0.0, 1.0]] * 2), np.array([[1.0, 3.0], [5.0, 1e-6]])),
    "rough": lambda: random_grid(7, 3.0),
    "many cells": lambda: random_grid(N_CELLS, 0.5),
    "nearly flat": lambda: random_grid(50, 1e-12),
    "spike": lambda: SplineGrid(
        np.array([[0.0, 0.3, 0.3 + 1e-9, 1.0]] * 2), np.array([[1.0, 1e9, 1.0, 1.0]] * 2)
    ),
}


@pytest.fixture(params=GRIDS)
def grid(request):
    return GRIDS[request.param]()


def latents(n=20_000):
    return np.random.default_rng(1).random((n, 2))


def cdf(grid, axis, y):
    """The integral of the density of an axis up to y: trapezoids over the whole cells, and the rest."""
    edges, heights = grid.edges[axis], grid.heights[axis]
    whole = np.concatenate([[0.0], np.cumsum(0.5 * np.diff(edges) * (heights[1:] + heights[:-1]))])
    cell = np.clip(np.searchsorted(edges, y, side="right") - 1, 0, len(edges) - 2)
    return whole[cell] + 0.5 * (y - edges[cell]) * (heights[cell] + np.interp(y, edges, heights))


def test_the_density_integrates_to_1(grid):
    # The density is linear between the edges: the midpoint rule is exact in each box of two of them.
    middle, width = 0.5 * (grid.edges[:, 1:] + grid.edges[:, :-1]), np.diff(grid.edges)
    y = np.stack(np.meshgrid(*middle, indexing="ij"), axis=-1).reshape(-1, 2)
    assert np.exp(grid.log_density(y)) @ np.outer(*width).ravel() == pytest.approx(1.0, abs=1e-9)


def test_place_gives_the_density_at_the_points(grid):
    y, log_q = grid.place(latents())
    assert grid.latent_dim == y.shape[1] == 2
    assert np.all((y >= 0.0) & (y <= 1.0))
    # A point in a cell of 1e-9 keeps 7 of its digits there.
    assert_allclose(log_q, grid.log_density(y), atol=1e-6 if np.diff(grid.edges).min() < 1e-8 else 1e-9)


def test_the_latent_is_the_integral_of_the_density(grid):
    u = latents()
    y, _ = grid.place(u)
    for axis in (0, 1):
        assert_allclose(cdf(grid, axis, y[:, axis]), u[:, axis], atol=1e-7)


@pytest.mark.parametrize("axis", [0, 1])
def test_the_map_is_monotone(grid, axis):
    u = latents()
    u[:, axis] = np.linspace(0.0, 1.0, len(u))
    assert np.all(np.diff(grid.place(u)[0][:, axis]) > 0.0)


def test_the_ends_of_the_axis_stay_where_they_are(grid):
    u = np.array([[0.0, 0.0], [1.0 - 2.0**-53, 1.0 - 2.0**-53], [1.0, 1.0]])
    y, log_q = grid.place(u)
    assert_allclose(y, u, atol=1e-7)
    assert np.all(y <= 1.0)
    assert np.all(np.isfinite(log_q))


def test_the_density_is_linear_between_the_edges(grid):
    other = np.interp(0.37, grid.edges[1], grid.heights[1])
    edges, heights = grid.edges[0], grid.heights[0]
    for share in (0.0, 0.25, 1.0):
        y = (1.0 - share) * edges[:-1] + share * edges[1:]
        expected = other * ((1.0 - share) * heights[:-1] + share * heights[1:])
        found = np.exp(grid.log_density(np.stack([y, np.full(len(y), 0.37)], axis=1)))
        assert_allclose(found, expected, rtol=1e-6)


def test_flat_means_no_map_at_all():
    u = latents()
    y, log_q = flat_spline_grid(2).place(u)
    assert_allclose(y, u, atol=1e-13)
    assert_allclose(log_q, 0.0, atol=1e-12)


def test_heights_may_have_any_normalisation():
    grid = random_grid(7, 1.0)
    for scale in (1e-200, 1e200):
        scaled = SplineGrid(grid.edges, grid.heights * scale)
        assert_allclose(scaled.heights, grid.heights, rtol=1e-12)
        assert_allclose(scaled.place(latents())[0], grid.place(latents())[0], rtol=1e-9)


def test_axes_do_not_know_of_each_other():
    grid, u = random_grid(7, 1.0), latents()
    changed = u.copy()
    changed[:, 1] = u[::-1, 1]
    assert_array_equal(grid.place(changed)[0][:, 0], grid.place(u)[0][:, 0])
    assert np.any(grid.place(changed)[0][:, 1] != grid.place(u)[0][:, 1])
