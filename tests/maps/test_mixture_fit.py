"""The fit of a mixture to weighted points: what it finds, how well, and that nothing makes it fail."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from iflow.maps.mixture import GaussianMixture
from iflow.maps.mixture_fit import fit_mixture
from iflow.maps.mixture_fit.component import _derivatives, _natural
from iflow.maps.truncated_normal import log_pdf


def peaks(centres, width, weights=None):
    """Round peaks cut to the cube: weights [K], centres [K, dim], one width."""
    centres = np.asarray(centres, float)
    count, dim = centres.shape
    weights = np.ones(count) if weights is None else weights
    return GaussianMixture(weights, centres, np.tile(width * np.eye(dim), (count, 1, 1)))


def places(count, dim):
    return np.random.default_rng(2).uniform(0.1, 0.9, (count, dim))


TILT = np.array([[0.9, 0, 0, 0], [0.9, 0.02, 0, 0], [0.9, 0.01, 0.02, 0], [0.9, 0.01, 0.01, 0.02]])

# Each is a target, the number of its components, and the largest deviation of f/q from 1 allowed: 1.5
# times that with which it was fitted, which is sqrt(parameters / points) or so.
TARGETS = {
    "one round peak": (lambda: peaks(np.full((1, 8), 0.5), 0.14), 1, 0.08),
    "camel, cut at 2.4 sigma": (lambda: peaks([[1 / 3] * 16, [2 / 3] * 16], 0.2 / 2**0.5), 2, 0.16),
    "narrow camel": (lambda: peaks([[1 / 3] * 8, [2 / 3] * 8], 0.05 / 2**0.5), 2, 0.09),
    "three narrow peaks": (lambda: peaks(places(3, 8), 0.03), 3, 0.11),
    "small far peaks": (lambda: peaks(places(3, 6), 0.03, [0.94, 0.03, 0.03]), 3, 0.12),
    "ridge": (lambda: GaussianMixture([1.0], [[0.5] * 4], [TILT]), 1, 0.08),
    "uniform": (lambda: peaks(np.full((1, 5), 0.5), 30.0), 1, 0.1),
}


def draw(mixture, n, seed=0):
    return mixture.place(np.random.default_rng(seed).random((n, mixture.latent_dim)))


def deviation(target, fitted, n=20_000):
    """Returns the relative standard deviation of f/q over points of q."""
    y, log_q = draw(fitted, n, seed=9)
    weight = np.exp(target.log_density(y) - log_q)
    assert weight.mean() == pytest.approx(1.0, abs=0.05)
    return weight.std()


@pytest.mark.parametrize("name", TARGETS)
def test_finds_the_components_and_comes_close(name):
    make, count, bound = TARGETS[name]
    target = make()
    y, _ = draw(target, 6000)
    fitted = fit_mixture(y, np.zeros(len(y)))
    assert len(fitted.weights) == count
    assert deviation(target, fitted) < bound


def test_finds_what_the_cuts_hide():
    """Mean and width of the normal before the cut, not the moments of what is left of it; 5 sigma."""
    target = GaussianMixture([1.0], [[0.05, 0.9]], [[[0.2, 0.0], [0.1, 0.15]]])
    y, _ = draw(target, 40_000)
    fitted = fit_mixture(y, np.zeros(len(y)), max_components=1)
    assert abs(y.mean(axis=0) - target.means[0]).min() > 0.035
    assert_allclose(fitted.means, target.means, atol=0.02)
    assert_allclose(fitted.factors, target.factors, atol=0.02)


def test_weights_stand_for_points():
    target, flat = peaks(places(3, 4), 0.08), np.random.default_rng(1).random((100_000, 4))
    fitted = fit_mixture(flat, target.log_density(flat))
    assert len(fitted.weights) == 3
    assert deviation(target, fitted) < 0.25


def test_a_constant_factor_and_points_of_no_weight_do_not_matter():
    y, _ = draw(peaks(places(2, 3), 0.1), 4000)
    log_weight = np.random.default_rng(4).normal(size=4000)
    fitted = fit_mixture(y, log_weight, seed=5)
    nothing = np.random.default_rng(6).random((4000, 3))
    more = fit_mixture(
        np.concatenate([y, nothing]), np.concatenate([log_weight - 3000.0, np.full(4000, -np.inf)]), seed=5
    )
    assert_allclose(more.means, fitted.means, rtol=1e-6)
    assert_allclose(more.factors, fitted.factors, atol=1e-6)


def test_seeds_repeat():
    y, _ = draw(peaks(places(5, 2), 0.07), 4000)
    first, again = (fit_mixture(y, np.zeros(4000), seed=7) for _ in range(2))
    assert_array_equal(first.factors, again.factors)


def test_no_more_components_than_allowed():
    target = peaks(places(6, 4), 0.03)
    y, _ = draw(target, 6000)
    assert len(fit_mixture(y, np.zeros(6000)).weights) == 6
    for start in (None, target):
        assert len(fit_mixture(y, np.zeros(6000), max_components=3, start=start).weights) == 3


def test_follows_from_where_it_was():
    """A start that is too wide, as from a flatter target, or in the wrong place."""
    target = peaks(places(3, 8), 0.03)
    y, _ = draw(target, 8000)
    for start in (peaks(places(3, 8), 0.08), peaks(np.full((2, 8), 0.9), 0.01), target):
        fitted = fit_mixture(y, np.zeros(8000), start=start)
        assert len(fitted.weights) == 3
        assert deviation(target, fitted) < 0.11


def test_a_lucky_point_does_not_take_it_all():
    target = peaks(places(2, 5), 0.05)
    y, _ = draw(target, 8000)
    log_weight = np.zeros(8000)
    log_weight[:2] = 100.0
    assert deviation(target, fit_mixture(y, log_weight)) < 0.4


def test_looks_at_the_variance_where_the_target_is_given():
    """A flat box in 2-d, which Gaussians cannot be."""
    y = np.random.default_rng(8).random((20_000, 2))
    log_target = np.where((np.abs(y - 0.5) < 0.3).all(axis=1), 0.0, -np.inf)

    def second_moment(mixture):
        inside = 0.2 + 0.6 * np.random.default_rng(9).random((50_000, 2))
        return np.exp(-np.logaddexp(np.log(0.97) + mixture.log_density(inside), np.log(0.03))).mean()

    likely = fit_mixture(y, log_target, max_components=3)
    best = fit_mixture(y, log_target, max_components=3, log_target=log_target)
    assert second_moment(best) < second_moment(likely)


def random_points(n, dim, seed=0):
    return np.random.default_rng(seed).random((n, dim))


def only(n, total=300):
    return np.where(np.arange(total) < n, 0.0, -np.inf)


DEGENERATE = {
    "no points": lambda dim: (random_points(0, dim), np.zeros(0)),
    "no weight": lambda dim: (random_points(300, dim), only(0)),
    "all nan": lambda dim: (random_points(300, dim), np.full(300, np.nan)),
    "one point": lambda dim: (random_points(300, dim), only(1)),
    "two points": lambda dim: (random_points(300, dim), only(2)),
    "fewer than coordinates": lambda dim: (random_points(300, dim), only(5)),
    "twenty points": lambda dim: (random_points(300, dim), only(20)),
    "the same point": lambda dim: (np.full((300, dim), 0.3), np.zeros(300)),
    "two points again and again": lambda dim: (random_points(2, dim)[np.arange(300) % 2], np.zeros(300)),
    "wild weights": lambda dim: (
        random_points(300, dim),
        30.0 * np.random.default_rng(1).standard_cauchy(300),
    ),
    "a plane": lambda dim: (np.column_stack([np.full(300, 0.3), random_points(300, dim - 1)]), np.zeros(300)),
    "a copied coordinate": lambda dim: (
        np.column_stack([random_points(300, dim - 1), random_points(300, 1)]),
        np.zeros(300),
    ),
    "corners": lambda dim: (np.round(random_points(300, dim)), np.zeros(300)),
    "at a corner": lambda dim: (random_points(300, dim) ** 12, np.zeros(300)),
}


@pytest.mark.parametrize("dim", [1, 3, 12])
@pytest.mark.parametrize("name", DEGENERATE)
def test_nothing_makes_it_fail(name, dim):
    y, log_weight = DEGENERATE[name](dim)
    fitted = fit_mixture(y, log_weight, log_target=log_weight if dim == 3 else None)
    points, log_q = draw(fitted, 1000)
    assert ((points > 0.0) & (points < 1.0)).all()
    assert np.isfinite(log_q).all()
    assert np.isfinite(fitted.log_density(random_points(1000, dim))).all()


@pytest.mark.parametrize(
    "name", ["no points", "no weight", "one point", "fewer than coordinates", "the same point"]
)
def test_is_broad_where_the_points_say_little(name):
    y, log_weight = DEGENERATE[name](12)
    points, _ = draw(fit_mixture(y, log_weight), 1000)
    assert np.median(points.std(axis=0)) > 0.1


ROWS = [[1.0, -2.0, -0.5, 3.0], [0.3, 0.2, -12.0, 4.0], [1.0, 1.0, 8.0, 2.0], [0.1, 0.0, -0.2, 0.3]]


@pytest.mark.parametrize("row", ROWS)
def test_derivatives_are_those_of_the_likelihood(row):
    """Central differences; a row is (A_i1, A_i2, -c_i, t), and its natural parameters are t times that."""
    rng = np.random.default_rng(0)
    x, weight = rng.random((3, 50)), rng.random(50) / 25
    natural = np.array(row) * row[-1]

    def derivatives(natural):
        row = natural / np.sqrt(natural[-1])
        return _natural(row, *_derivatives(row, x, weight, 0.0))

    def value(natural):
        row = natural / np.sqrt(natural[-1])
        return weight @ log_pdf(x[2], row[:2] @ x[:2] + row[2], row[3])

    gradient, curvature = derivatives(natural)
    steps = 1e-4 * np.eye(4)
    slope = [(value(natural + h) - value(natural - h)) / 2e-4 for h in steps]
    assert_allclose(gradient, slope, rtol=1e-5, atol=1e-6)
    change = [(derivatives(natural + h)[0] - derivatives(natural - h)[0]) / 2e-4 for h in steps]
    assert_allclose(-curvature, np.array(change), rtol=1e-4, atol=1e-6)
    assert np.linalg.eigvalsh(curvature).min() > 0.0
