"""Cells as a contender: cut to what a net can hit, and learning from |f|^beta with its sign."""

import math

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from iflow.engine.contenders import cells as contender
from iflow.engine.contenders.cells import CellsContender
from iflow.engine.replay import Sample


def sample_of(f, n=4_096):
    y = np.random.default_rng(1).random((n, 2))
    values = f(y)
    with np.errstate(divide="ignore"):
        return Sample(y, np.log(np.abs(values)), np.zeros(n), np.sign(values))


def step(y):
    return np.where(y[:, 0] < 0.3, 1.0, -1.0)


@pytest.mark.parametrize(("size", "n_cells"), [(1, 1), (2, 1), (4, 2), (100, 32), (1 << 20, 1_024)])
def test_every_net_hits_each_cell_twice(size, n_cells):
    cells = CellsContender(2, seed=0)
    cells.fit(sample_of(step), 1.0)
    y = np.random.default_rng(2).random((100_000, 2))
    assert len(np.unique(cells.proposal(size).log_density(y))) <= n_cells
    _, log_q = cells.proposal(size).place(y)
    assert np.exp(-log_q).mean() == pytest.approx(1.0, abs=0.05)


def test_a_change_of_sign_is_seen():
    cells = CellsContender(2, seed=0)
    cells.fit(sample_of(step), 1.0)
    y, _ = cells.proposal(1 << 10).place(np.random.default_rng(2).random((4_096, 2)))
    assert (abs(y[:, 0] - 0.3) < 0.1).mean() > 0.6


def test_before_anything_is_learned_it_is_uniform():
    u = np.random.default_rng(2).random((64, 2))
    cells = CellsContender(2, seed=0)
    for _ in range(2):
        assert_array_equal(cells.proposal(256).place(u)[0], u)
        cells.fit(sample_of(lambda y: np.zeros(len(y))), 1.0)


def test_a_flatter_target_is_learned_where_it_is_asked_for():
    def spike(y):
        return np.exp(-2_000.0 * np.square(y - 0.5).sum(axis=1))

    u = np.random.default_rng(2).random((4_096, 2))
    spread = {}
    for beta in (1.0, 0.02):
        cells = CellsContender(2, seed=0)
        cells.fit(sample_of(spike), beta)
        y, _ = cells.proposal(1 << 9).place(u)
        spread[beta] = np.median(np.hypot(*(y - 0.5).T))
    assert spread[1.0] < 0.08  # most of the spike lies within that
    assert spread[0.02] > 2.0 * spread[1.0]


def test_values_beyond_the_range_of_floats_are_learned():
    own = sample_of(step)
    cells = CellsContender(2, seed=0)
    cells.fit(Sample(own.y, own.log_f - 5_000.0, own.log_q, own.sign), 1.0)
    assert len(np.unique(cells.proposal(2_048).log_density(own.y))) > 20
    assert math.isnan(cells.loss)


def test_the_same_cells_again_and_coarser_ones_of_the_same_tree():
    cells, y = CellsContender(2, seed=0), np.random.default_rng(2).random((1_000, 2))
    cells.fit(sample_of(step), 1.0)
    fine = cells.proposal(1 << 10).log_density(y)
    cells.proposal(16)
    assert_array_equal(cells.proposal(1 << 10).log_density(y), fine)
    again = CellsContender(2, seed=0)
    again.fit(sample_of(step), 1.0)
    assert_array_equal(again.proposal(1 << 10).log_density(y), fine)


def test_of_very_many_points_some_are_enough(monkeypatch):
    monkeypatch.setattr(contender, "_MOST_POINTS", 1_000)
    cells = CellsContender(2, seed=0)
    cells.fit(sample_of(step), 1.0)
    y, _ = cells.proposal(1 << 20).place(np.random.default_rng(2).random((4_096, 2)))
    assert (abs(y[:, 0] - 0.3) < 0.1).mean() > 0.5
    assert len(cells._y) == 1_000
