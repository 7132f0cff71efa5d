"""What is said of points at which f raised, and when it is a reason for doubt."""

import dataclasses
import math

import numpy as np
import pytest

from iflow.omission import Omission
from iflow.reasons import Reason
from iflow.statistics.estimate import Accumulator
from iflow.statistics.omitted import OmittedSums


def sums(n, k, density=1.0, log_f=0.0, reason=Reason.RAISED):
    """n points of which k were omitted, at which the density was this."""
    made = OmittedSums()
    skipped = np.arange(n) < k
    made.add(
        np.where(skipped, reason, 0),
        np.where(skipped, math.log(density), 0.0),
        np.where(skipped, -math.inf, log_f),
    )
    return made


@pytest.fixture
def estimate():
    """Of 10,000 weights about 2, with an error of 0.005."""
    accumulator = Accumulator()
    weights = np.where(np.arange(10_000) % 2, 1.5, 2.5)
    accumulator.add(np.ones(10_000), np.log(weights))
    return accumulator.estimate()


def test_it_tells_how_many_how_much_and_what_came_first(estimate):
    omission = Omission(120, 0, sums(10_000, 50, log_f=2.0), first=("ValueError: no, at x = [0.5]", ""))
    assert omission.doubts(estimate) == (
        "f raised at 50 of 10,000 measured points; they count as 0 and make up 0.500(71)% of the region's "
        "volume: if f is as large there as elsewhere on average, the integral is off by 0.01 (2 sdev), if as "
        "large as anywhere, by 0.037; the first: ValueError: no, at x = [0.5]; let f return 0 there if such "
        "points may be left out",
    )
    assert omission.remarks(estimate) == ()


def test_less_than_the_error_is_a_remark(estimate):
    omission = Omission(24, 0, sums(10_000, 24))
    assert omission.doubts(estimate) == ()
    (remark,) = omission.remarks(estimate)
    assert "24 of 10,000 measured points" in remark
    assert "0.0048 (0.96 sdev)" in remark
    assert Omission(26, 0, sums(10_000, 26)).doubts(estimate)


def test_a_proposal_that_keeps_away_does_not_make_it_small(estimate):
    """The density at the points that are skipped is a hundredth: three of them are 3% of the volume."""
    omission = Omission(3, 0, sums(10_000, 3, density=0.01))
    assert "make up 3.0(1.7)% of" in omission.doubts(estimate)[0]
    assert omission.portion == pytest.approx(0.03 / 0.97)


def test_points_in_the_midst_of_what_was_learned_count_as_the_points_around_them(estimate):
    """Little volume, but 1% of the points: so much of the integral may be there."""
    omission = Omission(100, 0, sums(10_000, 100, density=1_000.0))
    assert omission.share.share == pytest.approx(1e-5)
    assert omission.portion == pytest.approx(0.01 / 0.99)


def test_the_points_that_tell_the_share_best_do(estimate):
    """Forty uniform ones make 2% of the volume; a hundred others are not enough to say otherwise."""
    omission = Omission(44, 0, sums(10_000, 4, density=0.001), sums(2_000, 40))
    assert omission.share.share == 0.02
    assert Omission(140, 0, sums(10_000, 100), sums(2_000, 40)).share.share == 0.02
    assert Omission(240, 0, sums(10_000, 200), sums(2_000, 40)).share.share == 0.02
    assert Omission(341, 0, sums(10_000, 301), sums(2_000, 40)).share.share == pytest.approx(0.0301)
    assert (
        "f raised at 4 of 10,000 measured points; they count as 0 and make up 2.00(31)%"
        in (omission.doubts(estimate)[0])
    )
    missed = Omission(40, 0, sums(10_000, 0), sums(2_000, 40)).doubts(estimate)
    assert "f raised at 40 of 2,000 uniform points" in missed[0]


def test_points_that_are_in_no_sum_are_told(estimate):
    omission = Omission(3, 0, sums(10_000, 0), sums(2_000, 0), ("OSError: , at x = [1.0]", ""))
    assert omission.remarks(estimate) == (
        "f raised at 3 points, none of them measured; they count as 0; the first: OSError: , at x = [1.0]",
    )
    assert omission.doubts(estimate) == ()


def test_no_such_points_no_words(estimate):
    for omission in (Omission(0), Omission(0, 0, sums(10_000, 0), sums(100, 0))):
        assert omission.doubts(estimate) + omission.remarks(estimate) + omission.of_one(estimate) == ()


def test_where_everything_is_known_but_some_points_there_is_doubt(estimate):
    """All weights equal: the error is 0, and anything missing is more than that."""
    equal = dataclasses.replace(estimate, sdev=0.0)
    (doubt,) = Omission(1, 0, sums(10_000, 1)).doubts(equal)
    assert "is off by 0.0002; " in doubt


def test_of_several_integrals_each_is_told_its_own(estimate):
    omission = Omission(50, 0, sums(10_000, 50, log_f=30.0))
    assert omission.of_one(estimate) == (
        "points at which f raised count as 0: if f is as large there as elsewhere on average, the integral "
        "is off by 0.01 (2 sdev); let f return 0 there if such points may be left out",
    )
    (remark,) = omission.remarks(estimate, of_norm=True)
    assert remark.endswith("if f is as large there as elsewhere on average, the integrals of |f| lack 0.5%")


def test_of_a_logarithm_it_is_relative(estimate):
    small = dataclasses.replace(estimate, log_unit=-4_000.0)
    omission = Omission(50, 0, sums(10_000, 50, log_f=-4_000.0 + math.log(8.0)))
    assert (
        "off by 0.005 times what was measured (2 sdev), if as large as anywhere, by 0.02 times"
        in (omission.doubts(small)[0])
    )


def test_volumes_are_those_of_the_cube_where_the_region_has_none(estimate):
    omission = Omission(50, 0, sums(10_000, 50), is_volume=False)
    assert "% of the unit cube that the region is mapped from: " in omission.doubts(estimate)[0]


def test_both_reasons_are_one_omission_and_two_numbers(estimate):
    both = sums(9_000, 20)
    both.merge(sums(1_000, 30, reason=Reason.NONFINITE))
    first = ("ValueError: no, at x = [0.5]", "f(x) = nan at x = [0.1]")
    (doubt,) = Omission(25, 35, both, first=first).doubts(estimate)
    assert doubt.startswith(
        "f raised at 20 and was nan or inf at 30 of 10,000 measured points; they count as 0 and make up "
        "0.500(71)% of the region's volume: "
    )
    assert "; the first of each: ValueError: no, at x = [0.5]; f(x) = nan at x = [0.1]; let f" in doubt
    (of_one,) = Omission(25, 35, both).of_one(estimate)
    assert of_one.startswith("points at which f raised or was nan or inf count as 0: ")
    (remark,) = Omission(0, 7, sums(10_000, 0), sums(2_000, 0)).remarks(estimate)
    assert remark == "f was nan or inf at 7 points, none of them measured; they count as 0"
