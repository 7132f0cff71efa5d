"""One-dimensional densities: cdf and quantile, with log density, from any parameters."""

import numpy as np
import pytest
import scipy.integrate
import tensorflow as tf
import tensorflow_probability as tfp
from hypothesis import given
from hypothesis import strategies as st

from iflow.flow import Histogram, Quadratic, RationalQuadratic

DENSITIES = {"histogram": Histogram, "quadratic": Quadratic, "rational quadratic": RationalQuadratic}
SMOOTH = {name: DENSITIES[name] for name in ("quadratic", "rational quadratic")}
DTYPES = ["float32", "float64"]
ROUNDING = {"float32": 3e-6, "float64": 1e-13}
METHODS = ["cdf", "quantile"]
EXTREME = ["normal", "signs"]


def random_logits(density, n, dtype="float64", scale=1.0, seed=0, bins=10):
    logits = np.random.default_rng(seed).normal(scale=scale, size=(density.n_params(bins), n))
    return tf.constant(np.clip(logits, -50.0, 50.0), dtype)


def extreme_logits(density, n, dtype, kind, bins=10):
    normal = random_logits(density, n, dtype, scale=50.0, bins=bins)
    return normal if kind == "normal" else 50.0 * tf.sign(normal)


def uniform(n, dtype="float64", seed=1):
    return tf.constant(np.random.default_rng(seed).random(n), dtype)


def with_floor(density, floor):
    return type("Floored", (density,), {"floor": floor})


@pytest.fixture(params=DENSITIES.values(), ids=DENSITIES.keys())
def density(request):
    return request.param


@pytest.mark.parametrize("dtype", DTYPES)
def test_quantile_inverts_cdf_and_densities_agree(density, dtype):
    logits = random_logits(density, 2000, dtype)
    u, log_pdf = density(logits).cdf(uniform(2000, dtype))
    back, log_pdf_back = density(logits).quantile(u)
    # Rounding of u is magnified by 1/pdf, and a point next to a histogram's knot may change bins.
    error = np.abs(back - uniform(2000, dtype)) * np.minimum(1.0, np.exp(log_pdf))
    assert error.max() < ROUNDING[dtype]
    assert np.isclose(log_pdf_back, log_pdf, atol=1e2 * ROUNDING[dtype]).mean() > 0.98


def test_cdf_inverts_quantile(density):
    logits, u = random_logits(density, 2000), uniform(2000)
    x, log_pdf = density(logits).quantile(u)
    again, _ = density(logits).cdf(x)
    error = np.abs(again - u) / np.maximum(1.0, np.exp(log_pdf))
    assert error.max() < 1e-14


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("kind", EXTREME)
@pytest.mark.parametrize("method", METHODS)
def test_ends_are_exact(density, method, kind, dtype):
    for logits in (random_logits(density, 200, dtype), extreme_logits(density, 200, dtype, kind)):
        for end in (0.0, 1.0):
            image, log_pdf = getattr(density(logits), method)(tf.fill([200], tf.constant(end, dtype)))
            np.testing.assert_array_equal(image, end)
            assert np.all(np.isfinite(log_pdf))


@pytest.mark.parametrize("bins", [2, 10, 32])
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("kind", EXTREME)
@pytest.mark.parametrize("method", METHODS)
def test_extreme_logits_give_finite_values_and_gradients(density, method, kind, dtype, bins):
    eps = np.finfo(dtype).epsneg
    special = [0.0, np.finfo(dtype).tiny, 1e-16, eps, 0.1, 0.5, 1.0 - eps, 1.0]
    value = tf.constant([*special * 50, *np.random.default_rng(2).random(600)], dtype)
    logits = extreme_logits(density, 1000, dtype, kind, bins)
    with tf.GradientTape() as tape:
        tape.watch([logits, value])
        image, log_pdf = getattr(density(logits), method)(value)
        total = tf.reduce_sum(image) + tf.reduce_sum(log_pdf)
    assert np.all((image >= 0.0) & (image <= 1.0))
    assert np.all(np.isfinite(log_pdf))
    for gradient in tape.gradient(total, [logits, value]):
        assert np.all(np.isfinite(gradient))


def test_cdf_is_the_integral_of_the_pdf(density):
    logits = random_logits(density, 1)
    nodes = 20_001
    x = np.linspace(0.0, 1.0, nodes)
    u, log_pdf = density(tf.repeat(logits, nodes, axis=1)).cdf(tf.constant(x))
    numerical = scipy.integrate.cumulative_trapezoid(np.exp(log_pdf), x, initial=0.0)
    np.testing.assert_allclose(numerical, u, atol=3e-4 if density is Histogram else 2e-6)


