import math

import numpy as np
import pytest
from scipy import stats

from benchmarks.bands import WITHIN, calibration, coverage_band, mean_band


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


def test_false_alarms_are_as_rare_as_stated():
    # 2,000 calibrated studies at a joint rate of 20%: more than 460 alarms have a probability below 0.1%.
    rng = np.random.default_rng(1)
    alarms = sum(bool(calibration(rng.normal(size=50), 0.2 / 3).faults) for _ in range(2000))
    assert 0 < alarms < 460


@pytest.mark.parametrize(
    ("pulls", "fault"),
    [
        (lambda rng: rng.normal(0.5, 1.0, 200), "mean"),
        (lambda rng: rng.normal(0.0, 1.6, 200), "1 sigma"),
        (lambda rng: rng.normal(0.0, 0.5, 200), "1 sigma"),
        (lambda rng: np.where(rng.random(200) < 0.15, 3.0, 0.5) * rng.choice([-1, 1], 200), "2 sigma"),
        (lambda rng: np.append(rng.normal(size=199), math.inf), "mean"),
    ],
)
def test_what_is_wrong_is_named(pulls, fault):
    assert fault in calibration(list(pulls(np.random.default_rng(2))), 1e-3).faults


def test_one_pull_is_too_few():
    assert calibration([0.1], 0.01) is None
