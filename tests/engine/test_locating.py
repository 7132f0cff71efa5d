"""Finding f on infinite axes before anything else."""

import math

import numpy as np
import pytest

import iflow
from iflow.domain import Domain
from iflow.engine.locating.climbing import find_modes
from iflow.engine.locating.glimpses import ExhaustedError, Glimpses
from iflow.engine.locating.locating import Locating
from iflow.engine.locating.probes import probes
from iflow.engine.locating.spreading import spread

INF = math.inf
ROOT = math.sqrt(2 * math.pi)


def normal(mean, sdev):
    def f(x):
        return np.exp(-0.5 * np.square((x - mean) / sdev).sum(axis=1))

    return f


MEANS, SDEVS = np.array([5.0, -40.0, 300.0]), np.array([0.1, 3.0, 20.0])
FAR = {
    "8-d at 30": (
        lambda x: np.exp(-np.square(x - 30).sum(axis=1) / 0.5),
        [(-INF, INF)] * 8,
        (math.pi / 2) ** 4,
    ),
    "of different sizes": (normal(MEANS, SDEVS), [(-INF, INF)] * 3, float(np.prod(SDEVS)) * ROOT**3),
    "two modes": (lambda x: normal(8, 1)(x) + normal(-8, 1)(x), [(-INF, INF)] * 2, 2 * ROOT**2),
    "an edge far off": (
        lambda x: np.exp(-np.maximum(x[:, 0] - 1000.0, 0.0)) * (x[:, 0] > 1000.0),
        [(0, INF)],
        1.0,
    ),
    "downwards": (lambda x: np.exp(x[:, 0] / 1e-3), [(-INF, 0)], 1e-3),
    "narrow": (normal(0, 1e-3), [(-INF, INF)] * 4, 1e-12 * ROOT**4),
    "mixed limits": (
        lambda x: np.exp(-x[:, 0]) * normal(50, 2)(x[:, 1:2]) * x[:, 2],
        [(0, INF), (-INF, INF), (0, 2)],
        4 * ROOT,
    ),
    "changes sign": (lambda x: (x[:, 0] - 7) * normal(7.5, 1)(x), [(-INF, INF)], 0.5 * ROOT),
}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", FAR)
def test_finds_what_is_far_away(name, seed):
    """4.5 sigma at fixed seeds."""
    f, region, exact = FAR[name]
    result = iflow.integrate(f, region, seed=seed, max_neval=200_000)
    assert result.history[0].proposal == "moved maps"
    assert result.reliable or name == "an edge far off"  # an edge in the weights may look like a tail
    assert abs(result.mean - exact) < 4.5 * result.sdev
    assert result.sdev < 2e-3 * exact
    assert result.history[0].neval < 4_500


FINE = {
    "Cauchy": (lambda x: 1 / (1 + x[:, 0] ** 2), [(-INF, INF)], math.pi),
    "t3": (lambda x: (1 + x[:, 0] ** 2 / 3) ** -2, [(-INF, INF)], math.sqrt(3) * math.pi / 2),
    "logarithm": (lambda x: np.log1p(x[:, 0] ** 2) / (1 + x[:, 0] ** 2), [(0, INF)], math.pi * math.log(2)),
    "normal": (normal(0, 1), [(-INF, INF)] * 4, ROOT**4),
}


@pytest.mark.parametrize("name", FINE)
def test_maps_that_are_good_enough_stay_bit_for_bit(name, monkeypatch):
    """4.5 sigma at fixed seeds, where the weights are not all equal but for rounding."""
    f, region, exact = FINE[name]
    located = [iflow.integrate(f, region, seed=seed) for seed in range(4)]
    monkeypatch.setattr(Locating, "run", lambda self, is_out_of_time: None)
    for seed, result in enumerate(located):
        before = iflow.integrate(f, region, seed=seed)
        assert (result.mean, result.sdev, result.neval) == (before.mean, before.sdev, before.neval + 256)
        assert result.history[0].proposal == "default maps"
        assert abs(result.mean - exact) < 4.5 * result.sdev + 1e-12 * exact


