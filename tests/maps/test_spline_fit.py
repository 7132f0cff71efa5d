"""The fit of a spline grid to weighted points: close to the truth, never below its floor."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.stats import beta

from iflow.maps.spline_fit import fit_spline_grid
from iflow.maps.spline_grid import N_CELLS, flat_spline_grid

FLOOR = 1 / 64


def refit(y, weight, n=3, floor=FLOOR):
    """Fits n times, each in the cells of the fit before."""
    grid = flat_spline_grid(y.shape[1])
    for _ in range(n):
        grid = fit_spline_grid(y, weight, grid, floor=floor)
    return grid


def error(grid, shape):
    """The rms difference to the log of a beta density, over points of it but for 5e-4 at either end."""
    y = beta.ppf(np.linspace(5e-4, 1.0 - 5e-4, 4_000), *shape)
    exact = np.log((1.0 - FLOOR) * beta.pdf(y, *shape) + FLOOR)
    return np.sqrt(np.mean(np.square(grid.log_density(y[:, None]) - exact)))


# How far the fit to 20,000 points may lie from the truth, about twice what it does: some 8 parameters
# scatter by sqrt(8 / 20,000) = 0.02; the ends of the last one are infinite. Seeds are fixed.
ACCURACIES = {(1.0, 1.0): 0.03, (2.0, 5.0): 0.06, (30.0, 60.0): 0.06, (3.0, 1.0): 0.06, (0.5, 0.5): 0.4}


@pytest.mark.parametrize("shape", ACCURACIES)
def test_the_fit_finds_a_beta_density(shape):
    y = np.random.default_rng(4).beta(*shape, (20_000, 1))
    assert error(refit(y, np.ones(20_000)), shape) < ACCURACIES[shape]


@pytest.mark.parametrize("scale", [1.0, 1e-150, 1e150])
@pytest.mark.parametrize("shape", [(2.0, 5.0), (30.0, 60.0)])
def test_the_fit_finds_the_density_of_weighted_points(shape, scale):
    # Half of the points are uniform, so that no weight is large.
    rng = np.random.default_rng(4)
    y = np.concatenate([rng.beta(*shape, (10_000, 1)), rng.random((10_000, 1))])
    pdf = beta.pdf(y[:, 0], *shape)
    assert error(refit(y, scale * pdf / (0.5 + 0.5 * pdf)), shape) < ACCURACIES[shape]


def narrow(width, n=1_000):
    return 0.3 + width * np.random.default_rng(6).normal(size=(n, 1))


# Points and weights that leave little or nothing to fit.
SAMPLES = {
    "one point": (np.array([[0.3]]), np.ones(1)),
    "two points": (np.array([[0.3], [0.30001]]), np.ones(2)),
    "equal points": (np.full((50, 1), 0.3), np.ones(50)),
    "one of many": (np.random.default_rng(7).random((1_000, 1)), np.eye(1, 1_000, 5)[0]),
    "at an end": (np.full((3, 1), 1e-9), np.ones(3)),
    "narrow": (narrow(1e-3), np.ones(1_000)),
    "very narrow": (narrow(1e-6), np.ones(1_000)),
    "two peaks": (np.concatenate([narrow(1e-5), 1.0 - narrow(1e-3)]), np.ones(2_000)),
}


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("n", [1, 2, 3, 8])
def test_every_fit_is_a_density_with_a_floor(name, n):
    y, weight = SAMPLES[name]
    grid = refit(y, weight, n)
    width = np.diff(grid.edges[0])
    assert grid.edges.shape == grid.heights.shape == (1, N_CELLS + 1)
    assert (grid.edges[0, 0], grid.edges[0, -1]) == (0.0, 1.0)
    assert np.all(width > 0.0)
    assert 0.5 * width @ (grid.heights[0, 1:] + grid.heights[0, :-1]) == pytest.approx(1.0)
    assert grid.heights.min() >= FLOOR * (1.0 - 1e-9)
    placed, log_q = grid.place(np.random.default_rng(1).random((5_000, 1)))
    # In cells of 1e-11 a point keeps few of its digits.
    assert_allclose(log_q, grid.log_density(placed), atol=1e-2 if width.min() < 1e-8 else 1e-6)


@pytest.mark.parametrize(("width", "n", "short"), [(1e-2, 1, 0.1), (1e-3, 2, 0.1), (1e-6, 4, 0.4)])
def test_fit_by_fit_a_narrow_peak_is_found(width, n, short):
    # By how much the mean of log q over the peak falls short of that of a normal peak.
    y = narrow(width, 5_000)
    entropy = -np.log(width * np.sqrt(2.0 * np.pi * np.e))
    assert entropy - refit(y, np.ones(5_000), n).log_density(y).mean() < short


def test_every_axis_is_fitted_on_its_own():
    y = np.random.default_rng(9).beta([2.0, 30.0], [5.0, 60.0], (5_000, 2))
    both = refit(y, np.ones(5_000))
    for axis in (0, 1):
        alone = refit(y[:, axis : axis + 1], np.ones(5_000))
        assert_allclose(both.edges[axis], alone.edges[0])
        assert_allclose(both.heights[axis], alone.heights[0])


def test_points_without_weight_do_not_count():
    rng = np.random.default_rng(9)
    y = rng.beta(2.0, 5.0, (5_000, 1))
    more = np.concatenate([y, rng.random((5_000, 1))])
    alone, padded = refit(y, np.ones(5_000)), refit(more, np.repeat([1.0, 0.0], 5_000))
    assert_allclose(padded.heights, alone.heights, rtol=1e-6)


def test_few_points_make_a_smooth_density_and_many_a_detailed_one():
    # Bumps of 30%: 200 points must not follow noise, 200,000 must see them.
    u = (np.arange(200_000) + 0.5) / 200_000
    y = np.interp(u, u + 0.3 * (1.0 - np.cos(6 * np.pi * u)) / (6 * np.pi), u)[:, None]
    exact = np.log((1.0 - FLOOR) * (1.0 + 0.3 * np.sin(6 * np.pi * u)) + FLOOR)
    few = np.random.default_rng(3).choice(200_000, 200)
    for rows, low, high in ((few, 0.05, 0.5), (slice(None), 0.0, 0.02)):
        found = refit(y[rows], np.ones(len(y[rows]))).log_density(u[:, None])
        assert low < np.sqrt(np.mean(np.square(found - exact))) < high
