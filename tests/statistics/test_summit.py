"""Is a singularity told from a maximum, whatever order its points come in?"""

import math

import numpy as np
import pytest

from iflow.statistics.summit import LargestValues


def summit_of(log_f, log_weight=None, x=None, log_unit=0.0):
    log_weight = np.zeros(len(log_f)) if log_weight is None else log_weight
    x = np.arange(len(log_f), dtype=float)[:, np.newaxis] if x is None else x
    return LargestValues.of(log_f, log_weight, x).summit(log_unit)


@pytest.mark.parametrize("power", [0.4, 0.6, 0.9])
def test_the_index_of_a_singularity_is_its_power(power):
    x = np.random.default_rng(1).random((20_000, 2))
    found = summit_of(-power * np.log(x[:, 0]), x=x)
    assert found.index == pytest.approx(
        power, abs=3.0 * (1.0 + power) / math.sqrt(424)
    )  # 3 errors of the fit
    assert found.at[0] == x[:, 0].min()


def test_the_index_falls_with_the_codimension():
    distance = np.linalg.norm(np.random.default_rng(1).random((20_000, 3)) - 0.5, axis=1)
    assert summit_of(-np.log(distance)).index == pytest.approx(1.0 / 3.0, abs=0.15)


@pytest.mark.parametrize("dim", [1, 2, 4, 8])
def test_a_maximum_has_an_index_below_0(dim):
    y = np.random.default_rng(dim).standard_normal((20_000, dim))
    assert summit_of(-0.5 * np.square(y).sum(axis=1)).index == pytest.approx(-2.0 / dim, abs=0.25)


def test_a_constant_and_too_few_points():
    assert summit_of(np.zeros(1_000)).index == -math.inf
    few = summit_of(np.log(np.arange(1.0, 100.0)))
    assert math.isnan(few.index)
    assert few.unresolved == 0.0
    assert summit_of(np.full(5, -math.inf)).at is None


def test_what_is_unresolved():
    # The weights where |f| is largest are 3: of 1,000 points, each of the last stands for 3/1,000.
    log_f = -0.5 * np.log(np.random.default_rng(2).random(1_000))
    log_weight = np.where(log_f >= np.sort(log_f)[-10], math.log(3.0), 0.0)
    found = summit_of(log_f, log_weight)
    assert found.unresolved == pytest.approx(3e-3 / (1.0 - found.index))
    assert summit_of(log_f, log_weight, log_unit=math.log(2.0)).unresolved == found.unresolved / 2.0


def test_the_slope_tells_whether_weights_follow():
    log_f = -0.5 * np.log(np.random.default_rng(2).random(1_000))
    assert summit_of(log_f).slope == pytest.approx(0.0, abs=1e-12)
    assert summit_of(log_f, 0.7 * log_f).slope == pytest.approx(0.7)
    assert math.isnan(summit_of(np.zeros(1_000)).slope)


def test_neither_cuts_nor_order_matter():
    rng = np.random.default_rng(3)
    log_f = np.round(rng.standard_normal(9_000), 2)  # with many that are equal
    log_weight, x = rng.standard_normal(9_000), rng.random((9_000, 2))
    whole = LargestValues.of(log_f, log_weight, x)
    for cuts in ([10, 4_000], [8_999], [300, 301, 7_000]):
        parts = [
            LargestValues.of(*part)
            for part in zip(*(np.split(a, cuts) for a in (log_f, log_weight, x)), strict=True)
        ]
        merged = LargestValues()
        for part in parts[::-1]:
            merged.merge(part)
        assert merged.summit().index == whole.summit().index
        assert merged.summit().unresolved == whole.summit().unresolved
        assert (merged.summit().at == whole.summit().at).all()