def test_finite_regions_are_not_looked_at(monkeypatch):
    result = iflow.integrate(normal(0.5, 0.1), [(0, 1), (-1, 2)], seed=1)
    assert result.history[0].proposal == "uniform"
    monkeypatch.setattr(Locating, "run", lambda self, is_out_of_time: None)
    again = iflow.integrate(normal(0.5, 0.1), [(0, 1), (-1, 2)], seed=1)
    assert (result, result.history) == (again, again.history)


def test_the_same_seed_gives_the_same_numbers_and_every_call_is_counted():
    f, region, _ = FAR["two modes"]
    calls = []

    def counting(x):
        calls.append(len(x))
        return f(x)

    first = iflow.integrate(counting, region, seed=5)
    assert sum(calls) == first.neval
    assert first.history[0].total_neval == 11 + first.history[0].neval  # 11 of the probe
    assert sum(row.neval for row in first.history) + 11 == first.neval
    again = iflow.integrate(f, region, seed=5)
    assert (first.mean, first.history) == (again.mean, again.history)


def test_a_zero_is_searched_within_a_sixteenth_of_the_budget_and_said():
    result = iflow.integrate(lambda x: np.zeros(len(x)), [(-INF, INF)] * 2, seed=1, max_neval=40_000)
    assert result.history[0].neval <= 2_500
    assert not result.reliable
    assert any("f was 0 at all" in warning for warning in result.warnings)


def test_small_budgets_are_not_spent_on_it():
    result = iflow.integrate(normal(0, 1), [(-INF, INF)], seed=1, max_neval=4_000)
    assert result.history[0].proposal == "uniform"


def test_a_mode_that_was_seen_but_not_measured_is_told():
    def f(x):
        return normal(10.0, 1.0)(x) + 2.0**8 * normal(-10.0, 0.5)(x)

    result = iflow.integrate(f, [(-INF, INF)] * 8, seed=0, max_neval=40_000, flow=False)
    assert abs(result.mean - 2 * ROOT**8) < 4.5 * result.sdev or not result.reliable


def glimpses_of(f, region, most=10_000):
    domain = Domain(region)

    def look(t):
        with np.errstate(divide="ignore"):
            return np.log(f(t))

    return Glimpses(look, domain.box, most)


def test_modes_are_told_apart_and_covered():
    glimpses = glimpses_of(lambda x: normal(3, 1)(x) + normal(-5, 0.2)(x), [(-INF, INF)] * 2)
    rng = np.random.default_rng(1)
    glimpses.look(rng.uniform(-8, 8, (200, 2)))
    modes = sorted(find_modes(glimpses), key=lambda mode: mode.center[0])
    assert len(modes) == 2
    np.testing.assert_allclose([mode.center for mode in modes], [[-5, -5], [3, 3]], atol=0.2)
    assert all(
        0.5 < ratio < 2.0 for mode, s in zip(modes, (0.2, 1.0), strict=True) for ratio in mode.width / s
    )
    found = spread(glimpses, modes, rng)
    assert np.all(np.abs(found.location - (-0.7)) < 0.6)
    assert np.all(np.abs(found.scale - 4.4) < 0.6)


def test_probes_stay_inside_and_the_first_find_equal_coordinates():
    domain = Domain([(-INF, INF), (2.0, INF), (-INF, -1.0), (0.0, 3.0)])
    sets = probes(domain.box, np.random.default_rng(1))
    for _ in range(6):
        t = next(sets)
        assert np.all((t > domain.low) & (t < domain.high))
    diagonal = next(probes(Domain([(-INF, INF)] * 3).box, np.random.default_rng(1)))
    assert np.abs(diagonal - 30.0).max(axis=1).min() < 1.6


def test_no_more_is_looked_at_than_allowed():
    glimpses = glimpses_of(normal(0, 1), [(-INF, INF)], most=10)
    glimpses.look(np.zeros((10, 1)))
    with pytest.raises(ExhaustedError):
        glimpses.look(np.zeros((1, 1)))
    assert (glimpses.n, glimpses.left, glimpses.has_found) == (10, 0, True)
