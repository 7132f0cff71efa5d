"""What is said about a function that returns the wrong thing, or raises."""

import math
import re

import numpy as np
import pytest

from iflow.integrand import Integrand

DIM = 3


@pytest.fixture
def x():
    """As many points as the probe asks for, all in (0, 1)."""
    return np.random.default_rng(1).random((5, DIM))


@pytest.mark.parametrize("f", [None, 3.0, "x**2", [1, 2]])
def test_f_must_be_callable(f):
    message = f"f must be a function of points x [n, 3], got {type(f).__name__} {f!r}"
    with pytest.raises(TypeError, match=re.escape(message)):
        Integrand(f, DIM)


REFUSED = {
    "shape": (
        lambda x: np.ones((len(x), 2, 2)),
        ValueError,
        r"f must map points \[n, 3\] to values \[n\]; for n = 5 it returned shape \(5, 2, 2\)",
    ),
    "sum of all": (lambda x: np.sum(x, keepdims=True), ValueError, r"it returned shape \(1, 1\)"),
    "[n, k]": (
        lambda x: x[:, :2],
        ValueError,
        r"returned shape \(5, 2\); several integrals at once are not supported",
    ),
    "complex": (lambda x: 1j * x[:, 0], TypeError, r"got complex ones: integrate f\.real and f\.imag"),
    "text": (lambda x: ["one"] * len(x), TypeError, r"must return numbers, got .*one.* \(dtype <U3\)"),
    "no return": (lambda x: None, TypeError, r"must return numbers, got None \(dtype object\)"),
    "objects": (lambda x: [{}] * len(x), TypeError, r"must return numbers, got \{\} \(dtype object\)"),
    "mixes points": (
        lambda x: x[:, 0] / x[:, 0].sum(),
        ValueError,
        r"same value for a point alone and in a batch, got 1 alone and 0\.\d+ among 5 points.* axis=1",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refuses(name, x):
    f, error, message = REFUSED[name]
    with pytest.raises(error, match=message):
        Integrand(f, DIM).probe(x)


def test_random_values_are_noticed(x):
    rng = np.random.default_rng(3)
    with pytest.raises(ValueError, match="is it random"):
        Integrand(lambda x: rng.random(len(x)), DIM).probe(x)


def test_a_shape_that_changes_after_the_probe_is_noticed(x):
    integrand = Integrand(lambda x: x[:5, 0], DIM)
    integrand.probe(x)
    with pytest.raises(
        ValueError, match=r"one value a point, \[10\] for x of shape \(10, 3\), got shape \(5,\)"
    ):
        integrand(np.concatenate([x, x]))


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("one_point", [False, True], ids=["many", "one point"])
def test_says_how_many_values_are_not_finite_and_where_the_first_is(value, one_point):
    x = np.linspace(0.05, 0.95, 40).reshape(-1, 2)
    bad = (x[:, 0] > 0.4) & (x[:, 0] < 0.6)
    integrand = Integrand(lambda x: np.where((x.T[0] > 0.4) & (x.T[0] < 0.6), value, 1.0), 2)
    integrand.pointwise = one_point
    first = x[bad][0].tolist()
    message = f"{bad.sum()} of 20 values are nan or inf, the first f(x) = {value} at x = {first}"
    with pytest.raises(ValueError, match=re.escape(message)):
        integrand(x)


def raising_above(limit):
    def f(x):
        if np.any(x[:, 0] > limit):
            raise ArithmeticError("no such momentum")
        return x[:, 0]

    return f


def raising_above_at_one_point(limit):
    def f(x):
        if x[0] > limit:
            raise ArithmeticError("no such momentum")
        return math.sqrt(x[0])

    return f


@pytest.mark.parametrize("make", [raising_above, raising_above_at_one_point])
@pytest.mark.parametrize("culprit", [0, 1, 37, 62, 63])
def test_names_the_exact_point_at_which_f_raises(make, culprit):
    x = np.random.default_rng(4).random((64, DIM))
    x[:, 0] *= 0.5
    integrand = Integrand(make(0.9), DIM)
    integrand.probe(x[:5])
    x[culprit] = [0.98765432109876543, 1.2345678901234567e-5, 1 / 3]
    with pytest.raises(ArithmeticError, match="no such momentum") as raised:
        integrand(x)
    assert raised.value.__notes__ == [f"raised by the integrand at x = {x[culprit].tolist()}"]


def test_names_the_point_already_when_probing(x):
    x[:, 0] *= 0.5
    x[3, 0] = 0.95
    with pytest.raises(ArithmeticError) as raised:
        Integrand(raising_above(0.9), DIM).probe(x)
    assert raised.value.__notes__[0] == f"raised by the integrand at x = {x[3].tolist()}"


def test_tells_both_errors_when_neither_many_points_nor_one_will_do(x):
    with pytest.raises(TypeError) as raised:  # math.log of an array
        Integrand(lambda x: math.log(x[0] - 2.0), DIM).probe(x)
    assert raised.value.__notes__[0] == f"raised by the integrand at x = {x[0].tolist()}"
    assert re.match(r"given one point, x \[3\], .* raised ValueError: .+", raised.value.__notes__[1])


def test_names_the_batch_when_no_single_point_is_to_blame(x):
    def f(x):
        if len(x) > 5:
            raise MemoryError("too many points")
        return x[:, 0]

    integrand = Integrand(f, DIM)
    integrand.probe(x)
    with pytest.raises(MemoryError) as raised:
        integrand(np.concatenate([x, x]))
    start = x[0].tolist()
    assert raised.value.__notes__ == [
        f"raised by the integrand for a batch of 10 points that starts at x = {start}"
    ]


def test_counts_evaluations_that_end_in_an_error():
    x = np.linspace(0.1, 0.8, 8).reshape(-1, 1)
    seen = []

    def f(x):
        seen.extend(x[:, 0])
        return raising_above(0.75)(x)

    integrand = Integrand(f, 1)
    integrand.probe(x[:5])
    with pytest.raises(ArithmeticError):
        integrand(x)
    assert integrand.neval == len(seen) > 5 + 1 + 8
