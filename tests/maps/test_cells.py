"""Cells of equal probability: a normalised density, its map, and a fit that finds edges."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import chi2

import integrands
from iflow.maps.cells import Cells
from iflow.maps.cells_fit import fit_cells, halve
from iflow.points import STREAMS
from iflow.statistics.spread import spread

DEPTHS = {1: 9, 2: 8, 3: 7, 4: 10}


def latents(dim, n=4096, seed=1):
    return np.random.default_rng(seed).random((n, dim))


def fitted(dim, depth=None, *, name=None, n=4096):
    y = latents(dim, n, seed=dim)
    f = integrands.get(name, dim) if name else lambda y: np.exp(-40.0 * np.square(y - 0.3).sum(axis=1))
    cells = fit_cells(y, f(y), depth=depth or DEPTHS[dim], rng=np.random.default_rng(0))
    assert cells is not None
    return cells


@pytest.mark.parametrize("dim", DEPTHS)
def test_the_density_integrates_to_1_and_every_cell_has_the_same_probability(dim):
    cells = fitted(dim)
    assert cells.depth == DEPTHS[dim]
    assert len(cells.volumes) == 2**cells.depth
    assert cells.volumes.min() > 0.0
    assert cells.volumes.sum() == pytest.approx(1.0, abs=1e-12)
    y, log_q = cells.place(latents(dim))
    assert_allclose(np.exp(log_q) * cells.volumes[cells.find(y)], 2.0**-cells.depth, rtol=1e-9)


@pytest.mark.parametrize("dim", DEPTHS)
def test_place_gives_points_of_the_cube_and_the_density_there(dim):
    cells = fitted(dim)
    y, log_q = cells.place(latents(dim))
    assert y.shape == (4096, dim)
    assert np.all((y >= 0.0) & (y <= 1.0))
    assert_allclose(log_q, cells.log_density(y), atol=1e-12)


def test_the_map_leaves_the_latents_alone():
    cells, u = fitted(2), latents(2)
    before = u.copy()
    cells.place(u)
    assert_array_equal(u, before)


@pytest.mark.parametrize("dim", DEPTHS)
def test_points_of_the_map_follow_its_density(dim):
    cells = fitted(dim)
    y, _ = cells.place(latents(dim, 1 << 16))
    counts = np.bincount(cells.find(y), minlength=2**cells.depth)
    expected = len(y) / len(counts)
    scatter = np.square(counts - expected).sum() / expected
    assert abs(scatter - len(counts)) < 5.0 * np.sqrt(
        2.0 * len(counts)
    )  # false alarms: 1 in 10^6, seed fixed


def test_a_net_hits_every_cell_equally_often():
    cells = fitted(2, 7)
    u = STREAMS["sobol"](2, np.random.SeedSequence(3)).take(1 << 9)
    assert_array_equal(np.bincount(cells.find(cells.place(u)[0])), np.full(1 << 7, 4))


def test_a_cut_tree_is_the_coarser_density():
    cells = fitted(2)
    coarse, y = cells.cut(3), latents(2)
    assert coarse.depth == 3
    assert_array_equal(coarse.find(y), cells.find(y) >> (cells.depth - 3))
    assert_allclose(coarse.volumes, cells.volumes.reshape(8, -1).sum(axis=1))
    assert cells.cut(99).depth == cells.depth


def test_no_cut_is_the_uniform_density():
    u = latents(3)
    for cells in (fitted(3).cut(0), Cells([], [], 3)):
        y, log_q = cells.place(u)
        assert_array_equal(y, u)
        assert_array_equal(log_q, np.zeros(len(u)))


def test_halving_without_points_cuts_in_the_middle():
    cells = halve(np.array([[0.2, 0.7]]), np.ones(1), 4)
    assert_allclose(cells.volumes, 1.0 / 16.0)


def test_halving_equal_points_leaves_no_empty_cell():
    cells = halve(np.full((50, 2), 0.25), np.ones(50), 6)
    assert cells.volumes.min() > 0.0
    assert cells.volumes.sum() == pytest.approx(1.0)


def test_halving_puts_half_of_the_weight_on_either_side():
    points, weight = latents(1, 1000), np.random.default_rng(2).random(1000)
    cell = halve(points, weight, 2).find(points)
    assert_allclose(np.bincount(cell, weight), weight.sum() / 4.0, atol=weight.max())


@pytest.mark.parametrize("values", [np.zeros(500), np.full(500, 3.0)], ids=["zero", "constant"])
def test_what_does_not_vary_is_not_fitted(values):
    assert fit_cells(latents(2, 500), values, depth=4, rng=np.random.default_rng(0)) is None


def test_few_points_are_not_fitted():
    y = latents(2, 20)
    assert fit_cells(y, y[:, 0], depth=4, rng=np.random.default_rng(0)) is None


def test_points_gather_at_the_edges_of_an_indicator():
    ring = integrands.get("annulus")
    cells = fitted(2, 9, name="annulus", n=8192)
    y, _ = cells.place(latents(2))
    radius = np.hypot(*(y - 0.5).T)
    near = np.minimum(abs(radius - 0.2), abs(radius - 0.45)) < 0.04
    area = np.pi * 4.0 * 0.04 * (0.2 + 0.45)
    assert near.mean() > 0.7 > 2.0 * area
    weights = ring(y) * np.exp(-cells.log_density(y))
    assert weights.mean() == pytest.approx(ring.exact, abs=5.0 * weights.std() / np.sqrt(len(y)))


def test_nets_on_the_cells_of_an_indicator_are_much_better_than_plain_nets():
    ring = integrands.get("annulus")
    cells = fitted(2, 10, name="annulus", n=16_384)
    seeds = np.random.SeedSequence(5).spawn(16)
    nets = [STREAMS["sobol"](2, seed).take(1 << 12) for seed in seeds]
    plain = np.std([ring(u).mean() for u in nets])
    placed = [cells.place(u) for u in nets]
    with_cells = np.std([(ring(y) * np.exp(-log_q)).mean() for y, log_q in placed])
    assert with_cells < plain / 1.6  # 2.5 as a rule


def test_cells_beyond_an_edge_hold_no_slivers_of_what_lies_within():
    """Halved at equal weights alone, the squares of these 60 pulls add up to 416.

    False alarms for errors that are exact: 1 in 1,000,000, at these fixed seeds none.
    """
    pulls = []
    for number in range(60):
        rng = np.random.default_rng(number)
        low, side = rng.uniform(0.15, 0.8, 2), 0.04
        high = low + side

        def box(y, low=low, high=high, side=side):
            return ((y > low) & (y < high)).all(axis=1) / side**2

        # As a run sees it: few points anywhere, many where f is.
        y = np.concatenate([rng.random((500, 2)), rng.uniform(low - 0.02, high + 0.02, (1500, 2))])
        cells = fit_cells(y, box(y), depth=6, rng=rng)
        placed = [
            cells.place(STREAMS["sobol"](2, seed).take(128))
            for seed in np.random.SeedSequence(number).spawn(16)
        ]
        means = np.array([(box(y) * np.exp(-log_q)).mean() for y, log_q in placed])
        found = spread(np.full(16, 128.0), means)
        pulls.append((found.mean - 1.0) / found.sdev)
    assert np.square(pulls).sum() < chi2.isf(1e-6, 60)
    assert max(np.abs(pulls)) < 5.0


def test_the_spread_of_nets_on_cells_is_their_error():
    """300 estimates: 1 and 2 errors cover 68% and 95% within 4 standard errors; false alarms 1 in 10^4."""
    ring, pulls = integrands.get("annulus"), []
    cells = fitted(2, 7, name="annulus", n=8192)
    for seed in np.random.SeedSequence(6).spawn(300):
        placed = [cells.place(STREAMS["sobol"](2, net).take(1 << 8)) for net in seed.spawn(16)]
        means = np.array([(ring(y) * np.exp(-log_q)).mean() for y, log_q in placed])
        found = spread(np.full(16, 256.0), means)
        assert found is not None
        pulls.append(abs(found.mean - ring.exact) / found.sdev)
    assert abs(np.mean(np.array(pulls) < 1.0) - 0.683) < 0.11
    assert abs(np.mean(np.array(pulls) < 2.0) - 0.954) < 0.05
