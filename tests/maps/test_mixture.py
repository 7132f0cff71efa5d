"""The mixture of Gaussians cut to the cube: a normalised density and its map."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from iflow.maps.mixture import GaussianMixture, triangular_inverse

MIXTURES = {
    "line": lambda: GaussianMixture([1.0], [[0.9]], [[[0.3]]]),
    "cut and correlated": lambda: GaussianMixture([2.0], [[0.1, 0.8]], [[[0.3, 0.0], [0.4, 0.2]]]),
    "centre outside": lambda: GaussianMixture([1.0], [[-0.5, 1.6]], [[[0.2, 0.0], [-0.1, 0.3]]]),
    "almost uniform": lambda: GaussianMixture([1.0], [[0.5, 3.0]], [[[9.0, 0.0], [0.3, 9.0]]]),
    "ridge": lambda: GaussianMixture([1.0], [[0.5, 0.5]], [[[1.0, 0.0], [1.0, 0.05]]]),
    "two of 2": lambda: GaussianMixture(
        [1.0, 3.0], [[0.2, 0.3], [0.8, 0.6]], [[[0.1, 0.0], [0.05, 0.1]], [[0.3, 0.0], [-0.2, 0.2]]]
    ),
    "three of 5": lambda: random_mixture(3, 5),
}


def random_mixture(count, dim, width=0.2):
    rng = np.random.default_rng(3)
    factors = np.tril(0.1 * rng.normal(size=(count, dim, dim)), -1) + width * np.eye(dim)
    return GaussianMixture(rng.random(count) + 0.2, rng.uniform(-0.1, 1.1, (count, dim)), factors)


@pytest.fixture(params=MIXTURES)
def mixture(request):
    return MIXTURES[request.param]()


def latents(mixture, n, seed=0):
    return np.random.default_rng(seed).random((n, mixture.latent_dim))


def grid(n):
    middle = (np.arange(n) + 0.5) / n
    return np.stack(np.meshgrid(middle, middle, indexing="ij"), axis=-1).reshape(-1, 2)


def test_points_lie_inside_and_log_q_is_the_log_density(mixture):
    y, log_q = mixture.place(latents(mixture, 20_000))
    assert y.shape == (20_000, mixture.dim)
    assert ((y > 0.0) & (y < 1.0)).all()
    assert_allclose(log_q, mixture.log_density(y), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", [name for name, make in MIXTURES.items() if make().dim == 2])
def test_density_integrates_to_1(name):
    node, weight = np.polynomial.legendre.leggauss(300)
    y = 0.5 + 0.5 * np.stack(np.meshgrid(node, node, indexing="ij"), axis=-1).reshape(-1, 2)
    density = np.exp(MIXTURES[name]().log_density(y))
    assert density @ np.outer(weight, weight).ravel() / 4 == pytest.approx(1.0, abs=1e-9)


def test_density_is_that_of_the_points(mixture):
    """Mean of h(y) / q(y) over the points is int h, for an h that is 0 where q is small; 5 sigma."""
    y, log_q = mixture.place(latents(mixture, 200_000))
    centre = np.median(y, axis=0)
    low, high = np.maximum(centre - 0.05, 0.0), np.minimum(centre + 0.05, 1.0)
    weight = ((y > low) & (y < high)).all(axis=1) * np.exp(-log_q)
    error = weight.std() / np.sqrt(len(weight))
    assert error > 0.0
    assert abs(weight.mean() - np.prod(high - low)) < 5 * error


@pytest.mark.parametrize("name", ["line", "cut and correlated", "centre outside", "almost uniform", "ridge"])
def test_log_q_is_minus_the_log_det_of_the_map(name):
    """One component is a triangular map of the latents after the first."""
    mixture, step = MIXTURES[name](), 1e-6
    u = 0.02 + 0.96 * latents(mixture, 200)
    _, log_q = mixture.place(u)
    log_det = np.zeros(len(u))
    for i in range(mixture.dim):
        ahead, behind = u.copy(), u.copy()
        ahead[:, i + 1] += step
        behind[:, i + 1] -= step
        log_det += np.log((mixture.place(ahead)[0] - mixture.place(behind)[0])[:, i] / (2 * step))
    assert_allclose(-log_q, log_det, atol=1e-5)


def test_inside_the_cube_it_is_the_usual_mixture():
    """Where the cuts remove nothing, q is sum_k w_k N(y; mean_k, L_k L_k^T)."""
    factors = np.array([[[0.03, 0.0], [0.02, 0.04]], [[0.05, 0.0], [-0.03, 0.02]]])
    mixture = GaussianMixture([0.3, 0.7], [[0.4, 0.6], [0.5, 0.5]], factors)
    y, log_q = mixture.place(latents(mixture, 1000))
    expected = 0.0
    for weight, mean, factor in zip(mixture.weights, mixture.means, factors, strict=True):
        covariance = factor @ factor.T
        chi2 = np.einsum("ni,ij,nj->n", y - mean, np.linalg.inv(covariance), y - mean)
        expected += weight * np.exp(-0.5 * chi2) / (2 * np.pi * np.sqrt(np.linalg.det(covariance)))
    assert_allclose(np.exp(log_q), expected, rtol=1e-9)


def test_first_latent_picks_the_component():
    mixture = GaussianMixture([1.0, 0.0, 3.0], [[0.2], [0.5], [0.8]], np.full((3, 1, 1), 0.01))
    y, _ = mixture.place(np.column_stack([(np.arange(400) + 0.5) / 400, np.full(400, 0.5)]))
    assert_allclose(y[:100, 0], 0.2)
    assert_allclose(y[100:, 0], 0.8)


@pytest.mark.parametrize("mean", [-1e6, -3.0, 0.0, 0.5, 4.0, 1e6])
@pytest.mark.parametrize("width", [1e-9, 1e-4, 1.0, 1e6])
def test_nothing_breaks_far_out(mean, width):
    factor = width * np.array([[1.0, 0.0], [-5.0, 1.0]])
    mixture = GaussianMixture([1.0, 1.0], [[mean, 0.3], [0.5, mean]], [factor, factor])
    edges = np.array([0.0, 1e-300, 0.3, 0.999, np.nextafter(1.0, 0.0)])
    u = np.stack(np.meshgrid(edges, edges, edges), axis=-1).reshape(-1, 3)
    y, log_q = mixture.place(np.concatenate([u, latents(mixture, 1000)]))
    assert ((y > 0.0) & (y < 1.0)).all()
    assert np.isfinite(log_q).all()
    assert np.isfinite(mixture.log_density(grid(30))).all()


def test_blocks_do_not_show():
    mixture = random_mixture(3, 4)
    y, log_q = mixture.place(latents(mixture, 20_000))
    rows = np.r_[0, 8191, 8192, 19_999]
    assert_allclose(mixture.log_density(y[rows]), log_q[rows], rtol=1e-12)
    assert mixture.log_density(y[:0]).shape == (0,)


def test_triangular_inverse():
    factors = random_mixture(4, 6).factors
    product = triangular_inverse(factors) @ factors
    assert_allclose(product, np.broadcast_to(np.eye(6), product.shape), atol=1e-10)


def test_precisions_lead_back():
    mixture = random_mixture(3, 5)
    again = GaussianMixture.from_precisions(mixture.weights, *mixture.precisions)
    assert_allclose(again.means, mixture.means, rtol=1e-9)
    assert_allclose(again.factors, mixture.factors, atol=1e-12)
    assert_array_equal(again.weights, mixture.weights)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1.0], [0.5], [[0.1]]), "shapes"),
        (([1.0, 1.0], [[0.5]], [[[0.1]]]), "shapes"),
        (([1.0], [[np.nan]], [[[0.1]]]), "finite"),
        (([0.0], [[0.5]], [[[0.1]]]), "non-negative"),
        (([1.0], [[0.5]], [[[-0.1]]]), "positive diagonal"),
        (([1.0], [[0.5, 0.5]], [[[0.1, 0.1], [0.0, 0.1]]]), "lower-triangular"),
    ],
)
def test_errors_say_what_must_hold(arguments, message):
    with pytest.raises(ValueError, match=message):
        GaussianMixture(*arguments)
