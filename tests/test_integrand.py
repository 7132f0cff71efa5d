"""What a user's function may be, and how its evaluations are counted."""

import functools
import math

import numpy as np
import pytest
import vegas

from iflow.integrand import Integrand

DIM = 3


@pytest.fixture
def x():
    """As many points as the probe asks for, all in (0, 1)."""
    return np.random.default_rng(1).random((5, DIM))


def product(x):
    return x[:, 0] * x[:, 1] * x[:, 2]


def product_of_point(x):
    return x[0] * x[1] * x[2]


class WithCall:
    def __call__(self, x):
        return product(x)


def scaled(scale, x):
    return scale * product(x)


def overwriting(x):
    x[:, 0] *= x[:, 1]
    return x[:, 0] * x[:, 2]


@vegas.lbatchintegrand
def lbatch(x):
    return product(x)


@vegas.rbatchintegrand
def rbatch(x):
    return x[0] * x[1] * x[2]


class RBatchObject(vegas.RBatchIntegrand):
    def __call__(self, x):
        assert x.shape[0] == DIM
        return x[0] * x[1] * x[2]


def scalar(x):
    assert x.shape == (DIM,)
    return x[0] * x[1] * x[2]


scalar.fcntype = "scalar"


ACCEPTED = {
    "vectorised": product,
    "a column": lambda x: product(x)[:, np.newaxis],
    "float32": lambda x: product(x).astype(np.float32),
    "a list": lambda x: product(x).tolist(),
    "partial": functools.partial(scaled, 1.0),
    "object": WithCall(),
    "writes to its argument": overwriting,
    "last axis": lambda x: np.prod(x, axis=-1),
    "one point": product_of_point,
    "one point, math": lambda x: math.exp(math.log(x[0]) + math.log(x[1]) + math.log(x[2])),
    "vegas lbatch": lbatch,
    "vegas rbatch": rbatch,
    "vegas rbatch object": RBatchObject(),
    "vegas scalar": scalar,
}
POINTWISE = {"one point", "one point, math", "vegas scalar"}


@pytest.mark.parametrize("name", ACCEPTED)
def test_accepts(name, x):
    integrand = Integrand(ACCEPTED[name], DIM)
    integrand.probe(x)
    before = x.copy()
    values = integrand(x)
    assert values.dtype == np.float64
    np.testing.assert_allclose(values, product(x), rtol=1e-6)
    np.testing.assert_array_equal(x, before)
    assert integrand.pointwise == (name in POINTWISE)


@pytest.mark.parametrize(
    ("f", "expected"),
    [
        (lambda x: x[:, 0] > 0.5, lambda x: np.where(x[:, 0] > 0.5, 1.0, 0.0)),
        (lambda x: np.floor(7 * x[:, 0]).astype(int), lambda x: np.floor(7 * x[:, 0])),
        (lambda x: 2, lambda x: np.full(len(x), 2.0)),
    ],
    ids=["bool", "int", "constant"],
)
def test_other_numbers_become_float64(f, expected, x):
    integrand = Integrand(f, DIM)
    integrand.probe(x)
    values = integrand(x)
    assert values.dtype == np.float64
    np.testing.assert_array_equal(values, expected(x))


def test_one_dimension_given_as_a_function_of_one_point(x):
    integrand = Integrand(lambda x: math.sin(x[0]), 1)
    integrand.probe(x[:, :1])
    np.testing.assert_allclose(integrand(x[:, :1]), np.sin(x[:, 0]))


@pytest.mark.parametrize("dim", [1, 2, 4, 5, 6, 7])
@pytest.mark.parametrize("f", [lambda x: 3.0 * x[0], lambda x: 3.0 * x[:, 0]], ids=["one point", "many"])
def test_one_point_is_told_from_many_in_any_dimension(f, dim):
    # x[0] of a batch is a point, whose dim values could pass for those of dim points.
    integrand = Integrand(f, dim)
    x = np.random.default_rng(2).random((integrand.probe_size, dim))
    integrand.probe(x)
    np.testing.assert_array_equal(integrand(x), 3.0 * x[:, 0])


class Counting:
    """Counts the points that f really saw."""

    def __init__(self, f):
        self.f, self.n = f, 0

    def __call__(self, x):
        self.n += len(x) if x.ndim == 2 else 1
        return self.f(x)


@pytest.mark.parametrize("name", sorted(ACCEPTED.keys() - {"vegas rbatch", "vegas rbatch object"}))
def test_counts_every_evaluation(name, x):
    counting = Counting(ACCEPTED[name])
    if name == "vegas scalar":
        counting.fcntype = "scalar"
    integrand = Integrand(counting, DIM)
    integrand.probe(x)
    assert integrand.neval == counting.n
    integrand(x)
    integrand(x[:2])
    assert integrand.neval == counting.n
    assert counting.n >= 5 + 1 + 5 + 2
