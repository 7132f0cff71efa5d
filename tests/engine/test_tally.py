"""A measurement that merges tallies is, bit for bit, the one that the batches were added to."""

import math
import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from iflow import archive
from iflow.batch import Batch
from iflow.engine.component_measurement import ComponentMeasurement
from iflow.engine.growth import Part
from iflow.engine.measurement import Measurement
from iflow.engine.tally import Tally, Wanted
from iflow.layout import Layout
from iflow.several.counted import Counted
from iflow.statistics.spread import spread
from iflow.statistics.tail import LargestWeights

ROUNDS = [
    [Part(number, 256) for number in range(16)],
    [Part(number, 256) for number in range(16)],
    [Part(16, 512), Part(17, 512), Part(18, 32), Part(19, 1)],
]
N = 16 * 512 + 2 * 512 + 33
K = 3


def lognormal(u, noise):
    return np.ones(len(u)), np.log(1.5 + u[:, 0]) + noise


def signs_and_zeros(u, noise):
    sign = np.where(u[:, 1] < 0.2, 0.0, np.sign(u[:, 0] - 0.3))
    return sign, np.where(sign == 0.0, -np.inf, 3.0 * noise)


def mostly_zero(u, noise):
    """0 in all but two small corners, so that whole batches are."""
    sign = np.where(np.all(u < 0.02, axis=1) | np.all(u > 0.99, axis=1), 1.0, 0.0)
    return sign, np.where(sign == 0.0, -np.inf, u[:, 0])


def zero(u, noise):
    return np.zeros(len(u)), np.full(len(u), -np.inf)


def huge(u, noise):
    """As log=True may give them: far beyond floats, and over thousands of decades."""
    return np.ones(len(u)), 5_000.0 - 9_000.0 * u[:, 0] ** 8 + noise


STREAMS = {f.__name__: f for f in (lognormal, signs_and_zeros, mostly_zero, zero, huge)}


class Stream:
    """Batches of a random function of the latents, the same ones however they are cut."""

    def __init__(self, name, *, several=False):
        self._f, self._several = STREAMS[name], several
        self._noise, self._n = np.random.default_rng(5).normal(size=N), 0

    def batch(self, u):
        sign, log_f = self._f(u, self._noise[self._n : self._n + len(u)])
        self._n += len(u)
        log_q = 0.3 * np.sin(9.0 * u[:, 1])
        components = None
        if self._several:
            # Of different scales, the last one 0 but for a few points.
            value = (sign * np.exp(log_f))[:, np.newaxis]
            components = value * np.stack([u[:, 0], 1e100 * u[:, 1], 1e-100 * (u[:, 0] > 0.99)], axis=1)
        return Batch(u, u, sign, log_f, log_q, components)


def empty(*, kind="sobol", log=False, several=False, correlate=True):
    components = None
    if several:
        counted = Counted(Layout.of(np.ones((1, K)), 1))
        components = ComponentMeasurement(K, counted, nets=kind == "sobol", correlate=correlate)
    seed = np.random.SeedSequence(3)
    return Measurement(2, kind=kind, seed=seed, log=log, components=components)


def here(measurement, batch, seen):
    measurement.add(batch)


def from_tally(measurement, batch, seen):
    """As a worker would: what it was told may be old, and what it returns is pickled."""
    wanted = pickle.loads(pickle.dumps(seen[max(0, len(seen) - 4)]))
    tally = Tally.of(batch, measurement.part_sizes, wanted)
    measurement.add_tally(pickle.loads(pickle.dumps(tally)))


def measure(name, add, most, **options):
    """Returns the measurement after the rounds, whose batches have at most these many points, in turn."""
    measurement = empty(log=name == "huge", **options)
    stream, seen, batches = Stream(name, several=options.get("several", False)), [], []
    for parts in ROUNDS:
        measurement.grow(parts)
        while measurement.is_growing:
            seen.append(measurement.wanted)
            latents = measurement.next_latents(most[len(seen) % len(most)])
            batches.append(stream.batch(latents))
            add(measurement, batches[-1], seen)
        measurement.close_round()
    return measurement, batches


def told(measurement):
    """Everything that is told of a measurement, exactly."""
    with np.errstate(invalid="ignore"):
        found = [
            measurement.estimate(),
            measurement.consistency(),
            measurement.tail_index(),
            measurement.least(),
            measurement.spread_ratio(),
            measurement.histogram(),
            None if measurement.components is None else measurement.components.result(),
        ]
    return archive.to_json(found)


@pytest.mark.parametrize("most", [[10**6], [1_000], [300, 77, 1, 2_048]], ids=str)
@pytest.mark.parametrize("kind", ["sobol", "random"])
@pytest.mark.parametrize("name", STREAMS)
def test_tallies_give_the_bits_of_batches(name, kind, most):
    expected, _ = measure(name, here, most, kind=kind)
    found, _ = measure(name, from_tally, most, kind=kind)
    assert archive.to_json(found) == archive.to_json(expected)
    assert told(found) == told(expected)


