"""One-dimensional densities: cdf and quantile, with log density, from any parameters."""

import numpy as np
import pytest
import tensorflow as tf

from iflow.flow import Histogram

DENSITIES = {"histogram": Histogram}
DTYPES = ["float32", "float64"]
ROUNDING = {"float32": 3e-6, "float64": 1e-13}


def random_logits(n, dtype, scale=2.0, seed=0):
    return tf.constant(np.random.default_rng(seed).normal(scale=scale, size=(n, 10)), dtype)


@pytest.fixture(params=DENSITIES.values(), ids=DENSITIES.keys())
def density(request):
    return request.param


@pytest.mark.parametrize("dtype", DTYPES)
def test_quantile_inverts_cdf_and_densities_agree(density, dtype):
    logits = random_logits(500, dtype)
    x = tf.constant(np.random.default_rng(1).random(500), dtype)
    u, log_pdf = density(logits).cdf(x)
    back, log_pdf_back = density(logits).quantile(u)
    # A bin of probability p magnifies the rounding of u by 1/p; the smallest p here is about 1e-3.
    np.testing.assert_allclose(back, x, atol=1e3 * ROUNDING[dtype])
    same_bin = np.floor(10 * back) == np.floor(10 * x)
    assert same_bin.mean() > 0.99
    np.testing.assert_allclose(log_pdf_back[same_bin], log_pdf[same_bin], atol=ROUNDING[dtype])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("scale", [0.0, 1.0, 50.0])
def test_ends_are_exact(density, dtype, scale):
    logits = random_logits(200, dtype, scale)
    for end in (0.0, 1.0):
        ends = tf.constant(np.full(200, end), dtype)
        np.testing.assert_array_equal(density(logits).cdf(ends)[0], end)
        np.testing.assert_array_equal(density(logits).quantile(ends)[0], end)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("scale", [1.0, 50.0])
def test_stays_in_the_interval_next_to_the_ends(density, dtype, scale):
    logits = random_logits(200, dtype, scale)
    eps = np.finfo(dtype).epsneg
    for value in (np.finfo(dtype).tiny, 1e-16, eps, 1.0 - eps):
        values = tf.constant(np.full(200, value), dtype)
        for image, log_pdf in (density(logits).cdf(values), density(logits).quantile(values)):
            assert np.all((image >= 0.0) & (image <= 1.0))
            assert np.all(np.isfinite(log_pdf))


def test_cdf_is_the_integral_of_the_pdf(density):
    logits = random_logits(20, "float64")
    # Midpoints of equal cells, aligned with the bins: exact for densities constant in a bin.
    x = (np.arange(1000) + 0.5) / 1000
    _, log_pdf = density(logits[:, tf.newaxis, :]).cdf(tf.constant(np.tile(x, (20, 1))))
    edges = tf.constant(np.tile(np.arange(1, 1001) / 1000, (20, 1)))
    u, _ = density(logits[:, tf.newaxis, :]).cdf(edges)
    np.testing.assert_allclose(np.cumsum(np.exp(log_pdf), axis=1) / 1000, u, atol=1e-12)


def test_equal_logits_give_the_identity(density):
    x = tf.constant(np.linspace(0.0, 1.0, 101))
    u, log_pdf = density(tf.zeros([101, 10], tf.float64)).cdf(x)
    np.testing.assert_allclose(u, x, atol=1e-15)
    np.testing.assert_allclose(log_pdf, 0.0, atol=1e-14)


def test_follows_the_formula_of_the_histogram():
    probs = np.array([0.1, 0.2, 0.4, 0.3])
    density = Histogram(tf.math.log(tf.constant([probs])), floor=0.0)
    x = tf.constant([0.1, 0.3, 0.74, 0.9], tf.float64)
    u, log_pdf = density.cdf(x)
    np.testing.assert_allclose(u, [0.04, 0.14, 0.3 + 0.96 * 0.4, 0.7 + 0.6 * 0.3], rtol=1e-12)
    np.testing.assert_allclose(np.exp(log_pdf), 4 * probs, rtol=1e-12)


def test_no_density_falls_below_the_floor():
    logits = tf.constant([[80.0, 0.0, 0.0, 0.0]], tf.float64)
    _, log_pdf = Histogram(logits, floor=0.01).cdf(tf.constant([0.9], tf.float64))
    np.testing.assert_allclose(np.exp(log_pdf), 0.01, rtol=1e-9)


@pytest.mark.parametrize("method", ["cdf", "quantile"])
def test_gradients_are_finite_for_extreme_logits(density, method):
    logits = random_logits(200, "float64", scale=50.0)
    x = tf.constant(np.random.default_rng(2).random(200))
    with tf.GradientTape() as tape:
        tape.watch(logits)
        image, log_pdf = getattr(density(logits), method)(x)
        total = tf.reduce_sum(image) + tf.reduce_sum(log_pdf)
    assert np.all(np.isfinite(tape.gradient(total, logits)))
