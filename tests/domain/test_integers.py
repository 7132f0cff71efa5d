"""Axes of integers: every integer with its weight, whatever the limits."""

import math
import re

import numpy as np
import pytest

import iflow
from iflow.domain import Domain, Integers

INF = math.inf
TINY, NEARLY_ONE = np.finfo(float).tiny, 1.0 - 2.0**-53
AXES = {
    "finite": Integers(-2, 5),
    "one": Integers(3, 3),
    "above": Integers(1, INF),
    "below": Integers(-INF, -4),
    "whole": Integers(-INF, INF),
}
MOVED = {"at a limit": (4.0, 4.0), "far": (40.0, 2.5), "wide": (-70.0, 30.0)}


@pytest.mark.parametrize("moved", [None, *MOVED])
@pytest.mark.parametrize("name", AXES)
def test_every_integer_is_met_as_often_as_its_weight_says(name, moved):
    """The share of a fine lattice that goes to k, times the slope there, is 1."""
    domain = Domain([AXES[name]])
    if moved is not None:
        location, scale = MOVED[moved]
        domain.move(np.array([-location if name == "below" else abs(location)]), np.array([scale]))
    z = (np.arange(1_000_000) + 0.5)[:, np.newaxis] / 1_000_000
    x, log_det = domain.forward_and_log_det(z)
    assert np.all((x >= domain.low) & (x <= domain.high) & (x == np.floor(x)))
    _, first, counts = np.unique(x[:, 0], return_index=True, return_counts=True)
    often = counts > 2_000
    assert often.any()
    np.testing.assert_allclose(counts[often] / 1e6 * np.exp(log_det[first[often]]), 1.0, atol=2e-3)


@pytest.mark.parametrize("name", AXES)
def test_ends_of_the_cube_are_inside(name):
    domain = Domain([AXES[name]])
    z = np.array([[TINY], [2.0**-53], [0.5], [NEARLY_ONE]])
    x, log_det = domain.forward_and_log_det(z)
    assert np.all((x >= domain.low) & (x <= domain.high))
    assert np.all(np.isfinite(log_det))


@pytest.mark.parametrize(
    ("f", "region", "exact"),
    [
        (lambda x: x[:, 0] ** 2, [Integers(1, 10)], 385.0),
        (lambda x: x[:, 0] ** -2.0, [Integers(1, INF)], math.pi**2 / 6),
        (lambda x: np.exp(-0.1 * np.abs(x[:, 0])), [Integers(-INF, INF)], 1 / math.tanh(0.05)),
        (lambda x: np.exp(-((x[:, 0] - 5000.0) ** 2) / 50), [Integers(0, INF)], math.sqrt(50 * math.pi)),
        (lambda x: x[:, 1] ** x[:, 0], [Integers(0, INF), (0, 0.5)], math.log(2.0)),
        (lambda x: np.exp(-x[:, 0] * x[:, 1]), [(0, INF), Integers(1, 4)], 25 / 12),
    ],
)
def test_sums_come_out_right(f, region, exact):
    """4.5 sigma at a fixed seed."""
    result = iflow.integrate(f, region, seed=2, max_neval=200_000)
    assert result.reliable
    assert abs(result.mean - exact) < 4.5 * result.sdev + 1e-9 * exact


@pytest.mark.parametrize(
    ("limits", "error", "message"),
    [
        ((0.5, 3), ValueError, "Integers: low must be an integer, or an infinity, got 0.5; did you mean 0?"),
        ((0, math.nan), ValueError, "Integers: high must be an integer"),
        ((5, 3), ValueError, "Integers: low must be at most high, got (5, 3); swap them"),
        ((INF, INF), ValueError, "low must be at most high"),
        ((0, 2**60), ValueError, "of at most 2^51 in size"),
        (("0", 3), TypeError, "Integers: low must be an integer, or an infinity, got '0'"),
        ((None, 3), TypeError, "got None"),
    ],
)
def test_refuses(limits, error, message):
    with pytest.raises(error, match=re.escape(message)):
        Integers(*limits)
