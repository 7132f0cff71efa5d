"""What a user's function may be, and how its evaluations are counted."""

import cmath
import decimal
import functools
import math

import gvar
import mpmath
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


def overwriting_one(x):
    x[0] *= x[1]
    return math.exp(math.log(x[0])) * x[2]


def two_of_point(x):
    return np.column_stack([x[:, 0], x[:, 1] * x[:, 2]])


class Model:
    scale = 1.0

    def value(self, x):
        return self.scale * product(x)


def with_defaults(x, scale=1.0, *, power=1):
    return scale * product(x) ** power


def read_only(x):
    values = product(x)
    values.flags.writeable = False
    return values


def view_of_x(x):
    x[:, 0] = product(x)
    return x[:, 0]


class LBatchObject(vegas.BatchIntegrand):
    def __call__(self, x):
        return product(x)


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
    "one point, a list": lambda x: [product_of_point(x)],
    "one point, an array": lambda x: np.array(product_of_point(x)),
    "one point, float32": lambda x: np.float32(product_of_point(x)),
    "one point, Decimal": lambda x: decimal.Decimal(x[0]) * decimal.Decimal(x[1]) * decimal.Decimal(x[2]),
    "one point, mpmath": lambda x: mpmath.mpf(x[0]) * x[1] * x[2],
    "one point, one that writes": overwriting_one,
    "Decimal": lambda x: [decimal.Decimal(value) for value in product(x).tolist()],
    "float16": lambda x: product(x).astype(np.float16),
    "longdouble": lambda x: product(x).astype(np.longdouble),
    "a column but for one point": lambda x: product(x)[:, np.newaxis] if len(x) > 1 else product(x),
    "[n, 1, 1]": lambda x: product(x)[:, np.newaxis, np.newaxis],
    "read-only": read_only,
    "a view of x": view_of_x,
    "not masked": lambda x: np.ma.masked_less(product(x), -1.0),
    "a memoryview": lambda x: memoryview(product(x)),
    "bound method": Model().value,
    "with defaults": with_defaults,
    "partial with names": functools.partial(with_defaults, scale=1.0, power=1),
    "vegas lbatch": lbatch,
    "vegas lbatch object": LBatchObject(),
    "vegas rbatch [1, n]": vegas.rbatchintegrand(lambda x: (x[0] * x[1] * x[2])[np.newaxis]),
    "vegas rbatch": rbatch,
    "vegas rbatch object": RBatchObject(),
    "vegas scalar": scalar,
}
POINTWISE = {"vegas scalar", *(name for name in ACCEPTED if name.startswith("one point"))}


@pytest.mark.parametrize("name", ACCEPTED)
def test_accepts(name, x):
    integrand = Integrand(ACCEPTED[name], DIM)
    integrand.probe(x)
    before = x.copy()
    values = integrand(x)
    assert values.dtype == np.float64
    np.testing.assert_allclose(values, product(x), rtol=1e-3 if name == "float16" else 1e-6)
    assert integrand.layout.is_scalar
    assert integrand.notes == ()
    np.testing.assert_array_equal(x, before)
    assert integrand.pointwise == (name in POINTWISE)


def names(**arrays):
    """A dict whose order is that of the call."""
    return arrays


def five(x):
    return [x[0], x[1], x[2], x[0] * x[1], x[2] ** 2]


