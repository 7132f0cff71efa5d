import math

import numpy as np
import pytest
from scipy import stats

from benchmarks.bands import WITHIN, coverage, coverage_band, mean, mean_band, p_uniformity, width


@pytest.mark.parametrize("n", [5, 20, 200, 1000])
@pytest.mark.parametrize("rate", [0.05, 1e-4])
@pytest.mark.parametrize("probability", WITHIN.values())
def test_coverage_bands_are_the_narrowest_at_their_rate(n, rate, probability):
    low, high = coverage_band(n, probability, rate)
    counts = np.arange(n + 1)
    chances = stats.binom.pmf(counts, n, probability)
    assert chances[counts < low].sum() <= rate / 2
    assert chances[counts > high].sum() <= rate / 2
    assert chances[counts <= low].sum() > rate / 2
    assert chances[counts >= high].sum() > rate / 2


def test_nominal_coverages():
    assert list(WITHIN.values()) == pytest.approx([0.6826895, 0.9544997])


def test_mean_band_is_students():
    assert mean_band(1.0, 10_000, 0.0027) == pytest.approx(0.03, rel=1e-3)
    assert mean_band(2.0, 2, 0.5) == pytest.approx(2.0 / math.sqrt(2))  # t of 1 degree: quartile at 1


def test_between_two_right_coverages_all_are_allowed():
    narrow, wide = (coverage(70, 100, (0.68, other), 1e-3) for other in (0.68, 0.75))
    assert wide.band[0] == narrow.band[0] < 0.68
    assert wide.band[1] > narrow.band[1]


# Counts are within 4 of their deviations, but for a false-alarm rate of 6e-5.
N_STUDIES, MOST_OFF = 600, 4.0


def alarms(measure, draw):
    rng = np.random.default_rng(1)
    return sum(not measure(draw(rng)).is_inside for _ in range(N_STUDIES))


@pytest.mark.parametrize(
    ("measure", "draw", "is_exact"),
    [
        (lambda x: mean(x, 0.05), lambda rng: rng.normal(size=50), True),
        (lambda x: width(x, 1.0, 0.0, 0.05), lambda rng: rng.normal(size=50), True),
        (
            lambda x: width(x, math.sqrt(15 / 13), 6 / 11, 0.05),
            lambda rng: rng.standard_t(15, size=300),
            False,
        ),
        (lambda x: p_uniformity(x, 0.05), lambda rng: rng.random(50), True),
        (lambda x: coverage(int(sum(x)), 50, (0.68, 0.68), 0.05), lambda rng: rng.random(50) < 0.68, False),
    ],
    ids=["mean", "width", "width of t", "uniformity", "coverage"],
)
def test_false_alarms_are_as_rare_as_stated(measure, draw, is_exact):
    expected, found = 0.05 * N_STUDIES, alarms(measure, draw)
    off = MOST_OFF * math.sqrt(0.05 * 0.95 * N_STUDIES)
    assert found <= expected + off
    assert found > (expected - off if is_exact else 0)


@pytest.mark.parametrize(
    ("measure", "draw", "true"),
    [
        (lambda x: mean(x, 0.05), lambda rng: rng.normal(2.0, size=50), 2.0),
        (lambda x: width(x, 1.0, 0.0, 0.05), lambda rng: rng.normal(1.0, 0.2, size=50), 0.2),
        (lambda x: coverage(int(sum(x)), 50, (0.6, 0.6), 0.05), lambda rng: rng.random(50) < 0.6, 0.6),
    ],
    ids=["mean", "width", "coverage"],
)
def test_intervals_hold_what_is_true_in_19_of_20_studies(measure, draw, true):
    rng = np.random.default_rng(2)
    intervals = [measure(draw(rng)).interval for _ in range(N_STUDIES)]
    misses = sum(not low <= true <= high for low, high in intervals)
    assert 5 < misses <= 0.05 * N_STUDIES + MOST_OFF * math.sqrt(0.05 * 0.95 * N_STUDIES)


@pytest.mark.parametrize("spread", [0.7, 1.4])
def test_a_wrong_width_lies_outside(spread):
    pulls = np.random.default_rng(2).normal(0.0, spread, 200)
    assert not width(pulls, 1.0, 0.0, 1e-3).is_inside


def test_infinite_pulls_lie_outside():
    pulls = np.append(np.random.default_rng(2).normal(size=199), math.inf)
    assert not mean(pulls, 1e-3).is_inside
    assert not width(pulls, 1.0, 0.0, 1e-3).is_inside
