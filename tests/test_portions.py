"""Where memory runs out, half as many points are computed at once, and nothing else changes."""

import gc
import re
import sys
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import numpy as np
import pytest

import iflow
import integrands
from iflow.maps import cells_fit, grid, mixture, spline_grid
from iflow.portions import Portions, is_short_of_memory
from iflow.proposal import Uniform

ROOM = 700
RUNS = {
    "uniform": ("polynomial", 4, {"rtol": 1e-2}),
    "spline grid": ("gaussian", 4, {"rtol": 1e-3}),
    "mixture": ("camel", 2, {"rtol": 1e-3}),
    "cells": ("annulus", 2, {"rtol": 3e-3, "minimize": "calls"}),
    "budget": ("camel", 2, {"rtol": 0.0, "max_neval": 50_000, "cost": 1e-7}),
}


class Hungry:
    """An integrand that has memory for so many points at once."""

    def __init__(self, f, room=ROOM, error=MemoryError):
        self.f, self.room, self.error = f, room, error
        self.sizes, self.n_short = [], 0

    def __call__(self, x):
        if len(x) > self.room:
            self.n_short += 1
            raise self.error(f"Unable to allocate for {len(x)} points")
        self.sizes.append(len(x))
        return self.f(x)


def gaussian(x):
    return np.exp(-50.0 * np.square(x - 0.5).sum(axis=1))


def hungry_gaussian(x):
    if len(x) > 300:
        raise MemoryError
    return gaussian(x)


def test_rows_are_computed_in_halves_from_then_on():
    portions, f, rows = Portions("f"), Hungry(lambda x: 2.0 * x, room=3), np.arange(10.0)
    assert portions.rows_of(f, rows).tolist() == (2.0 * rows).tolist()
    assert (f.sizes, f.n_short, portions.most) == ([2] * 5, 2, 2)
    assert portions.told() == "there was no memory to compute f for more than 2 points at once"
    portions.rows_of(f, rows[:5])
    assert (f.sizes[5:], f.n_short) == ([2, 2, 1], 2)


def test_several_arrays_are_joined_one_by_one():
    portions, f = Portions("f"), Hungry(lambda x: (x, x[:, 0]), room=2)
    rows = np.arange(14.0).reshape(7, 2)
    one, other = portions.columns_of(f, rows)
    np.testing.assert_array_equal(one, rows)
    np.testing.assert_array_equal(other, rows[:, 0])


def test_with_enough_memory_nothing_is_copied_or_told():
    portions, rows = Portions("f"), np.arange(6.0)
    assert portions.rows_of(lambda x: x, rows) is rows
    assert portions.rows_of(lambda x: x, rows[:0]).shape == (0,)
    assert portions.told() == ""


def test_where_one_row_is_too_much_that_is_said():
    with pytest.raises(MemoryError) as caught:
        Portions("f").rows_of(Hungry(np.ravel, room=0), np.arange(8.0).reshape(4, 2))
    assert caught.value.__notes__[-1].startswith("there is no memory to compute f even for one point x = [0")


def test_other_exceptions_pass():
    f = Hungry(np.ravel, error=ZeroDivisionError)
    with pytest.raises(ZeroDivisionError):
        Portions("f").rows_of(f, np.zeros(1_000))
    assert f.n_short == 1


def test_what_the_failed_call_held_is_gone_before_the_next():
    held = []

    def f(x):
        assert all(each() is None for each in held)
        mine = np.ones(len(x))
        if len(x) > 1:
            held.append(weakref.ref(mine))
            raise MemoryError
        return mine

    gc.disable()  # it is not to be left to the garbage collector
    try:
        Portions("f").rows_of(f, np.zeros(8))
    finally:
        gc.enable()
    assert len(held) == 3


def test_other_libraries_say_it_in_their_own_ways(monkeypatch):
    class FullError(Exception):
        pass

    class JaxError(RuntimeError):
        __module__ = "jaxlib.xla_extension"

    assert not is_short_of_memory(FullError())
    errors = SimpleNamespace(ResourceExhaustedError=FullError)
    monkeypatch.setitem(sys.modules, "tensorflow", SimpleNamespace(errors=errors))
    assert is_short_of_memory(FullError())
    assert is_short_of_memory(JaxError("RESOURCE_EXHAUSTED: Out of memory"))
    assert not is_short_of_memory(JaxError("INVALID_ARGUMENT"))
    assert not is_short_of_memory(RuntimeError("RESOURCE_EXHAUSTED"))


@pytest.mark.parametrize("name", RUNS)
def test_no_number_depends_on_memory(name):
    integrand, dim, options = RUNS[name]
    f = integrands.get(integrand, dim)
    hungry = Hungry(f)
    result = iflow.integrate(hungry, dim, seed=3, flow=False, **options)
    assert result == iflow.integrate(f, dim, seed=3, flow=False, **options)
    (told,) = result.circumstances
    most = int(re.search(r"compute f for more than (\d+) points at once", told)[1])
    assert ROOM / 2 < most <= ROOM
    assert max(hungry.sizes) == most
    assert hungry.n_short <= 10  # it is remembered
    assert sum(hungry.sizes) == result.neval


