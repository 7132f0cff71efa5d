"""Changes of variables, and the shapes that are made of them."""

import math
import re

import numpy as np
import pytest

import iflow
from iflow.domain import Change, Domain, Integers, ball, simplex, sphere

INF = math.inf


def polar(t):
    r, phi = t.T
    return np.stack([r * np.cos(phi), r * np.sin(phi)], axis=1), r


def doubled(t):
    return 2.0 * t, np.full(len(t), 2.0 ** t.shape[1])


REGIONS = {
    "polar": Change([(0, 2), (0, 2 * math.pi)], polar),
    "of an infinite range": Change([(0, INF), (0, 1)], polar),
    "of a change": Change(Change([(0, 2), (0, 1)], polar), doubled),
    "beside axes": [(0, 1), Change([(0, 2), (0, 1)], polar), (-INF, INF)],
    "simplex 1": simplex(1),
    "simplex 4": simplex(4),
    "ball 1": ball(1),
    "ball 2": ball(2, 3.0),
    "ball 5": ball(5, 0.5, (1, 2, 3, 4, 5)),
}


@pytest.mark.parametrize("name", REGIONS)
def test_log_det_is_that_of_the_numerical_jacobian(name):
    domain, h = Domain(REGIONS[name]), 1e-6
    z = np.random.default_rng(1).uniform(0.05, 0.95, (20, domain.dim))
    _, log_det = domain.forward_and_log_det(z)
    columns = []
    for axis in range(domain.dim):
        step = h * (np.arange(domain.dim) == axis)
        ahead, behind = (domain.forward_and_log_det(z + s)[0] for s in (step, -step))
        columns.append((ahead - behind) / (2 * h))
    _, expected = np.linalg.slogdet(np.stack(columns, axis=2))
    np.testing.assert_allclose(log_det, expected, atol=1e-6)


@pytest.mark.parametrize("d", [1, 2, 3, 7])
def test_shapes_are_filled_to_the_edge_and_not_beyond(d):
    z = np.random.default_rng(2).random((100_000, d))
    z[:2] = [[np.finfo(float).tiny], [1.0 - 2.0**-53]]
    x, log_det = Domain(simplex(d)).forward_and_log_det(z)
    assert np.all(x >= 0)
    assert np.all(x.sum(axis=1) < 1)
    np.testing.assert_allclose(np.exp(log_det), 1 / math.factorial(d))
    np.testing.assert_allclose(x.mean(axis=0), 1 / (d + 1), atol=0.005)
    x, log_det = Domain(ball(d, 2.0, 1.0)).forward_and_log_det(z)
    r = np.linalg.norm(x - 1.0, axis=1) / 2.0
    assert np.all(r < 1)
    assert r.max() > 0.999
    np.testing.assert_allclose(np.exp(log_det), 2.0**d * math.pi ** (d / 2) / math.gamma(d / 2 + 1))
    np.testing.assert_allclose(np.mean(r**2), d / (d + 2), atol=0.005)
    np.testing.assert_allclose(x.mean(axis=0), 1.0, atol=0.02)


@pytest.mark.parametrize("d", [2, 3, 6])
def test_spheres_are_covered_evenly(d):
    x, log_det = Domain(sphere(d, 3.0)).forward_and_log_det(np.random.default_rng(3).random((200_000, d - 1)))
    np.testing.assert_allclose(np.linalg.norm(x, axis=1), 3.0)
    np.testing.assert_allclose(np.exp(log_det), 2 * math.pi ** (d / 2) / math.gamma(d / 2) * 3.0 ** (d - 1))
    np.testing.assert_allclose(np.cov(x.T), 9.0 / d * np.eye(d), atol=0.06)
    fourth = 3.0 / (d * (d + 2))  # mean of x^4 on the unit sphere
    np.testing.assert_allclose(np.mean((x / 3.0) ** 4, axis=0), fourth, rtol=0.02)