@pytest.mark.parametrize("method", METHODS)
def test_log_pdf_is_that_of_the_slope(density, method):
    logits, value = random_logits(density, 1000), uniform(1000)
    with tf.GradientTape() as tape:
        tape.watch(value)
        image, log_pdf = getattr(density(logits), method)(value)
    slope = tf.math.log(tape.gradient(image, value))
    np.testing.assert_allclose(slope if method == "cdf" else -slope, log_pdf, atol=1e-10)


@pytest.mark.parametrize("method", METHODS)
def test_gradients_are_those_of_finite_differences(density, method):
    """For every logit: the gradients of picking a bin are written by hand."""
    logits, value = random_logits(density, 300, bins=4), uniform(300)

    def total(logits):
        image, log_pdf = getattr(density(logits), method)(value)
        return image + 0.3 * log_pdf

    with tf.GradientTape() as tape:
        tape.watch(logits)
        result = total(logits)
    gradient = tape.gradient(result, logits).numpy()
    step = 1e-6
    for row, unit in enumerate(np.eye(len(logits))):
        shift = step * unit[:, np.newaxis]
        difference = (total(logits + shift) - total(logits - shift)) / (2 * step)
        # Where a knot of a histogram lies within a step of the value, there is no derivative.
        wrong = np.abs(difference - gradient[row]) > 1e-6 + 1e-5 * np.abs(gradient[row])
        assert wrong.mean() < 0.01