@pytest.mark.parametrize(
    ("name", "owner"),
    [
        ("uniform", Uniform),
        ("spline grid", spline_grid.SplineGrid),
        ("spline grid", grid.Grid),
    ],
)
def test_nor_does_it_where_points_are_made(name, owner, monkeypatch):
    integrand, dim, options = RUNS[name]
    f = integrands.get(integrand, dim)
    expected = iflow.integrate(f, dim, seed=3, flow=False, **options)
    place = owner.place

    def hungry(self, u):
        if len(u) > 100:
            raise MemoryError
        return place(self, u)

    monkeypatch.setattr(owner, "place", hungry)
    result = iflow.integrate(f, dim, seed=3, flow=False, **options)
    assert result == expected
    assert "the map of points" in result.circumstances[0]


@pytest.mark.parametrize("dim", [2, 8])
@pytest.mark.parametrize("kind", ["mixture", "cells"])
def test_maps_of_all_points_together_do_not_care_how_many_there_are(kind, dim):
    rng = np.random.default_rng(dim)
    if kind == "mixture":
        factors = 0.1 * (np.eye(dim) + np.tril(rng.uniform(-0.5, 0.5, (5, dim, dim)), -1))
        proposal = mixture.GaussianMixture(rng.random(5), rng.random((5, dim)), factors)
    else:
        y = rng.random((20_000, dim))
        proposal = cells_fit.fit_cells(y, np.exp(-50.0 * np.square(y - 0.3).sum(axis=1)), depth=8, rng=rng)
    u = rng.random((5_000, proposal.latent_dim))
    portions = Portions("points")
    portions.most = 77
    for one, other in zip(proposal.place(u), portions.columns_of(proposal.place, u), strict=True):
        np.testing.assert_array_equal(one, other)


def test_points_that_are_skipped_stay_skipped():
    def f(x):
        if (x[:, 0] > 0.99).any():
            raise ValueError("not there")
        return gaussian(x)

    options = {"rtol": 1e-2, "seed": 2, "on_error": "skip", "flow": False}
    result, expected = iflow.integrate(Hungry(f), 3, **options), iflow.integrate(f, 3, **options)
    assert expected.n_skipped > 0
    assert (result.mean, result.sdev, result.neval) == (expected.mean, expected.sdev, expected.neval)
    assert result.n_skipped == expected.n_skipped


def test_it_is_told_as_it_happens(caplog):
    caplog.set_level("DEBUG", "iflow")
    iflow.integrate(Hungry(gaussian), 3, rtol=1e-3, seed=1, flow=False)
    told = [record.message for record in caplog.records if record.levelname == "WARNING"]
    assert len(told) == len(set(told)) >= 1


def test_a_point_that_is_too_much_ends_the_run_and_is_named():
    def f(x):
        if (x[:, 0] > 0.95).any():
            raise MemoryError("bad_alloc")
        return gaussian(x)

    with pytest.raises(MemoryError, match="bad_alloc") as caught:
        iflow.integrate(f, 3, seed=2, flow=False)
    notes = " ".join(caught.value.__notes__)
    assert re.search(r"no memory to compute f even for one point x = \[0\.9[5-9]", notes)


def test_a_function_of_one_point_is_not_computed_twice():
    n_calls = [0, 0]
    for number, at in enumerate((10**9, 300)):

        def f(x, number=number, at=at):
            n_calls[number] += 1
            if n_calls[number] == at:
                raise MemoryError
            return float(np.exp(-50.0 * np.square(x - 0.5).sum())) if x.ndim == 1 else 1 / 0

        if at == 300:
            with pytest.raises(MemoryError):
                iflow.integrate(f, 3, rtol=0.1, seed=2, flow=False, max_neval=2_000)
            assert n_calls[number] == at


@pytest.mark.parametrize("how", ["threads", "processes", "measurement on processes"])
def test_on_workers_too(how):
    options = {"rtol": 1e-3, "seed": 3, "flow": False}
    expected = iflow.integrate(gaussian, 3, **options)
    if how == "threads":
        with ThreadPoolExecutor(2) as pool:
            result = iflow.integrate(hungry_gaussian, 3, executor=pool, **options)
    else:
        offload = "measurement" if "measurement" in how else "integrand"
        result = iflow.integrate(hungry_gaussian, 3, workers=2, offload=offload, **options)
    assert result == expected
    assert "no memory to compute" in " ".join(result.circumstances)


def test_the_thread_with_the_least_memory_counts():
    portions, both = Portions("f"), threading.Barrier(2, timeout=10)

    def f(x):
        if len(x) == 8:
            both.wait()
        if len(x) > 2:
            raise MemoryError
        return x

    with ThreadPoolExecutor(2) as pool:
        for found in pool.map(lambda _: portions.rows_of(f, np.arange(8.0)), range(2)):
            assert found.tolist() == [*range(8)]
    assert portions.most == 2