# What f returns, how it is laid out, and the columns that come of it.
STRUCTURED = {
    "[n, 2]": (lambda x: x[:, :2], "[n, 2]", lambda x: x[:, :2]),
    "[n, 2, 2]": (
        lambda x: x[:, :2, None] * [1.0, 2.0],
        "[n, 2, 2]",
        lambda x: np.repeat(x[:, :2], 2, axis=1) * [1, 2, 1, 2],
    ),
    "Fortran's order": (lambda x: np.asfortranarray(x), "[n, 3]", lambda x: x),
    "stride 0": (lambda x: np.broadcast_to(x[:, :1], x.shape), "[n, 3]", lambda x: x[:, [0, 0, 0]]),
    "integers": (lambda x: np.floor(7 * x).astype(int), "[n, 3]", lambda x: np.floor(7 * x)),
    "a list of tuples": (lambda x: [(a, c) for a, b, c in x], "[n, 2]", lambda x: x[:, [0, 2]]),
    "dict": (
        lambda x: names(b=x[:, :2], a=product(x)),
        "{'b': [n, 2], 'a': [n]}",
        lambda x: np.column_stack([x[:, :2], product(x)]),
    ),
    "dict of one": (lambda x: names(a=product(x)), "{'a': [n]}", lambda x: product(x)[:, None]),
    "dict of a column": (lambda x: names(a=x[:, :1]), "{'a': [n, 1]}", lambda x: x[:, :1]),
    "dict in another order": (
        lambda x: names(a=x[:, 0], b=x) if len(x) == 1 else names(b=x, a=x[:, 0]),
        "{'a': [n], 'b': [n, 3]}",
        lambda x: x[:, [0, 0, 1, 2]],
    ),
    "complex": (lambda x: x[:, 0] + 1j * x[:, 1], "[n] complex", lambda x: x[:, :2]),
    "a complex column": (lambda x: x[:, :1] + 1j * x[:, 1:2], "[n] complex", lambda x: x[:, :2]),
    "complex array": (
        lambda x: x + 2j * x,
        "[n, 3] complex",
        lambda x: np.repeat(x, 2, axis=1) * [1, 2, 1, 2, 1, 2],
    ),
    "complex in part": (
        lambda x: names(z=x[:, 0] - 1j, r=x[:, 1]),
        "{'z': [n] complex, 'r': [n]}",
        lambda x: np.column_stack([x[:, 0], np.full(len(x), -1.0), x[:, 1]]),
    ),
    "one point, array": (lambda x: np.array([x[0], x[1] * x[2]]), "[n, 2]", two_of_point),
    "one point, list": (
        lambda x: [math.exp(x[0]), x[1]],
        "[n, 2]",
        lambda x: np.exp(x[:, :2]) * [1, 0] + x[:, :2] * [0, 1],
    ),
    "one point, as many as points probed": (five, "[n, 5]", lambda x: np.array([five(p) for p in x])),
    "one point, array of that size": (
        lambda x: np.array(five(x)),
        "[n, 5]",
        lambda x: np.array([five(p) for p in x]),
    ),
    "one point, rows of that size": (
        lambda x: x[0] * np.arange(1, 6)[:, np.newaxis],
        "[n, 5, 1]",
        lambda x: x[:, :1] * np.arange(1, 6),
    ),
    "one point, dict": (
        lambda x: names(a=math.exp(x[0]), b=[x[1], x[2]]),
        "{'a': [n], 'b': [n, 2]}",
        lambda x: np.column_stack([np.exp(x[:, 0]), x[:, 1:]]),
    ),
    "one point, complex": (
        lambda x: cmath.rect(x[0], math.pi / 2),
        "[n] complex",
        lambda x: np.column_stack([0.0 * x[:, 0], x[:, 0]]),
    ),
    "one point, complex at some": (
        lambda x: (x[0] - 0.4) ** 0.5 if x[0] > 0.4 else 1j * (0.4 - x[0]) ** 0.5,
        "[n] complex",
        lambda x: np.sqrt(x[:, 0] - 0.4 + 0j).view(float).reshape(-1, 2),
    ),
    "vegas, points last": (
        vegas.rbatchintegrand(lambda x: np.array([x[0], x[1] * x[2]])),
        "[n, 2]",
        two_of_point,
    ),
    "vegas, points last, dict": (
        vegas.rbatchintegrand(lambda x: names(a=x[0], b=x[1:])),
        "{'a': [n], 'b': [n, 2]}",
        lambda x: x,
    ),
    "vegas, dict": (
        vegas.lbatchintegrand(lambda x: names(a=x[:, 0], b=x[:, 1:])),
        "{'a': [n], 'b': [n, 2]}",
        lambda x: x,
    ),
    "vegas, its own dict": (
        vegas.lbatchintegrand(lambda x: gvar.BufferDict(a=x[:, 0], b=x[:, 1:])),
        "{'a': [n], 'b': [n, 2]}",
        lambda x: x,
    ),
}