def test_gradient_of_a_histogram_spreads_its_jumps():
    """integral g (d log pdf / dx) dx = sum over knots of g times the jump of log pdf, for any linear g."""
    n, bins = 4000, 8
    column = random_logits(Histogram, 1, bins=bins)
    x = tf.constant((np.arange(n) + 0.5) / n)
    with tf.GradientTape() as tape:
        tape.watch(x)
        _, log_pdf = Histogram(tf.repeat(column, n, axis=1)).cdf(x)
    slope, heights = tape.gradient(log_pdf, x).numpy(), log_pdf.numpy()[n // bins // 2 :: n // bins]
    knots = np.arange(1, bins) / bins
    for g in (np.ones_like, lambda x: x):
        np.testing.assert_allclose(np.mean(g(x.numpy()) * slope), g(knots) @ np.diff(heights), rtol=1e-9)


@pytest.mark.parametrize("dtype", DTYPES)
def test_zero_logits_give_the_identity(density, dtype):
    x = tf.constant(np.linspace(0.0, 1.0, 101), dtype)
    for method in METHODS:
        image, log_pdf = getattr(density(tf.zeros([density.n_params(10), 101], dtype)), method)(x)
        np.testing.assert_allclose(image, x, atol=0.1 * ROUNDING[dtype])
        np.testing.assert_allclose(log_pdf, 0.0, atol=ROUNDING[dtype])


@pytest.mark.parametrize("smooth", SMOOTH.values(), ids=SMOOTH.keys())
def test_smooth_densities_do_not_jump(smooth):
    logits = tf.repeat(random_logits(smooth, 1), 100_001, axis=1)
    _, log_pdf = smooth(logits).cdf(tf.constant(np.linspace(0.0, 1.0, 100_001)))
    assert np.abs(np.diff(log_pdf)).max() < 0.05
    assert np.ptp(log_pdf) > 1.0


@pytest.mark.parametrize("smooth", SMOOTH.values(), ids=SMOOTH.keys())
@pytest.mark.parametrize("edge", [0.0, 1.0])
def test_density_may_pile_up_on_an_edge(smooth, edge):
    logits = np.zeros((smooth.n_params(10), 1))
    logits[-11 if edge == 0.0 else -1] = 10.0
    _, log_pdf = smooth(tf.constant(logits)).cdf(tf.constant([edge], tf.float64))
    assert log_pdf[0] > 2.0


def at_knots(density, column):
    """The values of x at the knots of one density."""
    bins = (len(column) - 1) // (3 if density is RationalQuadratic else 2)
    if density is Histogram:
        return np.arange(len(column) + 1) / len(column)
    widths = np.exp(column[:bins] - column[:bins].max())
    floor = 1e-2 if density is Quadratic else 1e-3
    widths = (1.0 - floor) * widths / widths.sum() + floor / bins
    return np.concatenate([[0.0], np.cumsum(widths)[:-1], [1.0]])


def test_knots_are_no_special_places(density):
    column = random_logits(density, 1).numpy()
    knots = at_knots(density, column[:, 0])
    for offset in (0.0, 1e-16, -1e-16, 1e-12, -1e-12):
        x = np.clip(knots + offset, 0.0, 1.0)
        logits = tf.constant(np.repeat(column, len(x), axis=1))
        u, log_pdf = density(logits).cdf(tf.constant(x))
        assert np.all(np.diff(u) > 0.0)
        back, log_pdf_back = density(logits).quantile(u)
        np.testing.assert_allclose(back, x, atol=1e-14)
        if density is not Histogram:
            np.testing.assert_allclose(log_pdf_back, log_pdf, atol=1e-10)


@given(
    st.sampled_from(list(DENSITIES)),
    st.sampled_from(METHODS),
    st.sampled_from(DTYPES),
    st.integers(2, 20),
    st.floats(0.0, 20.0),
    st.integers(0, 99),
)
def test_is_monotone_within_the_interval(name, method, dtype, bins, scale, seed):
    column = random_logits(DENSITIES[name], 1, dtype, scale, seed, bins)
    value = np.sort(np.concatenate([np.linspace(0.0, 1.0, 101), np.random.default_rng(seed).random(100)]))
    logits = tf.repeat(column, len(value), axis=1)
    image, log_pdf = getattr(DENSITIES[name](logits), method)(tf.constant(value, dtype))
    assert np.all(np.isfinite(log_pdf))
    assert np.diff(image).min() >= -10 * np.finfo(dtype).eps
    assert (image[0], image[-1]) == (0.0, 1.0)


def test_follows_the_formula_of_the_histogram():
    probs = np.array([0.1, 0.2, 0.4, 0.3])
    density = with_floor(Histogram, 0.0)(tf.math.log(tf.constant(np.repeat(probs[:, np.newaxis], 4, axis=1))))
    x = tf.constant([0.1, 0.3, 0.74, 0.9], tf.float64)
    u, log_pdf = density.cdf(x)
    np.testing.assert_allclose(u, [0.04, 0.14, 0.3 + 0.96 * 0.4, 0.7 + 0.6 * 0.3], rtol=1e-12)
    np.testing.assert_allclose(np.exp(log_pdf), 4 * probs, rtol=1e-12)


def test_follows_the_formula_of_the_trapezoids():
    # Widths 1/4 and 3/4; heights 1 : 2 : 4 have the area 3/8 + 9/4 = 21/8.
    logits = np.log([[0.25], [0.75], [1.0], [2.0], [4.0]])
    expected_widths = 0.99 * np.array([0.25, 0.75]) + 0.01 / 2
    knots = [0.0, expected_widths[0], 1.0]
    area = expected_widths @ [1.5, 3.0]
    x = np.array([0.0, 0.1, 0.5, 1.0])
    heights = 0.999 * np.interp(x, knots, [1.0, 2.0, 4.0]) / area + 0.001
    _, log_pdf = Quadratic(tf.constant(np.repeat(logits, 4, axis=1))).cdf(tf.constant(x))
    np.testing.assert_allclose(np.exp(log_pdf), heights, rtol=1e-12)


def test_agrees_with_tensorflow_probability_where_that_can_do_it():
    """Its splines have slope 1 at both ends: ours with zeros there are the same."""
    bins, n = 6, 500
    logits = random_logits(RationalQuadratic, n, bins=bins).numpy()
    logits[[2 * bins, 3 * bins]] = 0.0
    parts = logits[: 2 * bins].reshape(2, bins, n)
    parts = 0.999 * np.exp(parts) / np.exp(parts).sum(axis=1, keepdims=True) + 0.001 / bins
    slopes = 1e-3 + np.logaddexp(0.0, logits[2 * bins + 1 : 3 * bins] + np.log(np.expm1(0.999)))
    reference = tfp.bijectors.RationalQuadraticSpline(*(part.T for part in parts), slopes.T, range_min=0.0)
    u, log_pdf = RationalQuadratic(tf.constant(logits)).cdf(uniform(n))
    np.testing.assert_allclose(u, reference.forward(uniform(n)), atol=1e-13)
    np.testing.assert_allclose(log_pdf, reference.forward_log_det_jacobian(uniform(n)), atol=1e-10)


@pytest.mark.parametrize("name", ["histogram", "quadratic"])
def test_no_density_falls_below_the_floor(name):
    density = DENSITIES[name]
    logits = np.zeros((density.n_params(4), 1))
    logits[-2:] = -80.0
    _, log_pdf = with_floor(density, 0.01)(tf.constant(logits)).cdf(tf.constant([0.9], tf.float64))
    np.testing.assert_allclose(np.exp(log_pdf), 0.01, rtol=1e-9)
