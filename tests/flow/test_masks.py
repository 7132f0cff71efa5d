"""Masks under which every coordinate can depend on every other."""

import math

import numpy as np
import pytest

from iflow.flow import antichain_masks, build_flow, checkerboard_masks, log2_masks, random_masks
from iflow.flow.masks import make_masks
from iflow.options import FlowOptions

PATTERNS = {
    "log2": log2_masks,
    "antichain": antichain_masks,
    "random": lambda dim: random_masks(dim, 7),
}


@pytest.fixture(params=PATTERNS.values(), ids=PATTERNS.keys())
def pattern(request):
    return request.param


@pytest.mark.parametrize("dim", range(2, 129))
def test_every_pair_meets_both_ways(pattern, dim):
    masks = pattern(dim)
    assert masks.shape[1] == dim
    given, drawn = masks.astype(int), (~masks).astype(int)
    # meets[i, j]: masks under which i is passed through while j is drawn.
    meets = given.T @ drawn
    assert np.all(meets[~np.eye(dim, dtype=bool)] >= 1)


@pytest.mark.parametrize("dim", range(2, 129))
def test_every_mask_draws_something_given_something(pattern, dim):
    masks = pattern(dim)
    assert np.all(masks.any(axis=1))
    assert np.all(~masks.all(axis=1))


@pytest.mark.parametrize("dim", range(2, 129))
def test_log2_masks_are_pairs(dim):
    masks = log2_masks(dim)
    assert len(masks) == 2 * math.ceil(math.log2(dim))
    np.testing.assert_array_equal(masks[::2], ~masks[1::2])


@pytest.mark.parametrize(
    ("dim", "n_masks"),
    [(2, 2), (3, 3), (4, 4), (6, 4), (7, 5), (10, 5), (11, 6), (20, 6), (21, 7), (100, 9), (127, 10)],
)
def test_antichain_masks_are_as_few_as_can_be(dim, n_masks):
    assert len(antichain_masks(dim)) == n_masks


@pytest.mark.parametrize("dim", range(2, 129))
def test_masks_draw_equally_many_coordinates(pattern, dim):
    assert np.ptp((~pattern(dim)).sum(axis=1)) <= 1


@pytest.mark.parametrize("dim", [2, 4, 8, 16])
def test_log2_masks_are_the_bits_of_the_coordinates_where_these_use_up_all_numbers(dim):
    bits = np.arange(dim) >> np.arange(dim.bit_length() - 1)[:, np.newaxis] & 1
    np.testing.assert_array_equal(log2_masks(dim)[::2], bits == 1)


def test_one_dimension_is_drawn_unconditionally(pattern):
    np.testing.assert_array_equal(pattern(1), [[False]])


@pytest.mark.parametrize("dim", [0, -3])
def test_refuses_dimensions_below_one(pattern, dim):
    with pytest.raises(ValueError, match=f"at least 1, got {dim}"):
        pattern(dim)


def test_random_masks_are_shuffled_by_their_seed():
    first, again, other = random_masks(16, 1), random_masks(16, 1), random_masks(16, 2)
    np.testing.assert_array_equal(first, again)
    assert np.any(first != other)
    np.testing.assert_array_equal(np.sort(first, axis=1), np.sort(log2_masks(16), axis=1))


def test_a_checkerboard_alternates():
    np.testing.assert_array_equal(checkerboard_masks(3), [[True, False, True], [False, True, False]])
    np.testing.assert_array_equal(checkerboard_masks(1), [[False]])


@pytest.mark.parametrize("masks", ["log2", "antichain", "random", "checkerboard"])
@pytest.mark.parametrize("dim", [1, 2, 5])
def test_every_name_makes_masks_that_draw_every_coordinate(masks, dim):
    made = make_masks(masks, dim, seed=0)
    assert made.shape[1] == dim
    assert not made.all(axis=0).any()


def test_ones_own_masks_make_the_couplings():
    own = [[True, False, False], [False, True, True], [False, False, False]]
    flow = build_flow(3, FlowOptions(masks=own, hidden=(4,), bins=4, repeats=2), seed=0)
    assert len(flow.couplings) == 6
    u = np.random.default_rng(0).random((5, 3))
    np.testing.assert_allclose(flow.place(u)[0], u, atol=1e-6)
