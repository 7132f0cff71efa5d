"""What is told of where on a worker an exception was raised."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import iflow
from iflow.executors.work import compute_here
from iflow.integrand import Integrand
from iflow.integrand.pending import Kernel


def inner(x):
    raise ValueError("no solution")


def outer(x):
    return inner(x)


def reply_of(kernel):
    return compute_here(kernel, np.zeros((1, 2)), "somewhere")


def test_it_is_the_lines_of_the_users_functions_alone():
    error = reply_of(outer).error
    (note,) = error.__notes__
    assert note.startswith("on a worker (somewhere), at\n")
    assert "in outer" in note
    assert "in inner" in note
    assert "compute_here" not in note
    assert "no solution" not in note.splitlines()[-1].replace('raise ValueError("no solution")', "")
    assert error.__traceback__ is None


def test_what_it_was_raised_from_is_told():
    def f(x):
        try:
            inner(x)
        except ValueError as error:
            raise KeyError("unknown") from error

    (note,) = reply_of(f).error.__notes__
    assert "ValueError: no solution\nand then, at\n" in note
    assert "in f" in note.split("and then, at")[1]


def test_a_refusal_of_iflow_has_no_lines_that_would_help():
    """The lines of f are not among them: it has returned."""
    integrand = Integrand(lambda x: np.where(x[:, 0] == 0.0, np.nan, 1.0), 2)
    integrand.probe(np.full((5, 2), 0.5))
    error = reply_of(Kernel(integrand)).error
    assert "f must be finite" in str(error)
    assert not hasattr(error, "__notes__")


def test_it_says_the_point_the_lines_and_the_chunk_once_each():
    def f(x):
        if (x[:, 0] > 0.99).any():
            inner(x)
        return x[:, 0]

    with ThreadPoolExecutor(2) as threads, pytest.raises(ValueError, match="no solution") as caught:
        iflow.integrate(f, 2, seed=1, flow=False, executor=threads)
    told = "\n".join(caught.value.__notes__)
    assert told.count("raised by the integrand at x = [") == 1
    assert told.count("in inner") == 1
    assert told.count("the chunk of ") == 1
