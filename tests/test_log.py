"""Integrands given by their logarithm, far outside of the range of floats."""

import math

import numpy as np
import pytest
from scipy.special import log_ndtr, logsumexp

import iflow


def gaussian(log_height, width):
    """Returns log f of a peak at 1/2, and the logarithm of its integral over the cube of 4 dimensions."""

    def log_f(x):
        return log_height - 0.5 * np.square((x - 0.5) / width).sum(axis=1)

    inside = 1.0 - 2.0 * math.exp(log_ndtr(-0.5 / width))
    return log_f, log_height + 4.0 * math.log(width * math.sqrt(2.0 * math.pi) * inside)


# Nine runs within 4.5 errors: a false alarm in 4,000 seeds, for 15 degrees of freedom; seeds are fixed.
@pytest.mark.parametrize("log_height", [-4000.0, 0.0, 2000.0])
@pytest.mark.parametrize("width", [0.3, 0.05, 0.005])
def test_evidences_of_any_size_are_found(log_height, width):
    log_f, exact = gaussian(log_height, width)
    found = iflow.integrate(log_f, 4, rtol=1e-3, seed=1, log=True)
    assert found.converged
    assert found.reliable
    assert found.log_sdev <= 1e-3
    assert abs(found.log_mean - exact) < 4.5 * found.log_sdev


def test_it_is_the_same_run_as_that_of_the_plain_function():
    log_f, _ = gaussian(0.0, 0.05)
    plain = iflow.integrate(lambda x: np.exp(log_f(x)), 4, rtol=1e-3, seed=2)
    found = iflow.integrate(log_f, 4, rtol=1e-3, seed=2, log=True)
    assert found.neval == plain.neval
    assert found.mean == pytest.approx(plain.mean, rel=1e-12)
    assert found.sdev == pytest.approx(plain.sdev, rel=1e-6)
    assert found.log_mean == pytest.approx(plain.log_mean, abs=1e-12)
    assert found.log_sdev == pytest.approx(plain.log_sdev, rel=1e-6)


def test_peaks_far_above_what_was_seen_first():
    # 1e-5 of the volume, and e^3000 times as high as what the survey sees of it.
    log_f, exact = gaussian(-4000.0, 0.003)
    found = iflow.integrate(log_f, 4, rtol=1e-2, seed=3, log=True)
    assert abs(found.log_mean - exact) < 4.5 * found.log_sdev
    assert found.neval < 300_000


def test_zeros_are_minus_infinity():
    def log_f(x):
        with np.errstate(divide="ignore"):
            return np.where(x[:, 0] < 0.5, 1000.0 + np.log(x[:, 1]), -np.inf)

    found = iflow.integrate(log_f, 2, rtol=1e-3, seed=4, log=True)
    assert abs(found.log_mean - (1000.0 + math.log(0.25))) < 4.5 * found.log_sdev


def test_numbers_that_no_float_holds_are_0_or_inf_but_their_logarithm_is_there():
    large = iflow.integrate(gaussian(2000.0, 0.3)[0], 4, seed=5, log=True)
    small = iflow.integrate(gaussian(-2000.0, 0.3)[0], 4, seed=5, log=True)
    assert (large.mean, large.sdev) == (math.inf, math.inf)
    assert (small.mean, small.sdev) == (0.0, 0.0)
    assert large.log_mean - small.log_mean == pytest.approx(4000.0)
    assert str(large).startswith("exp(199")
    assert "exp(-200" in small.summary()


def test_an_evidence_that_is_0_is_doubted():
    found = iflow.integrate(lambda x: np.full(len(x), -np.inf), 2, seed=6, log=True, max_neval=5_000)
    assert not found.reliable
    assert (found.log_mean, found.log_sdev) == (-math.inf, math.inf)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_nan_and_plus_infinity_are_refused(value):
    with pytest.raises(ValueError, match="log"):
        iflow.integrate(lambda x: np.where(x[:, 0] > 0.5, value, 0.0), 1, seed=7, log=True)


def test_one_integral_at_a_time():
    with pytest.raises(ValueError, match="log=True"):
        iflow.integrate(lambda x: np.stack([x[:, 0], x[:, 0]], axis=1), 1, log=True)


def test_a_flow_learns_from_logarithms():
    log_f, exact = gaussian(-4000.0, 0.05)
    small = {"bins": 8, "hidden": (16,), "coupling": "linear"}
    found = iflow.integrate(log_f, 4, rtol=0.0, max_neval=20_000, seed=8, log=True, flow=True, **small)
    assert found.proposal == "flow"
    assert abs(found.log_mean - exact) < 4.5 * found.log_sdev


def test_several_heights_at_once_are_compared_in_one_unit():
    def log_f(x):
        parts = [gaussian(-3000.0, 0.05)[0](x), gaussian(-3005.0, 0.3)[0](x)]
        return logsumexp(parts, axis=0)

    exact = logsumexp([gaussian(-3000.0, 0.05)[1], gaussian(-3005.0, 0.3)[1]])
    found = iflow.integrate(log_f, 4, rtol=1e-3, seed=9, log=True)
    assert abs(found.log_mean - exact) < 4.5 * found.log_sdev


def test_a_search_that_met_only_zeros_warns_of_nothing():
    # Where every point around the modes has f = 0 the search has nothing to look back on; a NumPy warning
    # would be an error here.
    result = iflow.integrate(
        lambda x: -1e3 * x.sum(axis=1), [(0, math.inf)] * 2, log=True, seed=1, max_neval=20_000
    )
    assert result.log_mean == pytest.approx(-2 * math.log(1e3), abs=5 * result.log_sdev)
