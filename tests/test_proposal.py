"""What points are drawn from, with maps that need no training."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from iflow.points import SobolPoints
from iflow.proposal import Defended, DefendedFlow, Plain, Uniform


class Powers:
    """The map y = u^a on each axis, q(y) = prod y^(1/a - 1) / a."""

    def __init__(self, dim, power):
        self.latent_dim, self._power = dim, power

    def place(self, u):
        y = u**self._power
        return y, self.log_density(y)

    def log_density(self, y):
        return ((1 / self._power - 1) * np.log(y) - math.log(self._power)).sum(axis=1)


class PowersThen(Powers):
    """The same as a map that can go on from its points."""

    def place_then(self, u, follow):
        y, log_q = self.place(u)
        return [y, log_q, *follow(y)]

    def log_density_then(self, y, follow):
        return [self.log_density(y), *follow(y)]


class Halves:
    """A mixture: a latent more picks the lower half of the first axis with probability 3/4."""

    def __init__(self, dim):
        self.latent_dim = dim + 1

    def place(self, u):
        y = u[:, 1:].copy()
        y[:, 0] = np.where(u[:, 0] < 0.75, y[:, 0] / 2, (1 + y[:, 0]) / 2)
        return y, self.log_density(y)

    def log_density(self, y):
        return np.log(np.where(y[:, 0] < 0.5, 1.5, 0.5))


class Corner:
    """A map that puts every point exactly onto a corner of the cube, as rounding may."""

    latent_dim = 2

    def __init__(self, corner):
        self._corner = corner

    def place(self, u):
        return np.full(u.shape, self._corner), np.full(len(u), 20.0)

    def log_density(self, y):
        return np.full(len(y), -20.0)


PROPOSALS = {
    "uniform": lambda: Uniform(2),
    "plain": lambda: Plain("powers", Powers(2, 2.0)),
    "defended": lambda: Defended("powers", Powers(2, 1.5), dim=2, share=1 / 8),
    "defended mixture": lambda: Defended("halves", Halves(2), dim=2, share=1 / 16),
}
DEFENDED = [name for name in PROPOSALS if name.startswith("defended")]


@pytest.fixture(params=PROPOSALS)
def proposal(request):
    return PROPOSALS[request.param]()


def latents(proposal, n, seed=5):
    return np.random.default_rng(seed).random((n, proposal.latent_dim))


@pytest.mark.parametrize("n", [1, 2, 1000])
def test_place_gives_the_density_at_the_points(proposal, n):
    u = latents(proposal, n)
    before = u.copy()
    y, log_q = proposal.place(u)
    assert (y.shape, log_q.shape) == ((n, 2), (n,))
    assert np.all((y > 0.0) & (y < 1.0))
    assert_allclose(log_q, proposal.log_density(y), rtol=1e-12, atol=1e-12)
    assert_array_equal(u, before)


def test_the_density_integrates_to_1(proposal):
    # Gauss's rule in v of y = v^4, which takes the singularities at 0 away; cut at 1/2, where one jumps.
    node, weight = np.polynomial.legendre.leggauss(40)
    half = 0.5**0.25
    v = np.concatenate([(1 + node) * half / 2, half + (1 + node) * (1 - half) / 2])
    weight = np.concatenate([weight * half / 2, weight * (1 - half) / 2]) * 4 * v**3
    y = np.stack(np.meshgrid(v**4, v**4, indexing="ij"), axis=-1).reshape(-1, 2)
    assert np.exp(proposal.log_density(y)) @ np.outer(weight, weight).ravel() == pytest.approx(1.0, abs=1e-9)


@pytest.mark.parametrize(
    ("g", "exact"),
    [(lambda y: np.ones(len(y)), 1.0), (lambda y: y.prod(axis=1), 1 / 4), (lambda y: y[:, 1] > 0.9, 0.1)],
    ids=["1", "product", "slab"],
)
def test_weights_integrate_what_they_should(proposal, g, exact):
    # Within 4.5 standard errors: a false alarm for 1 seed in 150,000; the seed is fixed.
    y, log_q = proposal.place(latents(proposal, 50_000))
    weight = g(y) * np.exp(-log_q)
    assert abs(weight.mean() - exact) <= 4.5 * weight.std() / math.sqrt(len(y)) + 1e-12


@pytest.mark.parametrize("name", DEFENDED)
def test_points_follow_the_density(name):
    # Counts in 4 x 4 boxes against quadrature of the density, chi2 of 15 degrees of freedom below 55: a
    # false alarm for 1 seed in 500,000; the seed is fixed.
    proposal, n = PROPOSALS[name](), 40_000
    y, _ = proposal.place(latents(proposal, n))
    counts, _, _ = np.histogram2d(y[:, 0], y[:, 1], bins=np.linspace(0, 1, 5), range=((0, 1), (0, 1)))
    middle = ((np.arange(400) + 0.5) / 400) ** 3
    measure = 3 * ((np.arange(400) + 0.5) / 400) ** 2 / 400
    grid = np.stack(np.meshgrid(middle, middle, indexing="ij"), axis=-1).reshape(-1, 2)
    mass = np.exp(proposal.log_density(grid)) * np.outer(measure, measure).ravel()
    expected, _, _ = np.histogram2d(grid[:, 0], grid[:, 1], np.linspace(0, 1, 5), weights=mass)
    expected *= n / expected.sum()
    assert np.sum((counts - expected) ** 2 / expected) < 55


@pytest.mark.parametrize("name", DEFENDED)
@pytest.mark.parametrize("level", [4, 6, 10])
def test_nets_hold_exactly_the_share_of_uniform_points(name, level):
    share = {"defended": 1 / 8, "defended mixture": 1 / 16}[name]
    proposal = PROPOSALS[name]()
    u = SobolPoints(proposal.latent_dim, np.random.SeedSequence(2)).take(1 << level)
    y, _ = proposal.place(u)
    assert np.sum(np.all(y == u[:, 1:], axis=1)) == share * (1 << level)


def test_a_shared_latent_gives_the_mixture_its_shares():
    # The rest of the first latent picks the half: 3/4 of the 15/16 that are not uniform.
    proposal = PROPOSALS["defended mixture"]()
    u = SobolPoints(3, np.random.SeedSequence(2)).take(1024)
    y, _ = proposal.place(u)
    learned = np.any(y != u[:, 1:], axis=1)
    assert np.sum(y[learned, 0] < 0.5) == 0.75 * 960
    assert_array_equal(y[learned, 0] < 0.5, u[learned, 0] < 1 / 16 + 0.75 * 15 / 16)


@pytest.mark.parametrize("name", DEFENDED)
@pytest.mark.parametrize("first", [0.0, 1.0 - 2.0**-53])
def test_all_points_may_come_from_one_of_the_two(name, first):
    proposal = PROPOSALS[name]()
    u = latents(proposal, 10)
    u[:, 0] = first
    y, log_q = proposal.place(u)
    assert_allclose(log_q, proposal.log_density(y), rtol=1e-12)
    assert np.all(y == u[:, 1:]) == (first == 0.0)


@pytest.mark.parametrize("corner", [0.0, 1.0])
@pytest.mark.parametrize("make", [lambda m: Plain("x", m), lambda m: Defended("x", m, dim=2, share=0.5)])
def test_points_that_rounding_put_on_a_face_are_taken_inside(corner, make):
    proposal = make(Corner(corner))
    y, _ = proposal.place(latents(proposal, 100))
    assert np.all((y > 0.0) & (y < 1.0))


def test_no_weight_of_a_bounded_function_exceeds_1_over_the_share():
    proposal = Defended("x", Corner(0.5), dim=2, share=1 / 64)
    _, log_q = proposal.place(latents(proposal, 5000))
    assert np.exp(-log_q).max() == pytest.approx(64.0)


def test_the_density_is_that_of_the_two_together():
    learned = Powers(2, 3.0)
    y = np.random.default_rng(1).random((100, 2))
    found = np.exp(Defended("x", learned, dim=2, share=0.2).log_density(y))
    assert_allclose(found, 0.8 * np.exp(learned.log_density(y)) + 0.2)


@pytest.mark.parametrize("first", [None, 0.0, 1.0 - 2.0**-53], ids=["both", "uniform only", "map only"])
def test_what_follows_is_that_of_each_point(first):
    proposal = DefendedFlow("powers", PowersThen(2, 1.5), dim=2, share=1 / 8)
    u = latents(proposal, 1000)
    if first is not None:
        u[:, 0] = first
    y, log_q, x, f = proposal.place_then(u, lambda y: [2 * y, y.sum(axis=1)])
    for found, expected in zip((y, log_q, x, f), (*proposal.place(u), 2 * y, y.sum(axis=1)), strict=True):
        assert_array_equal(found, expected)