@pytest.mark.parametrize("most", [[10**6], [300, 77, 1, 2_048]], ids=str)
@pytest.mark.parametrize(("kind", "correlate"), [("sobol", True), ("random", True), ("random", False)])
@pytest.mark.parametrize("name", ["lognormal", "signs_and_zeros", "mostly_zero", "zero"])
def test_tallies_of_several_integrals_give_the_bits_of_batches(name, kind, correlate, most):
    options = {"kind": kind, "several": True, "correlate": correlate}
    expected, _ = measure(name, here, most, **options)
    found, _ = measure(name, from_tally, most, **options)
    assert archive.to_json(found) == archive.to_json(expected)
    assert told(found) == told(expected)


def whole(batches):
    """Signs and logarithms of all weights."""
    sign = np.concatenate([batch.sign for batch in batches])
    return sign, np.concatenate([batch.log_weight for batch in batches])


def replicates():
    """The replicate of each point, in the order of the latents of both kinds."""
    return np.concatenate([np.full(part.n, part.replicate) for parts in ROUNDS for part in parts])


@pytest.mark.parametrize("kind", ["sobol", "random"])
@pytest.mark.parametrize("name", ["lognormal", "signs_and_zeros", "mostly_zero", "huge"])
def test_everything_is_what_numpy_makes_of_the_whole(name, kind):
    measurement, batches = measure(name, from_tally, [300, 77, 1, 2_048], kind=kind)
    sign, log_weight = whole(batches)
    found, log_unit = measurement.estimate(), log_weight.max() if name == "huge" else 0.0
    weight = sign * np.exp(log_weight - log_unit)
    size, absolute = np.abs(weight), np.abs(weight).mean()
    assert (found.n, found.n_nonzero, measurement.n) == (N, np.count_nonzero(sign), N)
    assert found.log_unit == log_unit
    assert_allclose(found.mean, weight.mean(), rtol=1e-12, atol=1e-12 * absolute)
    deviation = weight.std(ddof=1)
    sdev = deviation / math.sqrt(N)
    if kind == "sobol":
        n = np.bincount(replicates())
        sdev = spread(n, np.bincount(replicates(), weight) / n).sdev
    off = np.square(weight - weight.mean()).max() / np.square(weight - weight.mean()).sum()
    for value, expected in (
        (found.sdev, sdev),
        (found.deviation, deviation),
        (found.absolute, absolute),
        (found.ess, size.sum() ** 2 / np.square(size).sum()),
        (found.max_weight_share, size.max() / size.sum()),
        (found.max_square_share, off),
    ):
        assert_allclose(value, expected, rtol=1e-12)
    if kind == "sobol":
        least = np.exp(log_weight[sign != 0.0].min() - log_unit)
        assert_allclose(measurement.least(), least, rtol=1e-12)
    largest = LargestWeights()
    largest.add(log_weight)
    assert_array_equal(measurement.tail_index(), largest.tail_index())


@pytest.mark.parametrize("name", ["lognormal", "signs_and_zeros", "huge"])
def test_the_distribution_is_that_of_the_whole(name):
    measurement, batches = measure(name, from_tally, [300, 77, 1, 2_048])
    histogram, (sign, log_weight) = measurement.histogram(), whole(batches)
    estimate = measurement.estimate()
    decades = (log_weight[sign != 0.0] - estimate.log_unit - math.log(abs(estimate.mean))) / math.log(10.0)
    expected, _ = np.histogram(np.clip(decades, -11.99, 5.9), np.log10(histogram.edges))
    assert histogram.n_zero == np.sum(sign == 0.0)
    assert histogram.counts.sum() == np.sum(sign != 0.0)
    # A weight within rounding of an edge may fall on either side.
    assert np.abs(histogram.counts - expected).sum() <= 2


@pytest.mark.parametrize("kind", ["sobol", "random"])
@pytest.mark.parametrize("name", ["lognormal", "signs_and_zeros"])
def test_several_integrals_are_what_numpy_makes_of_the_whole(name, kind):
    measurement, batches = measure(name, from_tally, [300, 77, 1, 2_048], kind=kind, several=True)
    weights = np.concatenate([batch.weights for batch in batches])
    result, n = measurement.components.result(), np.bincount(replicates())
    found, scale = result.found, np.abs(weights).max(axis=0)
    covariance = np.cov((weights / scale).T) / N * np.outer(scale, scale)
    if kind == "sobol":
        means = np.stack([np.bincount(replicates(), column) / n for column in weights.T], axis=1)
        assert_allclose(found.sdev, spread(n, means).sdev, rtol=1e-12)
    else:
        sdev = np.sqrt(np.diag(covariance))
        assert_allclose(found.sdev, sdev, rtol=1e-12)
        assert np.all(np.abs(found.covariance - covariance) < 1e-12 * np.outer(sdev, sdev))
    absolute = np.abs(weights).mean(axis=0)
    assert np.all(np.abs(found.mean - weights.mean(axis=0)) < 1e-12 * absolute)
    assert_allclose(found.absolute, absolute, rtol=1e-12)
    assert_allclose(found.deviation, np.sqrt(N * np.diag(covariance)), rtol=1e-12)
    assert_array_equal(found.n_nonzero, np.count_nonzero(weights, axis=0))
    assert_array_equal(found.least, np.where(weights == 0.0, np.inf, np.abs(weights)).min(axis=0))
    for column, index in zip(weights.T, result.tail_index, strict=True):
        largest = LargestWeights()
        with np.errstate(divide="ignore"):
            largest.add(np.log(np.abs(column)))
        assert_array_equal(index, largest.tail_index())


