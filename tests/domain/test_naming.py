"""Variables by name."""

import functools
import math
import re

import numpy as np
import pytest

import iflow
from iflow.domain import Domain, Integers, ball

REGION = {"x": (0, 1), "theta": (0, math.pi)}


def f(x, theta):
    return x**2 * np.sin(theta)


class Callable:
    def __call__(self, x, theta):
        return f(x, theta)


FUNCTIONS = {
    "by name": f,
    "other order": lambda theta, x: f(x, theta),
    "keyword only": lambda *, theta, x: f(x, theta),
    "anything": lambda **given: f(**given),
    "a default": lambda x, theta, scale=1.0: f(x, theta) * scale,
    "partial": functools.partial(lambda x, theta, scale: f(x, theta) * scale, scale=1.0),
    "an object": Callable(),
    "of one point": lambda x, theta: x**2 * math.sin(theta),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_f_is_called_by_name(name):
    """4.5 sigma at a fixed seed."""
    result = iflow.integrate(FUNCTIONS[name], REGION, seed=1, rtol=0.01)
    assert abs(result.mean - 2 / 3) < 4.5 * result.sdev
    assert any("one point at a time" in warning for warning in result.warnings) == (name == "of one point")


def test_what_f_is_handed():
    domain = Domain({"p": ball(3), "k": Integers(0, 4), "v": [(0, 1), (2, 3)], "t": (0, 1)})
    assert domain.names == ("p0", "p1", "p2", "k", "v0", "v1", "t")
    assert (domain.dim, domain.n_coordinates) == (7, 7)
    x = np.arange(14.0).reshape(2, 7)
    args, kwargs = domain.present(x)
    assert args == ()
    assert {name: value.shape for name, value in kwargs.items()} == {
        "p": (2, 3),
        "k": (2,),
        "v": (2, 2),
        "t": (2,),
    }
    np.testing.assert_array_equal(kwargs["v"], [[4, 5], [11, 12]])
    assert all(value.flags.c_contiguous for value in kwargs.values())
    _, one = domain.present(x[1])
    assert isinstance(one["t"], float)
    assert one["t"] == 13.0
    np.testing.assert_array_equal(one["p"], [7, 8, 9])


def test_coordinates_without_names_are_numbered_and_handed_over_as_they_are():
    domain, x = Domain([(0, 1), (0, 1)]), np.ones((3, 2))
    args, kwargs = domain.present(x)
    assert args[0] is x
    assert (kwargs, domain.names, domain.is_named) == ({}, ("x0", "x1"), False)


@pytest.mark.parametrize(
    ("g", "message"),
    [
        (
            lambda x, thta: x,
            "it has no argument 'theta'; the region has no variable 'thta'; did you mean 'thta' for",
        ),
        (lambda x: x, "(x) is called with x, theta; it has no argument 'theta'"),
        (lambda x, theta, mass: x, "the region has no variable 'mass'"),
        (lambda x, theta, /: x, "arguments before '/' cannot be given by name"),
    ],
)
def test_names_that_do_not_fit_are_told(g, message):
    with pytest.raises(TypeError, match=re.escape(message)):
        iflow.integrate(g, REGION)


@pytest.mark.parametrize(
    ("region", "error", "message"),
    [
        ({}, ValueError, "region must name at least one variable, got an empty dict"),
        ({1: (0, 1)}, TypeError, "variables must be named by identifiers, f being called with them, got 1"),
        ({"a b": (0, 1)}, TypeError, "got 'a b'"),
        (
            {"x": (1, 0)},
            ValueError,
            "variable 'x': low must be less than high, got (1.0, 0.0); the limits are rev",
        ),
        ({"x": [(0, 1), (1, 1)]}, ValueError, "variable 'x', axis 1: low must be less than high"),
        ({"x": {"y": (0, 1)}}, TypeError, "variable 'x' must have limits of its own, got a dict"),
        (
            {"x": "0 to 1"},
            TypeError,
            "variable 'x' must be a (low, high) pair, Integers, a Change of variables",
        ),
        ({"x": 1.0}, TypeError, "variable 'x' must be a (low, high) pair"),
    ],
)
def test_refuses(region, error, message):
    with pytest.raises(error, match=re.escape(message)):
        Domain(region)


def test_the_same_numbers_as_without_names():
    named = iflow.integrate(f, REGION, seed=3)
    plain = iflow.integrate(lambda x: f(x[:, 0], x[:, 1]), list(REGION.values()), seed=3)
    assert (named.mean, named.sdev, named.neval) == (plain.mean, plain.sdev, plain.neval)
