"""What a few fresh points say: how fast the error falls, and how many more would do."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose

from iflow.batch import Batch
from iflow.engine.pilot import Pilot, take_pilot
from iflow.options import Target
from iflow.points import SobolPoints
from iflow.statistics.estimate import Estimate
from iflow.statistics.spread import spread, widening

# How far 16 replicates lie from 1.
OFF = 0.05 * np.random.default_rng(3).normal(size=16)


def batch_of(weights, scale=1.0):
    weights = np.ravel(weights)
    with np.errstate(divide="ignore"):
        log_f = np.log(np.abs(weights)) + math.log(scale)
    return Batch(
        np.empty((len(weights), 0)), np.empty((0, 0)), np.sign(weights), log_f, np.zeros(len(weights))
    )


def replicates(rate):
    """16 replicates whose means are 1 + off, and off 4^rate after the first quarter of their points."""
    after_quarter, rest = 1.0 + 4.0**rate * OFF, 1.0 + (4.0 - 4.0**rate) / 3.0 * OFF
    return np.stack([after_quarter, rest, rest, rest], axis=1)


def pilot_of(weights, scale=1.0, *, nets=True, typical=0.75, fastest=1.5):
    return take_pilot(batch_of(weights, scale), nets=nets, typical_rate=typical, fastest_rate=fastest)


def pilot(mean=1.0, deviation=1.0, n=1_024, sdev=None, rate=0.5, ess=None):
    independent = deviation / math.sqrt(n)
    own = Estimate(n, n, mean, independent if sdev is None else sdev, ess or n, 0.0, 0.0, deviation)
    return Pilot(own, rate, fights=False)


@pytest.mark.parametrize("typical", [0.6, 0.75])
@pytest.mark.parametrize(("measured", "fights"), [(1.0, False), (1.5, False), (0.75, False), (3.0, False)])
def test_the_rate_is_measured_and_partly_believed(measured, fights, typical):
    found = pilot_of(replicates(measured), typical=typical)
    assert found.rate == pytest.approx(np.clip(0.5 * (measured + typical), 0.5, 1.5))
    assert found.fights is fights


def test_the_rate_of_cells_is_not_measured():
    batch = batch_of(replicates(1.2))
    found = take_pilot(batch, nets=True, typical_rate=0.9, fastest_rate=1.0, stratifies=True)
    assert found.rate == 0.9
    assert found.stratifies
    own = found.estimate
    assert found.variance == pytest.approx((own.sdev / own.mean) ** 2 * own.n**1.8)
    assert pilot_of(replicates(1.2)).variance == pytest.approx((own.deviation / own.mean) ** 2)


def test_without_an_integral_the_variance_is_infinite():
    assert pilot(mean=0.0).variance == math.inf


def test_the_error_of_nets_is_that_of_their_spread():
    found = pilot_of(replicates(1.0), typical=0.6).estimate
    assert_allclose(found.mean, 1.0 + OFF.mean())
    assert_allclose(found.sdev, OFF.std(ddof=1) / 4.0 * widening(15.0))
    assert_allclose(found.deviation, replicates(1.0).std(ddof=1))


def test_nets_that_fight_the_proposal_count_as_independent_points():
    # Replicates of equal weights spread twice as much as independent points would.
    weights = np.repeat(1.0 + OFF, 4)
    found = pilot_of(weights, typical=1.5)
    assert (found.fights, found.rate) == (True, 0.5)
    assert_allclose(found.estimate.sdev, weights.std(ddof=1) / 8.0)


def test_independent_points_tell_their_error_by_their_weights():
    weights = replicates(1.0)
    found = pilot_of(weights, nets=False)
    assert (found.fights, found.rate) == (False, 0.5)
    assert_allclose(found.estimate.sdev, weights.std(ddof=1) / 8.0)


@pytest.mark.parametrize(
    "weights", [np.ones(64), np.repeat([1.0, 2.0], 16)], ids=["equal", "two points each"]
)
def test_the_typical_rate_stands_where_none_can_be_measured(weights):
    found = pilot_of(weights)
    assert (found.fights, found.rate) == (False, 0.75)


def test_f_that_was_0_everywhere():
    found = pilot_of(np.zeros(64))
    assert found.estimate.sdev == math.inf
    assert found.points_needed(Target()) == math.inf


@pytest.mark.parametrize("scale", [1e-295, 1e-200, 1e200, 1e295])
def test_the_scale_does_not_matter(scale):
    unit, scaled = (pilot_of(replicates(1.2), s, typical=0.6) for s in (1.0, scale))
    assert_allclose(scaled.estimate.sdev, unit.estimate.sdev * scale, rtol=1e-9)
    assert_allclose(scaled.rate, unit.rate, rtol=1e-6)
    assert_allclose(scaled.points_needed(Target()), unit.points_needed(Target()), rtol=1e-6)


def smooth(u):
    return np.prod(1.0 + 0.5 * (u - 0.5), axis=1)


def test_what_a_smooth_function_takes_is_foreseen_to_within_a_factor():
    # 48 pilots of 16 x 64 points each: what they foresee for the error of 16 times as many, which is really
    # that of n^-3/2. Measured rates are believed in part: foreseen is up to a few times too much.
    sizes, pilots, errors = np.full(16, 1_024.0), [], []
    for seed in np.random.SeedSequence(5).spawn(48):
        values = np.stack([smooth(SobolPoints(2, child).take(1_024)) for child in seed.spawn(16)])
        pilots.append(pilot_of(values[:, :64]))
        errors.append(spread(sizes, values.mean(axis=1)).sdev)
    target = Target(rtol=0.0, atol=float(np.median(errors)))
    foreseen = np.median([pilot.points_needed(target) for pilot in pilots])
    assert 1.0 < foreseen / (16 * 1_024) < 20.0


@pytest.mark.parametrize(
    ("given", "target", "expected"),
    [
        (pilot(deviation=2.0), Target(rtol=0.1), 400.0),
        (pilot(mean=-1.0, deviation=2.0), Target(rtol=0.1), 400.0),
        (pilot(deviation=2.0), Target(rtol=0.1, atol=0.5), 16.0),
        (pilot(sdev=0.01, rate=1.0), Target(rtol=0.001), 10_240.0),
        (pilot(sdev=0.01, rate=1.5), Target(rtol=0.001), 1_024 * 10.0 ** (2 / 3)),
        (pilot(deviation=0.0), Target(rtol=0.1), 30.0),
        (pilot(mean=-2.0, deviation=0.0), Target(rtol=0.0, atol=0.2), 30.0),
        (pilot(deviation=0.0), Target(rtol=0.0), math.inf),
        (pilot(deviation=2.0), Target(rtol=0.0), math.inf),
        (pilot(deviation=math.inf, sdev=math.inf), Target(rtol=0.1), math.inf),
        (pilot(ess=29.0), Target(rtol=0.1), math.inf),
        (pilot(ess=30.0), Target(rtol=0.1), 100.0),
        (pilot(mean=0.0), Target(rtol=0.1), math.inf),
        (pilot(mean=0.0), Target(atol=0.1), 100.0),
        (pilot(), Target(rtol=0.0, atol=1e-200), math.exp(700.0)),  # 1e400, beyond floats
    ],
)
def test_points_needed(given, target, expected):
    assert given.points_needed(target) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    ("other", "agrees"),
    [(1.0, True), (1.199, True), (0.801, True), (1.201, False), (0.799, False)],
)
def test_estimates_agree_within_4_errors(other, agrees):
    first, second = pilot(sdev=0.03), pilot(mean=other, sdev=0.04)
    assert first.agrees_with(second) is second.agrees_with(first) is agrees


def test_what_nobody_knows_agrees_with_everything():
    assert pilot(sdev=math.inf).agrees_with(pilot(mean=100.0, sdev=0.0))
