"""Functions that return log|f|, whose values no float may hold."""

import math
import re

import numpy as np
import pytest

from iflow.integrand import Integrand

DIM = 2


@pytest.fixture
def x():
    return np.random.default_rng(1).random((5, DIM))


def log_gaussian(x):
    return -4000.0 - np.square(x).sum(axis=-1)


ACCEPTED = {
    "far below": log_gaussian,
    "far above": lambda x: 4000.0 - np.square(x).sum(axis=1),
    "one point": lambda x: -4000.0 - math.hypot(*x),
    "a column": lambda x: log_gaussian(x)[:, np.newaxis],
    "float32": lambda x: log_gaussian(x).astype(np.float32),
    "zero in part": lambda x: np.where(x[:, 0] > 0.5, -np.inf, log_gaussian(x)),
    "zero everywhere": lambda x: np.full(len(x), -np.inf),
    "zero, one point": lambda x: -math.inf if x[0] > 0.5 else -1.0,
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_accepts(name, x):
    f = ACCEPTED[name]
    integrand = Integrand(f, DIM, log=True)
    integrand.probe(x)
    values = integrand(x)
    assert (values.dtype, values.shape, integrand.layout.is_scalar) == (np.float64, (5,), True)
    expected = [f(p) for p in x] if "one point" in name else np.ravel(f(x))
    np.testing.assert_array_equal(values, expected)


@pytest.mark.parametrize(
    ("f", "error", "message"),
    [
        (
            lambda x: log_gaussian(x) + 1j,
            TypeError,
            "with log=True f must return log|f|, real, got complex values",
        ),
        (
            lambda x: x,
            ValueError,
            "with log=True f must return one number a point, log|f| [n], got [n, 2]",
        ),
        (
            lambda x: {"a": x[:, 0]},
            ValueError,
            "with log=True f must return one number a point, log|f| [n], got {'a': [n]}",
        ),
        (
            lambda x: np.where(x[:, 0] > 0.5, np.nan, 0.0),
            ValueError,
            "4 of 5 values are nan or +inf, the first is nan at x = [0.5118",
        ),
        (
            lambda x: np.where(x[:, 0] > 0.9, np.inf, -np.inf),
            ValueError,
            "values are nan or +inf, the first is inf at x = [0.9486",
        ),
        (
            lambda x: log_gaussian(x) - np.log(x[:, 0].sum()),
            ValueError,
            "f must give the same value for a point alone and in a batch",
        ),
    ],
    ids=["complex", "several", "dict", "nan", "inf", "mixes points"],
)
def test_refuses(f, error, message, x):
    x[1, 0] = 0.9486
    with pytest.raises(error, match=re.escape(message)):
        Integrand(f, DIM, log=True).probe(x)


def test_minus_infinity_is_refused_where_it_is_no_logarithm(x):
    with pytest.raises(ValueError, match="f must be finite"):
        Integrand(ACCEPTED["zero everywhere"], DIM).probe(x)
