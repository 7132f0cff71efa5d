"""Masks under which every coordinate can depend on every other."""

import math

import numpy as np
import pytest

from iflow.flow import antichain_masks, log2_masks

PATTERNS = {"log2": log2_masks, "antichain": antichain_masks}


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
def test_antichain_masks_draw_equally_many_coordinates(dim):
    assert np.ptp((~antichain_masks(dim)).sum(axis=1)) <= 1


def test_one_dimension_is_drawn_unconditionally(pattern):
    np.testing.assert_array_equal(pattern(1), [[False]])


@pytest.mark.parametrize("dim", [0, -3])
def test_refuses_dimensions_below_one(pattern, dim):
    with pytest.raises(ValueError, match=f"at least 1, got {dim}"):
        pattern(dim)
