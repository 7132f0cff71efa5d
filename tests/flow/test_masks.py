"""The fewest masks under which every coordinate can depend on every other."""

import math

import numpy as np
import pytest

from iflow.flow import log2_masks


@pytest.mark.parametrize("dim", range(2, 129))
def test_every_pair_meets_both_ways(dim):
    masks = log2_masks(dim)
    assert masks.shape == (2 * math.ceil(math.log2(dim)), dim)
    given, drawn = masks.astype(int), (~masks).astype(int)
    # meets[i, j]: masks under which i is passed through while j is drawn.
    meets = given.T @ drawn
    assert np.all(meets[~np.eye(dim, dtype=bool)] >= 1)


@pytest.mark.parametrize("dim", range(2, 129))
def test_every_mask_draws_something_given_something(dim):
    masks = log2_masks(dim)
    assert np.all(masks.any(axis=1))
    assert np.all(~masks.all(axis=1))


def test_one_dimension_is_drawn_unconditionally():
    np.testing.assert_array_equal(log2_masks(1), [[False]])


@pytest.mark.parametrize("dim", [0, -3])
def test_refuses_dimensions_below_one(dim):
    with pytest.raises(ValueError, match=f"at least 1, got {dim}"):
        log2_masks(dim)