@pytest.mark.parametrize(
    ("f", "region", "exact"),
    [
        (lambda x: np.exp(-np.square(x).sum(axis=1)), Change([(0, INF), (0, 2 * math.pi)], polar), math.pi),
        (lambda x: np.square(x).sum(axis=1), ball(3, 2.0), 4 * math.pi * 2**5 / 5),
        (lambda x: x[:, 0] * x[:, 1], simplex(3), 1 / 120),
        (lambda x: x[:, 2] ** 2, sphere(3, 2.0), 4 * math.pi * 4 * 4 / 3),
        (
            lambda p, k, t: p[:, 0] ** 2 * k * t,
            {"p": ball(2), "k": Integers(1, 3), "t": (0, 1)},
            math.pi * 0.75,
        ),
    ],
)
def test_integrals_come_out_right(f, region, exact):
    """4.5 sigma at a fixed seed."""
    result = iflow.integrate(f, region, seed=4, max_neval=100_000)
    assert result.reliable
    assert abs(result.mean - exact) < 4.5 * result.sdev + 1e-9 * exact


def test_every_method_of_the_comparison_takes_such_a_region():
    """5 sigma at a fixed seed, for three methods."""
    region = [Integers(1, 3), ball(2), (0, INF)]
    comparison = iflow.compare(
        lambda x: x[:, 0] * np.square(x[:, 1:3]).sum(axis=1) * np.exp(-x[:, 3]),
        region,
        max_neval=20_000,
        seed=5,
    )
    for run in comparison.runs:
        assert abs(run.pull(3 * math.pi)) < 5.0
        assert run.sdev < 0.1 * run.mean


def returning(x, jacobian):
    return lambda t: (x(t), jacobian(t))


@pytest.mark.parametrize(
    ("forward", "error", "message"),
    [
        (lambda t: t, TypeError, "Change: forward must return (x [n, m], jacobian [n]), got ndarray"),
        (lambda t: None, TypeError, "Change: forward must return (x [n, m], jacobian [n]), got NoneType"),
        (
            returning(lambda t: t[:, 0], lambda t: t[:, 0]),
            ValueError,
            "for one coordinate return x[:, np.newaxis]",
        ),
        (returning(lambda t: t.T, lambda t: t[:, 0]), ValueError, "is x transposed?"),
        (
            returning(lambda t: t, lambda t: 1.0),
            ValueError,
            "for a constant jacobian return np.full(len(t), constant)",
        ),
        (
            returning(lambda t: t, lambda t: np.ones((3, 2, 2))),
            ValueError,
            "absolute value of the determinant, not",
        ),
        (returning(lambda t: t, lambda t: -t[:, 0]), ValueError, "return its absolute value, |det dx/dt|"),
        (
            returning(lambda t: t, lambda t: 0 * t[:, 0]),
            ValueError,
            "the jacobian must be positive, got 0 at t =",
        ),
        (returning(lambda t: t, lambda t: t[:, 0] * np.nan), ValueError, "the jacobian must be finite"),
        (returning(lambda t: t * np.inf, lambda t: t[:, 0]), ValueError, "x must be finite"),
        (
            returning(lambda t: t * 1j, lambda t: t[:, 0]),
            TypeError,
            "x must be real numbers, got dtype complex128",
        ),
    ],
)
def test_refuses_what_forward_returns(forward, error, message):
    with pytest.raises(error, match=re.escape(message)):
        Domain(Change(2, forward))


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: Change(2, "polar"), TypeError, "Change: forward must be a function"),
        (lambda: Change({"r": (0, 1)}, polar), TypeError, "give a list of limits, and name the whole"),
        (lambda: Domain(Change([(0, 1), (2, 1)], polar)), ValueError, "axis 1: low must be less than high"),
        (lambda: ball(0), ValueError, "ball: d must be an integer >= 1, got 0"),
        (lambda: ball(2.0), TypeError, "ball: d must be an integer >= 1, got 2.0; did you mean 2?"),
        (lambda: ball(2, -1.0), ValueError, "ball: radius must be positive and finite, got -1.0"),
        (lambda: ball(3, 1.0, (1, 2)), ValueError, "ball: center must be one finite number or 3 of them"),
        (lambda: sphere(1), ValueError, "sphere: d must be an integer >= 2"),
        (lambda: simplex(0), ValueError, "simplex: d must be an integer >= 1"),
    ],
)
def test_refuses(make, error, message):
    with pytest.raises(error, match=re.escape(message)):
        make()


def test_a_jacobian_that_goes_wrong_later_is_told_with_the_point():
    late = Change(1, lambda t: (t, np.where(t[:, 0] > 0.9, np.nan, 1.0)))
    with pytest.raises(ValueError, match=r"the jacobian must be finite, got .* at t = \[0\.9"):
        iflow.integrate(lambda x: x[:, 0], late, seed=1)
