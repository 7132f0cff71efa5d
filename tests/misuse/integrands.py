"""Integrands that are none, and values that no integral is made of."""

from __future__ import annotations

import math

import numpy as np

from tests.misuse.case import cases
from tests.misuse.subjects import (
    Peak,
    coroutine,
    generator,
    integrate,
    late,
    peak,
    random,
    slow,
    throws,
    two,
    undefined,
)
from tests.misuse.told import DoubtfulResultError, require_reliable

# A row: what the user did, how, what is raised, and what that says.
# fmt: off
CASES = (
    # What f is and what it returns.
    *cases("integrate",
        ("f is None", lambda _: integrate(None), TypeError,
         r"f must be a function of points x \[n, 2\], got NoneType None"),
        ("f is the name of a function", lambda _: integrate("peak"), TypeError,
         r"f must be a function of points x \[n, 2\], got str 'peak'; give the function.*"
         r" itself, without quotes"),
        ("f is a number: what the function returned", lambda _: integrate(3.0), TypeError,
         r"f must be a function of points x \[n, 2\], got float 3\.0; did you call it\?.*"
         r" Give f, not f\(x\)"),
        ("f is an array of values", lambda _: integrate(np.ones(3)), TypeError,
         r"f must be a function of points x \[n, 2\], got ndarray array\(\[1\., 1\., 1\.\]\);.*"
         r" did you call it\? Give f, not f\(x\)"),
        ("f is a list of functions", lambda _: integrate([peak, peak]), TypeError,
         r"f must be a function of points x \[n, 2\], got list \[.*"
         r"one function that returns an array \[n, k\]"),
        ("f is a dict of functions", lambda _: integrate({"a": peak}), TypeError,
         r"f must be a function of points x \[n, 2\], got dict \{'a': .*"
         r"one function that returns a dict of arrays"),
        ("f is a class, not an object of it", lambda _: integrate(Peak), TypeError,
         r"f must be a function or an object, got the class Peak: hand over Peak\(\.\.\.\)"),
        ("f is an object that cannot be called", lambda _: integrate(complex(1)), TypeError,
         r"f must be a function of points x \[n, 2\], got complex \(1\+0j\); did you call.*"
         r" it\? Give f, not f\(x\)"),
        ("f is a module", lambda _: integrate(math), TypeError,
         "f must be a function, got the module math: hand over one of its functions"),
        ("f and region are swapped", lambda _: integrate(2, peak), TypeError,
         r"region must be an integer d \(the unit cube\) or a sequence of \(low, high\).*"
         r"it, or give f and region in the wrong order\?"),
        ("f takes no argument", lambda _: integrate(lambda: 1.0), TypeError,
         r"<lambda>\.<locals>\.<lambda>\(\) takes 0 positional arguments but 1 was given"),
        ("f takes its coordinates one by one", lambda _: integrate(lambda x, y: x * y), TypeError,
         r"<lambda>\.<locals>\.<lambda>\(\) missing 1 required positional argument: 'y'"),
        ("f takes parameters besides the points",
         lambda _: integrate(lambda x, a, b: a * x[:, 0] + b), TypeError,
         r"<lambda>\.<locals>\.<lambda>\(\) missing 2 required positional arguments: 'a'.* and 'b'"),
        ("f takes its points by keyword only", lambda _: integrate(lambda *, x: x[:, 0]), TypeError,
         r"<lambda>\.<locals>\.<lambda>\(\) takes 0 positional arguments but 1 was given"),
        ("f has no return", lambda _: integrate(lambda x: None), TypeError,
         r"f must return numbers, got None: is a `return` missing, or a branch without.* one\?"),
        ("f returns None at some points",
         lambda _: integrate(lambda x: float(x[0]) if x[0] > 0.5 else None), TypeError,
         r"f must return numbers, got None: is a `return` missing, or a branch without.* one\?"),
        ("f returns text", lambda _: integrate(lambda x: "1.0"), TypeError,
         r"f must return numbers, got '1\.0' \(dtype <U3\)"),
        ("f returns a list of text", lambda _: integrate(lambda x: ["1.0"] * len(x)), TypeError,
         r"f must return numbers, got '1\.0' \(dtype <U3\)"),
        ("f returns bytes", lambda _: integrate(lambda x: b"1"), TypeError,
         r"f must return numbers, got b'1' \(dtype \|S1\)"),
        ("f returns text in an array of objects",
         lambda _: integrate(lambda x: np.array(["a"] * len(x), dtype=object)), TypeError,
         r"f must return numbers, got 'a' \(dtype object\)"),
        ("f returns an empty list", lambda _: integrate(lambda x: []), ValueError,
         r"f must map points \[n, 2\] to values \[n\] or \[n, \.\.\.\]; for n = 5 it returned.*"
         r" shape \(0,\)"),
        ("f returns an empty dict", lambda _: integrate(lambda x: {}), ValueError,
         r"f must map points \[n, 2\] to values \[n\] or \[n, \.\.\.\]; for n = 5 it returned.* shape \{\}"),
        ("f returns no number a point", lambda _: integrate(lambda x: np.ones((len(x), 0))), ValueError,
         r"f must return at least one number a point, got shape \(1, 0\)"),
        ("f returns integrals named by numbers", lambda _: integrate(lambda x: {1: x[:, 0]}), TypeError,
         r"the names of integrals must be strings, got 1; use str\(\.\.\.\)"),
        ("f returns an integral with an empty name",
         lambda _: integrate(lambda x: {"a": x[:, 0], "": x[:, 1]}), ValueError,
         "the names of integrals must not be empty, got ''; give it a name"),
        ("f returns two integrals of one name",
         lambda _: integrate(lambda x: {"a": x, "a[0]": x[:, 1]}), ValueError,
         r"two integrals would be called 'a\[0\]': give one of them another name"),
        ("f returns None under a name", lambda _: integrate(lambda x: {"a": None}), TypeError,
         r"f's 'a' must return numbers, got None: is a `return` missing, or a branch.* without one\?"),
        ("f returns a dict in a dict", lambda _: integrate(lambda x: {"a": {"b": 1.0}}), TypeError,
         r"f's 'a' must return numbers, got \{'b': 1\.0\} \(dtype object\)"),
        ("f returns text under a name",
         lambda _: integrate(lambda x: {"a": x[:, 0], "b": ["one"] * len(x)}), TypeError,
         r"f's 'b' must return numbers, got 'one' \(dtype <U3\)"),
        ("f returns an iterator", lambda _: integrate(lambda x: (value for value in x)), TypeError,
         r"f must return numbers, got a generator: a function with `yield` returns no.*"
         r"an array, or np\.array\(list\(f\(x\)\)\)"),
        ("f returns a map object", lambda _: integrate(lambda x: map(sum, x)), TypeError,
         "f must return numbers, got a map: return a list or an array"),
        ("f returns a set", lambda _: integrate(lambda x: set(x[:, 0])), TypeError,
         "f must return numbers, got a set: return a list or an array"),
        ("f returns a function", lambda _: integrate(lambda x: peak), TypeError,
         "f must return numbers, got a function: hand over the function that it.* returns instead"),
        ("f is an async function", lambda _: integrate(coroutine), TypeError,
         r"f must return numbers, got a coroutine: an `async def` must be run: hand.*"
         r" over lambda x: asyncio\.run\(f\(x\)\)"),
        ("f is a generator function", lambda _: integrate(generator), TypeError,
         r"f must return numbers, got a generator: a function with `yield` returns no.*"
         r"an array, or np\.array\(list\(f\(x\)\)\)"),
        ("f returns a masked array",
         lambda _: integrate(lambda x: np.ma.masked_less(x[:, 0], 0.3)), ValueError,
         r"f must return a number for each point, got a masked array with 2 of 5.*"
         r"values\.filled\(0\.0\) counts those as 0"),
        ("f returns rows of different lengths",
         lambda _: integrate(lambda x: [x[:, 0], x[:2, 1]]), ValueError,
         r"f must return one array, got a list of shapes \[\(2,\), \(5,\)\] that do not fit.*"
         r"to give integrals of different shapes"),
        ("f returns a sum over all points", lambda _: integrate(lambda x: x[:, 0].sum()), ValueError,
         r"f must map points \[n, 2\] to values \[n\] or \[n, \.\.\.\]; for n = 5 it returned.*"
         r"a mean over all points, without axis=1\?"),
        ("f returns its points last",
         lambda _: integrate(lambda x: np.array([x[:, 0], x[:, 1], x[:, 0]])), ValueError,
         r"f must map points \[n, 2\] to values \[n\] or \[n, \.\.\.\]; for n = 5 it returned.*"
         r"axis=-1\), or np\.moveaxis\(values, -1, 0\)"),
        ("f combines [n, 1] and [n]", lambda _: integrate(lambda x: x[:, :1] * x[:, 0]), ValueError,
         r"f must map points \[n, 2\] to values \[n\] or \[n, \.\.\.\]; for n = 5 it returned.*"
         r"of x\[:, :1\], or squeeze the last axis"),
        ("f squeezes the axis of a single point away",
         lambda _: integrate(lambda x: np.squeeze(x[:, :1])), ValueError,
         r"f must map points \[n, 2\] to values \[n\] or \[n, \.\.\.\]; for n = 5 it returned.*"
         r"point: name the axis to be squeezed"),
        ("f divides by a sum over all points",
         lambda _: integrate(lambda x: x[:, 0] / x[:, 0].sum()), ValueError,
         r"f must give the same value for a point alone and in a batch, got 1 alone.*"
         r"over lambda x: np\.array\(\[f\(p\) for p in x\]\)"),
        ("f is random", lambda _: integrate(random()), ValueError,
         r"f must give the same value for a point alone and in a batch, got .*"
         r"over lambda x: np\.array\(\[f\(p\) for p in x\]\)"),
        ("f is nan everywhere", lambda _: integrate(lambda x: np.full(len(x), np.nan)), ValueError,
         r"f must be finite: 5 of 5 values are nan or inf, the first f\(x\) = nan at x =.*"
         r"or return 0 there if they may be left out"),
        ("f is infinite everywhere", lambda _: integrate(lambda x: np.full(len(x), np.inf)), ValueError,
         r"f must be finite: 5 of 5 values are nan or inf, the first f\(x\) = inf at x =.*"
         r"or return 0 there if they may be left out"),
        ("f is nan at some points",
         lambda _: integrate(lambda x: np.where(x[:, 0] > 0.9, np.nan, 1.0)), ValueError,
         r"f must be finite: 50 of 512 values are nan or inf, the first f\(x\) = nan at.*"
         r"or return 0 there if they may be left out"),
        ("f is infinite at some points",
         lambda _: integrate(lambda x: np.where(x[:, 0] > 0.9, -np.inf, 1.0)), ValueError,
         r"f must be finite: 50 of 512 values are nan or inf, the first f\(x\) = -inf at.*"
         r"or return 0 there if they may be left out"),
        ("one of several integrals is nan",
         lambda _: integrate(lambda x: {"a": x[:, 0], "b": x * np.nan}), ValueError,
         "f must be finite: 5 of 5 points have values that are nan or inf, the first.*"
         "or return 0 there if they may be left out"),
        ('f is nan, with on_error="skip"',
         lambda _: integrate(lambda x: x[:, 0] * np.nan, on_error="skip"), ValueError,
         r"f must be finite: 5 of 5 values are nan or inf, the first f\(x\) = nan at x =.*"
         r"or return 0 there if they may be left out"),
        ("weights are too large for a float",
         lambda _: integrate(lambda x: np.full(len(x), 1e308), [(0, 10), (0, 10)]), OverflowError,
         "weights f / q must stay below 1e308, got 1e310: give f in larger units, or.*"
         " its logarithm with log=True"),
        ("f is 0 everywhere",
         lambda _: require_reliable(integrate(lambda x: np.zeros(len(x)))), DoubtfulResultError,
         r"\[unreliable\] f was 0 at all 989 measured points: the result says nothing.*"
         r" about an integrand that lives elsewhere"),
        ("f is below what floats resolve",
         lambda _: require_reliable(integrate(lambda x: np.full(len(x), 1e-320))), DoubtfulResultError,
         r"\[unreliable\] the weights are below 1e-303, where a float loses its digits:.*"
         r" give f in smaller units"),
        ("f is so slow that max_seconds ends the run at once",
         lambda _: require_reliable(integrate(slow, max_seconds=1e-9)), DoubtfulResultError,
         r"\[unreliable\] too few points carry the sum: effective sample size 63\.4 of 64.*"
         r" \(at least 100 are needed\)"),
        ("f changes its number of values later",
         lambda _: integrate(late(lambda x: peak(x)[:-1])), ValueError,
         r"f must return one value a point, \[512\] for x of shape \(512, 2\), got shape.* \(511,\)"),
        ("f returns None later", lambda _: integrate(late(lambda x: None)), TypeError,
         r"f must return numbers, got None: is a `return` missing, or a branch without.* one\?"),
        ("f returns a dict later", lambda _: integrate(late(lambda x: {"a": peak(x)})), ValueError,
         r"f must return the same integrals for all points: it returned \[n\] at first.*"
         r"a branch that returns something else\?"),
        ("f returns other names later",
         lambda _: integrate(lambda x: {"a" if len(x) < 100 else "b": peak(x)}), ValueError,
         r"f must return the same integrals for all points: it returned \{'a': \[n\]\} at.*"
         r"a branch that returns something else\?"),
        ("f becomes complex later", lambda _: integrate(late(lambda x: peak(x) + 1j)), TypeError,
         r"f must return complex numbers from the first call on, or never: f was real.*"
         r"integrate both parts, f\(x\)\.real to drop one"),
        ("f becomes several integrals later",
         lambda _: integrate(late(lambda x: np.stack([peak(x), peak(x)], axis=1))), ValueError,
         r"f must return one value a point, \[512\] for x of shape \(512, 2\), got shape.* \(512, 2\)"),
        ("f is nan later", lambda _: integrate(late(lambda x: peak(x) * np.nan)), ValueError,
         r"f must be finite: 512 of 512 values are nan or inf, the first f\(x\) = nan at.*"
         r"or return 0 there if they may be left out"),
        ("f raises", lambda _: integrate(lambda x: 1 / 0), ZeroDivisionError,
         r"(?s)division by zero.*raised by the integrand at x = \["),
        ("f raises later",
         lambda _: integrate(late(throws(ZeroDivisionError("no such momentum")))), ZeroDivisionError,
         "(?s)no such momentum.*raised by the integrand for a batch of 512 points"),
        ("f raises, without a message", lambda _: integrate(throws(ArithmeticError())), ArithmeticError,
         r"(?s).*raised by the integrand at x = \["),
        ("f reads a coordinate that is not there", lambda _: integrate(lambda x: x[:, 2]), IndexError,
         r"(?s)index 2 is out of bounds for axis 1 with size 2.*"
         r"given one point, x \[2\], instead of many, it"),
        ("f reads columns by name", lambda _: integrate(lambda x: x.a), AttributeError,
         r"(?s)'numpy\.ndarray' object has no attribute 'a'.*raised by the integrand at x = \["),
        ("f uses a name that is not defined", lambda _: integrate(undefined), NameError,
         r"(?s)name 'missing_name' is not defined.*raised by the integrand at x = \["),
        ("f uses math on arrays, and a coordinate that is not there",
         lambda _: integrate(lambda x: math.sin(x[2])), TypeError,
         r"only (0-dimensional|length-1) arrays can be converted to Python scalars"),
        ('f raises MemoryError, with on_error="skip"',
         lambda _: integrate(throws(MemoryError("no room")), on_error="skip"), MemoryError,
         r"(?s)no room.*raised by the integrand at x = \["),
        ('f raises at all points, with on_error="skip"',
         lambda _: integrate(throws(ValueError("no such momentum")), on_error="skip"), ValueError,
         "(?s)no such momentum.*on_error='skip' is of no use: f raised at each of"),
        ('f raises at most points, with on_error="skip"',
         lambda _: integrate(lambda x: 1 / 0 if x[0] > 0.4 else 1.0, on_error="skip"), ZeroDivisionError,
         "(?s)division by zero.*raised by the integrand at 306 of 512 points of a"),
        ("f is complex, with log=True", lambda _: integrate(lambda x: x[:, 0] + 1j, log=True), TypeError,
         r"with log=True f must return log\|f\|, real, got complex values: return the.* real part"),
        ("f returns several logarithms, with log=True",
         lambda _: integrate(lambda x: x, log=True), ValueError,
         r"with log=True f must return one number a point, log\|f\| \[n\], got \[n, 2\]:.*"
         r" integrate them one by one"),
        ("f returns a dict, with log=True", lambda _: integrate(two, log=True), ValueError,
         r"with log=True f must return one number a point, log\|f\| \[n\], got \{'a': \[n\],.*"
         r" 'b': \[n, 2\]\}: integrate them one by one"),
        ("f is nan, with log=True", lambda _: integrate(lambda x: x[:, 0] * np.nan, log=True), ValueError,
         r"with log=True f must return log\|f\|, a number or -inf where f is 0: 5 of 5.*"
         r"or a difference of two infinite ones\?"),
        ("f is +inf, with log=True", lambda _: integrate(lambda x: x[:, 0] + np.inf, log=True), ValueError,
         r"with log=True f must return log\|f\|, a number or -inf where f is 0: 5 of 5.*"
         r"or a difference of two infinite ones\?"),
    ),
)
# fmt: on
