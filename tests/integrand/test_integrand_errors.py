"""What is said about a function that returns the wrong thing, or raises."""

import math
import re

import gvar
import numpy as np
import pytest
import vegas

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


def product(x):
    return x[:, 0] * x[:, 1] * x[:, 2]


class WithCall:
    def __call__(self, x):
        return product(x)


async def coroutine(x):
    return product(x)


def generator(x):
    yield from product(x)


REFUSED = {
    "sum of all": (
        lambda x: x[:, 0].sum(),
        ValueError,
        r"f must map points \[n, 3\] to values \[n\] or \[n, \.\.\.\]; for n = 5 it returned shape \(\); "
        "is it a sum or a mean over all points",
    ),
    "points last": (
        lambda x: np.array([x[:, 0], x[:, 1]]),
        ValueError,
        r"for n = 5 it returned shape \(2, 5\); the points must be the first axis: np\.stack",
    ),
    "a tuple": (
        lambda x: (x[:, 0], x[:, 1]),
        ValueError,
        r"shape \(2, 5\); the points must be the first axis",
    ),
    "[1, n]": (
        lambda x: x[:, 0][np.newaxis],
        ValueError,
        r"shape \(1, 5\); the points must be the first axis",
    ),
    "[n, n] by mistake": (
        lambda x: x[:, :1] * x[:, 0],
        ValueError,
        r"for n = 5 it returned shape \(5, 5\), for n = 1 shape \(1, 1\); each point met .* take x\[:, 0\]",
    ),
    "[n, n] by mistake, of one point too": (
        lambda x: x[..., :1] * x[..., 0],
        ValueError,
        "each point met every other one",
    ),
    "[n, n] under a name": (
        lambda x: {"a": x[:, 0], "b": x[:, :1] - x[:, 1]},
        ValueError,
        "each point met every other one",
    ),
    "as many values as points, last": (
        lambda x: np.array([x[:, 0]] * 5),
        ValueError,
        r"shape \(5, 5\), for n = 1 shape \(5, 1\); are the points its last axis",
    ),
    "squeeze": (lambda x: np.squeeze(x[:, :1]), ValueError, r"for n = 1 shape \(\); np\.squeeze takes away"),
    "nothing": (lambda x: x[:, :0], ValueError, r"at least one number a point, got shape \(\d, 0\)"),
    "empty dict": (lambda x: {}, ValueError, r"returned shape \{\}"),
    "names that are numbers": (
        lambda x: {1: x[:, 0]},
        TypeError,
        "names of integrals must be strings, got 1",
    ),
    "text under a name": (
        lambda x: {"a": x[:, 0], "b": ["one"] * len(x)},
        TypeError,
        r"f's 'b' must return numbers, got 'one'",
    ),
    "coordinates one by one": (
        lambda a, b, c: a * b * c,
        TypeError,
        "missing 2 required positional",
    ),
    "text": (lambda x: ["one"] * len(x), TypeError, r"must return numbers, got .*one.* \(dtype <U3\)"),
    "no return": (lambda x: None, TypeError, "must return numbers, got None: is a `return` missing"),
    "no return at some point": (
        lambda x: x[0] if x[0] > 0.5 else None,
        TypeError,
        "got None: is a `return` missing, or a branch without one",
    ),
    "async def": (coroutine, TypeError, "got a coroutine: an `async def` must be run"),
    "yield": (generator, TypeError, "got a generator: a function with `yield`"),
    "a function": (lambda x: product, TypeError, "got a function: hand over the function that it returns"),
    "a set": (lambda x: set(x[:, 0].tolist()), TypeError, "got a set: return a list or an array"),
    "masked": (
        lambda x: np.ma.masked_less(x[:, 0], 0.3),
        ValueError,
        r"got a masked array with 1 of 5 masked; values\.filled\(0\.0\)",
    ),
    "masked at a point": (
        lambda x: x[0] if x[0] > 0.3 else np.ma.masked,
        ValueError,
        "got a masked array with 1 of 1 masked",
    ),
    "ragged": (
        lambda x: [x[:, 0], x[:2, 1]],
        ValueError,
        r"got a list of shapes \[\(2,\), \(5,\)\] that do not fit together; return a dict",
    ),
    "shapes of points": (
        lambda x: [x[0]] * (2 if x[0] > 0.5 else 3),
        ValueError,
        r"it returned shape \(2,\) at x = \[0\.51.* and \(3,\) at x = \[0\.02",
    ),
    "names of points": (
        lambda x: {"a" if x[0] > 0.5 else "b": float(x[0])},
        ValueError,
        r"returned shape \{'a': \(\)\} at x = .* and \{'b': \(\)\} at x",
    ),
    "errors of its own": (
        lambda x: gvar.gvar(x[:, 0], np.full(len(x), 0.1)),
        TypeError,
        r"must return numbers, got 0\.51",
    ),
    "a class": (WithCall, TypeError, r"got the class WithCall: hand over WithCall\(\.\.\.\)"),
    "mixes points, several": (
        lambda x: np.stack([x[:, 0], x[:, 1] / x[:, 1].sum()], axis=1),
        ValueError,
        r"got 1 alone and 0\.\d+ among 5 points for f's \[1\], at x",
    ),
    "mixes points in a small part": (
        lambda x: {"a": 1e9 * x[:, 0], "b": x[:, 1] / x[:, 1].sum()},
        ValueError,
        "for f's 'b', at x",
    ),
    "mixes points in a small component": (
        lambda x: np.stack([x[:, 0], 1e-8 * x[:, 1] / x[:, 1].sum()], axis=1),
        ValueError,
        r"for f's \[1\], at x",
    ),
    "said to take many points": (
        vegas.lbatchintegrand(lambda x: x.sum()),
        ValueError,
        r"for n = 5 it returned shape \(\)",
    ),
    "looks at the first point": (
        lambda x: x[:, 0] * x[0, 1],
        ValueError,
        "among 5 points and .* among the same 5 in another order|alone and .* among 5 points",
    ),
    "one point, undecidable": (
        lambda x: x / x.sum(),
        ValueError,
        r"If it takes one point, hand over lambda x: np\.array\(\[f\(p\) for p in x\]\)",
    ),
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


def test_a_function_of_coordinates_is_told_how_to_be_handed_over(x):
    with pytest.raises(TypeError) as raised:
        Integrand(lambda a, b, c: a * b * c, DIM).probe(x)
    assert "f takes 3 arguments and is called with one, x [n, 3]: hand over lambda x: f(*x.T)" in (
        raised.value.__notes__
    )


LATER = {
    "a name less": (
        lambda x: {"a": x[:, 0]} | ({"b": x[:, 1]} if len(x) < 6 else {}),
        r"it returned {'a': [n], 'b': [n]} at first and {'a': [n]} now",
    ),
    "a dict no more": (
        lambda x: {"a": x[:, 0]} if len(x) < 6 else x[:, 0],
        r"it returned {'a': [n]} at first and [n] now",
    ),
    "a dict now": (
        lambda x: x[:, 0] if len(x) < 6 else {"a": x[:, 0]},
        r"it returned [n] at first and {'a': [n]} now",
    ),
    "a column more": (
        lambda x: x if len(x) < 6 else np.ones((len(x), 4)),
        r"it returned [n, 3] at first and [n, 4] now",
    ),
    "points missing": (
        lambda x: {"a": x[:5]},
        "one value a point, with the points as the first axis, [10, ...], got shape (5, 3)",
    ),
    "complex now": (
        lambda x: x[:, 0] if len(x) < 6 else x[:, 0] + 0.5j,
        "f was real when it was probed, and is (0.5118216247002567+0.5j) for point 0 of 10 now",
    ),
    "a part complex now": (
        lambda x: {"a": x if len(x) < 6 else x + 0.5j * (x == x[1, 2])},
        "f's 'a'[2] was real when it was probed, and is (0.42332644897257565+0.5j) for point 1 of 10 now",
    ),
}


@pytest.mark.parametrize("name", LATER)
def test_what_changes_after_the_probe_is_noticed(name, x):
    f, message = LATER[name]
    integrand = Integrand(f, DIM)
    integrand.probe(x)
    with pytest.raises((TypeError, ValueError), match=re.escape(message)):
        integrand(np.concatenate([x, x]))


@pytest.mark.parametrize(
    ("f", "message"),
    [
        (
            lambda x: {"b": x[:, 0], "a": np.where(x > 0.9, np.nan, x)},
            "2 of 5 points have values that are nan or inf, the first f's 'a'[1] = nan at x = [0.5118",
        ),
        (
            lambda x: np.where(x > 0.94, np.inf, x)[:, :, np.newaxis],
            "2 of 5 points have values that are nan or inf, the first f's [1, 0] = inf at x = [0.5118",
        ),
        (
            lambda x: np.where(x[:, 0] > 0.9, complex(0.0, np.inf), 1j),
            "1 of 5 points have values that are nan or inf, the first the imaginary part of f = inf at x",
        ),
        (
            lambda x: {"a": 1j * np.where(x > 0.94, np.inf, x)},
            "the first the real part of f's 'a'[1] = nan at x",
        ),
    ],
    ids=["dict", "array", "complex", "complex dict"],
)
@pytest.mark.filterwarnings("ignore:invalid value encountered in multiply")
def test_names_the_component_that_is_not_finite(f, message, x):
    f_at_half = Integrand(lambda x: f(x) if np.any(x != 0.5) else f(np.full_like(x, 0.5)), DIM)
    f_at_half.probe(np.full_like(x, 0.5))
    with pytest.raises(ValueError, match=re.escape(message)):
        f_at_half(x)


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
            raise ArithmeticError("too many points")
        return x[:, 0]

    integrand = Integrand(f, DIM)
    integrand.probe(x)
    with pytest.raises(ArithmeticError) as raised:
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
