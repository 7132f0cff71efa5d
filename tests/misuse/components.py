"""Several integrals at once, judged by what is not there."""

from __future__ import annotations

import numpy as np

from tests.misuse.case import cases
from tests.misuse.subjects import integrate, throws, two

# A row: what the user did, how, what is raised, and what that says.
# fmt: off
CASES = (
    # Several integrals.
    *cases("integrate",
        ("component is named where there is one integral", lambda _: integrate(component="a"), ValueError,
         "component = 'a', but f returns a single integral: leave component out"),
        ("component is numbered where there is one integral", lambda _: integrate(component=0), ValueError,
         "component = 0, but f returns a single integral: leave component out"),
        ("component is no integral's name", lambda _: integrate(two, component="c"), ValueError,
         "component must be the name of an integral, got 'c': f returns 'a', 'b'"),
        ("component is a part by the name of results", lambda _: integrate(two, component="b[1]"), ValueError,
         r"component must be the name of an integral, got 'b\[1\]': f returns 'a', 'b'"),
        ("component is a number, but integrals have names", lambda _: integrate(two, component=7), ValueError,
         "component must be the name of an integral, got 7: f returns 'a', 'b'"),
        ("component has an index that is not there", lambda _: integrate(two, component=("b", 5)), ValueError,
         r"component \('b', 5\) must be an index of integrals of shape \[2\]: index 5 is.*"
         r" out of bounds for axis 0 with size 2"),
        ("component has an index where there is one number",
         lambda _: integrate(two, component=("a", 0)), ValueError,
         r"component \('a', 0\) must be an index of integrals of shape \[\]: too many.*"
         r"is 0-dimensional, but 1 were indexed"),
        ("component is an empty tuple", lambda _: integrate(two, component=()), ValueError,
         r"component must be the name of an integral, got \(\): f returns 'a', 'b'"),
        ("component is a float", lambda _: integrate(two, component=0.5), TypeError,
         r"component must be a name, an index or \(name, index\) of an integral, got 0\.5"),
        ("component is a list", lambda _: integrate(two, component=[0]), TypeError,
         r"component must be a name, an index or \(name, index\) of an integral, got \[0\]"),
        ("component is True", lambda _: integrate(two, component=True), TypeError,
         r"component must be a name, an index or \(name, index\) of an integral, got True"),
        ("norm is unknown", lambda _: integrate(two, norm="l3"), ValueError,
         "norm must be one of l2, l1, max, got 'l3'"),
        ("norm is a number", lambda _: integrate(two, norm=2), ValueError,
         r"norm must be one of l2, l1, max, got 2; did you mean 'l2'\?"),
        ("norm is None", lambda _: integrate(two, norm=None), ValueError,
         "norm must be one of l2, l1, max, got None"),
        ("norm is a function, and there is a checkpoint",
         lambda _: integrate(two, norm=np.max, checkpoint="run"), ValueError,
         "norm must be one of l2, l1, max where there is a checkpoint, got a.*"
         " function, which cannot be stored"),
        ("norm returns all values", lambda _: integrate(two, norm=lambda values: values), ValueError,
         r"norm must return one number a point, \[512\] for values of shape \(512, 3\),.*"
         r" got shape \(512, 3\)"),
        ("norm returns one number for all points",
         lambda _: integrate(two, norm=lambda values: values.sum()), ValueError,
         r"norm must return one number a point, \[512\] for values of shape \(512, 3\),.* got shape \(\)"),
        ("norm returns None", lambda _: integrate(two, norm=lambda values: None), TypeError,
         r"norm must return real numbers, \[n\] for values \[n, k\], got None"),
        ("norm returns text", lambda _: integrate(two, norm=lambda values: ["a"] * len(values)), TypeError,
         r"norm must return real numbers, \[n\] for values \[n, k\], got dtype <U1"),
        ("norm returns complex numbers",
         lambda _: integrate(two, norm=lambda values: values[:, 0] * 1j), TypeError,
         r"norm must return real numbers, \[n\] for values \[n, k\], got dtype complex128"),
        ("norm returns nan", lambda _: integrate(two, norm=lambda values: values[:, 0] * np.nan), ValueError,
         r"norm must be finite and >= 0, got nan for values \["),
        ("norm is negative", lambda _: integrate(two, norm=lambda values: -values[:, 0] - 1), ValueError,
         "norm must be finite and >= 0, got "),
        ("norm takes no argument", lambda _: integrate(two, norm=lambda: 1), TypeError,
         r"<lambda>\.<locals>\.<lambda>\(\) takes 0 positional arguments but 1 was given"),
        ("norm raises",
         lambda _: integrate(two, norm=throws(ZeroDivisionError("no such norm"))), ZeroDivisionError,
         "(?s)no such norm.*raised by norm, called with the values of f,"),
    ),
)
# fmt: on