@pytest.mark.parametrize("name", STRUCTURED)
def test_several_numbers_a_point_become_columns(name, x):
    f, layout, expected = STRUCTURED[name]
    integrand = Integrand(f, DIM)
    integrand.probe(x)
    assert str(integrand.layout) == layout
    assert not integrand.layout.is_scalar
    assert integrand.pointwise == name.startswith("one point")
    for points in (x, x[:1], np.random.default_rng(7).random((20, DIM)), x[:0]):
        values = integrand(points)
        assert (values.dtype, values.shape) == (np.float64, (len(points), integrand.layout.k))
        if len(points):
            np.testing.assert_allclose(values, expected(points), rtol=1e-14, atol=1e-16)


def test_what_was_returned_is_not_touched_by_the_next_call(x):
    memory = np.empty((100, 2))

    def same_array_each_time(x):
        memory[: len(x)] = x[:, :2]
        return memory[: len(x)]

    def last_rows_each_time(x):
        memory[-len(x) :] = x[:, :2]
        return memory[-len(x) :]

    def same_row_each_time(x):
        memory[0] = x[:2]
        return memory[0]

    for f in (same_array_each_time, last_rows_each_time, same_row_each_time):
        integrand = Integrand(f, DIM)
        integrand.probe(x)
        first = integrand(x)
        integrand(np.ones((7, DIM)))
        np.testing.assert_array_equal(first, x[:, :2])
        first[:] = 0.0  # is not f's


def test_real_numbers_of_complex_type_lose_nothing(x):
    integrand = Integrand(lambda x: x[:, 0] if len(x) < 6 else x[:, 0] + 0j, DIM)
    integrand.probe(x)
    np.testing.assert_array_equal(integrand(np.concatenate([x, x])), np.tile(x[:, 0], 2))


@pytest.mark.parametrize("size", [1e-9, 1.0, 1e9])
def test_rounding_that_differs_with_the_batch_is_no_mixing(size, x):
    rounded = {
        "all": lambda x: size * x * (1 + 1e-6 * len(x)),
        "nothing beside others": lambda x: size * np.stack([x[:, 0], 1e-14 * len(x) * x[:, 1]], axis=1),
        "nothing beside itself": lambda x: {"a": size * (np.where(x[:, 0] > 0.9, 1, 1e-7 * len(x)))},
        "no imaginary part": lambda x: size * (x[:, 0] + 1e-7j * len(x) * x[:, 0]),
    }
    for f in rounded.values():
        Integrand(f, DIM).probe(x)


def test_points_are_presented_as_the_region_wants_it(x):
    def present(x):
        return (x[..., 0],), {"rest": x[..., 1:]}

    def many(first, *, rest):
        return first * rest[:, 0] * rest[:, 1]

    def one(first, *, rest):
        return math.exp(math.log(first)) * rest[0] * rest[1]

    @vegas.rbatchintegrand
    def points_last(first, *, rest):
        return first * rest[0] * rest[1]

    for f in (many, one, points_last):
        integrand = Integrand(f, DIM, present=present)
        integrand.probe(x)
        np.testing.assert_allclose(integrand(x), product(x))
        assert integrand.pointwise == (f is one)


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


@pytest.mark.parametrize(
    "name", sorted(ACCEPTED.keys() - {"vegas rbatch", "vegas rbatch object", "vegas rbatch [1, n]"})
)
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