@pytest.mark.parametrize("several", [False, True])
def test_tallies_are_small(several):
    measurement = empty(several=several)
    sizes = []
    for _ in range(20):
        measurement.grow([Part(number, 1 << 12) for number in range(16)])
        u = measurement.next_latents(1 << 16)
        weight = np.random.default_rng(len(sizes)).lognormal(size=(len(u), K))
        batch = Batch(u, u, np.ones(len(u)), np.log(weight[:, 0]), np.zeros(len(u)), weight)
        tally = Tally.of(batch, measurement.part_sizes, measurement.wanted)
        sizes.append(len(pickle.dumps(tally)))
        measurement.add_tally(tally)
        measurement.close_round()
    print(sizes)
    tails = 2 + K if several else 2
    # 8 bytes for each of the 2,001 largest weights and values at first, then for ever fewer of them.
    assert sizes[0] < 8_000 + tails * 8 * 2_001 + 2_000 * several
    assert sizes[-1] < 8_000 + tails * 8 * 200 + 2_000 * several


def test_weights_just_above_the_floors_are_kept():
    measurement = empty(several=True)
    measurement.grow([Part(0, 4_096), Part(1, 2)])
    measurement.add(Stream("lognormal", several=True).batch(measurement.next_latents(4_096)))
    wanted = measurement.wanted
    floors = np.array(wanted.components.log_floors[:2])  # the third one was hardly ever nonzero
    assert np.isfinite([wanted.floors.weight, wanted.floors.value, *floors]).all()
    weights = np.exp([[*floors + 1e-9, 0.0], [*floors - 1e-9, 0.0]])
    columns = np.ones(2), np.array([wanted.floors.weight + 1e-9, wanted.floors.weight - 1e-9]), np.zeros(2)
    batch = Batch(np.ones((2, 2)), np.ones((2, 2)), *columns, weights)
    tally = Tally.of(batch, [2], wanted)
    for largest in (tally.statistics._largest, *tally.components.largest[:2]):
        assert len(largest._log_weight) == 1


def test_the_parts_are_those_of_the_earliest_batch():
    measurement = empty()
    measurement.grow(ROUNDS[0])
    assert measurement.part_sizes == []
    stream = Stream("lognormal")
    batches = [stream.batch(measurement.next_latents(most)) for most in (100, 200, 256, 1_000)]
    for batch in batches:
        assert sum(measurement.part_sizes) == len(batch)
        measurement.add_tally(Tally.of(batch, measurement.part_sizes))
    assert measurement.n == sum(map(len, batches))
    assert measurement.part_sizes == []


def test_a_tally_of_other_parts_is_refused_and_changes_nothing():
    measurement = empty()
    measurement.grow(ROUNDS[0])
    batch = Stream("lognormal").batch(measurement.next_latents(512))
    before = archive.to_json(measurement)
    with pytest.raises(RuntimeError, match="the parts of latents that were handed out"):
        measurement.add_tally(Tally.of(batch, [255, 257]))
    assert archive.to_json(measurement) == before


@pytest.mark.parametrize("sizes", [[], [511], [513], [0, 512], [600, -88]])
def test_sizes_that_are_not_those_of_the_batch_are_refused(sizes):
    batch = Stream("lognormal").batch(np.full((512, 2), 0.5))
    with pytest.raises(ValueError, match="sizes must be positive and add up to the batch's 512 points"):
        Tally.of(batch, sizes)


def test_a_tally_without_what_is_wanted_is_refused_and_changes_nothing():
    measurement = empty(kind="random", several=True)
    measurement.grow(ROUNDS[0])
    batch = Stream("lognormal", several=True).batch(measurement.next_latents(256))
    other = empty(kind="random", several=True, correlate=False)
    before = archive.to_json(measurement)
    for wanted in (Wanted(), other.wanted):
        with pytest.raises(RuntimeError, match="make it with its `wanted`"):
            measurement.add_tally(Tally.of(batch, [256], wanted))
    with pytest.raises(ValueError, match="must have the components of f"):
        Tally.of(batch.slim(), [256], measurement.wanted)
    assert archive.to_json(measurement) == before


def test_a_weight_beyond_floats_leaves_the_measurement_as_it_was():
    measurement = empty(several=True)
    measurement.grow(ROUNDS[0])
    batch = Stream("lognormal", several=True).batch(measurement.next_latents(256))
    batch.components[7, 1] = np.inf
    before = archive.to_json(measurement)
    with pytest.raises(OverflowError, match="must stay below 1e308"):
        measurement.add(batch)
    assert archive.to_json(measurement) == before
