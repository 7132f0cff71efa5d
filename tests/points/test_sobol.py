"""Sobol points: scipy's where they are plain; nets, uniform and independent where they are scrambled."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import qmc

from iflow.points import SobolPoints, sobol
from iflow.points.sobol import MOST_DIMENSIONS, Sobol


def scrambled(dim, seed):
    return Sobol(dim, np.random.default_rng(seed))


@pytest.mark.parametrize("dim", [1, 2, 3, 21, MOST_DIMENSIONS])
def test_plain_points_are_those_of_scipy(dim):
    # Beyond the 11 initial numbers of the last coordinate. Scipy's order is that of a Gray code.
    number = np.arange(1 << 13)
    expected = qmc.Sobol(dim, scramble=False, bits=sobol.BITS).random(len(number))
    points = Sobol(dim).take(len(number))
    assert_array_equal(points[number ^ number >> 1], expected + 2.0 ** -(sobol.BITS + 1))


@pytest.mark.parametrize("dim", [1, 5, MOST_DIMENSIONS])
def test_direction_numbers_of_every_level_end_with_a_one_of_their_own(dim):
    # A triangular matrix with ones on its diagonal: 2^52 points are distinct in every coordinate.
    numbers = sobol.direction_numbers(dim).astype(np.int64)
    last_one = 1 << np.arange(sobol.BITS)[::-1, None]
    assert_array_equal(numbers & -numbers, np.broadcast_to(last_one, numbers.shape))


@pytest.mark.parametrize("cuts", [(64,), (1, 1, 2, 60), (5, 59), (13, 0, 51), (63, 1), (1,) * 64])
def test_points_do_not_depend_on_how_they_are_cut(cuts):
    points = scrambled(3, 1)
    assert_array_equal(np.concatenate([points.take(n) for n in cuts]), scrambled(3, 1).take(64))


@pytest.mark.parametrize("level", range(11))
@pytest.mark.parametrize("seed", [None, 1, 2])
def test_every_elementary_interval_of_the_first_two_coordinates_holds_its_share(level, seed):
    # They make a (0, m, 2)-net: a point in each box of volume 2^-m; also where the net is the 3rd one.
    points = Sobol(2) if seed is None else scrambled(2, seed)
    for _ in range(3):
        u = points.take(1 << level)
        for k in range(level + 1):
            box = np.floor(u * [1 << k, 1 << level - k]) @ [1 << level - k, 1]
            assert_array_equal(np.sort(box), np.arange(1 << level))


def test_every_coordinate_is_a_net():
    u = scrambled(MOST_DIMENSIONS, 3).take(1 << 10)
    assert_array_equal(np.sort(np.floor(u * (1 << 10)), axis=0), np.tile(np.arange(1 << 10), (256, 1)).T)


class Extreme:
    """A generator that draws the smallest or the largest digits."""

    def __init__(self, digit):
        self._digit = digit

    def integers(self, high, size, dtype):
        return np.full(size, self._digit * (high - 1), dtype)


@pytest.mark.parametrize("digit", [0, 1])
def test_the_most_extreme_scramblings_stay_inside(digit):
    u = Sobol(3, Extreme(digit)).take(1 << 8)
    assert np.all((u > 0.0) & (u < 1.0))
    assert (u.min(), u.max())[digit] == (2.0**-53, 1.0 - 2.0**-53)[digit]


def test_points_of_many_scramblings_are_uniform_and_independent():
    # 2,000 seeds, points 0, 1 and 5: uniform over 50 bins, and uncorrelated between neighbouring seeds and
    # between coordinates. With z < 4.5 a false alarm for about 1 set of seeds in 800 (chi2 is skewed); seeds
    # are fixed.
    n = 2_000
    u = np.stack([Sobol(3, np.random.default_rng(s)).take(8) for s in np.random.SeedSequence(5).spawn(n)])
    for x in u[:, [0, 1, 5]].reshape(n, -1).T:
        count = np.bincount((50 * x).astype(int), minlength=50)
        assert abs(np.square(count - n / 50).sum() / (n / 50) - 49) < 4.5 * np.sqrt(2 * 49)
        assert abs(np.corrcoef(x[1:], x[:-1])[0, 1]) < 4.5 / np.sqrt(n)
    between = np.corrcoef(u[:, 5].T)[np.triu_indices(3, 1)]
    assert np.all(np.abs(between) < 4.5 / np.sqrt(n))


def test_digits_below_the_diagonal_are_scrambled():
    # Points 0 and 1 differ in their first digit, and in each other one in half of 2,000 scramblings, within
    # 4.5 standard errors: a false alarm for 1 set of seeds in 3,000. Mere shifts leave the others equal.
    u = np.stack([scrambled(1, seed).take(2)[:, 0] for seed in range(2_000)])
    first, second = ((u - 2.0**-53) * 2.0**52).astype(np.uint64).T
    digits = (first ^ second)[:, None] >> np.arange(52, dtype=np.uint64) & np.uint64(1)
    assert np.all(digits[:, 51] == 1)
    assert np.all(np.abs(digits[:, :51].mean(axis=0) - 0.5) < 4.5 * 0.5 / np.sqrt(2_000))


def error(take, level):
    """The rms error of a smooth product over 200 scramblings."""
    means = [np.prod(1.0 + (take(seed, 1 << level) - 0.5), axis=1).mean() for seed in range(200)]
    return np.sqrt(np.mean(np.square(np.array(means) - 1.0)))


@pytest.mark.parametrize("level", [6, 10])
def test_errors_are_those_of_scipy(level):
    # Either rms scatters by about 5% (or somewhat more: the errors are not quite normal).
    ours = error(lambda seed, n: scrambled(4, seed).take(n), level)
    scipys = error(lambda seed, n: qmc.Sobol(4, bits=52, rng=seed).random(n), level)
    assert_allclose(ours, scipys, rtol=0.4)
    assert ours < 0.3 * np.sqrt(((1 + 1 / 12) ** 4 - 1) / (1 << level))


def test_beyond_the_table_points_come_from_scipy():
    points = SobolPoints(MOST_DIMENSIONS + 1, np.random.SeedSequence(3))
    u = np.concatenate([points.take(64), points.take(64)])
    assert u.shape == (128, MOST_DIMENSIONS + 1)
    assert np.all((u > 0.0) & (u < 1.0))
    assert_array_equal(np.sort(np.floor(u[:, -1] * 128)), np.arange(128))
