"""What is misused: integrands, and runs that are made once for all rows."""

from __future__ import annotations

import atexit
import functools
import shutil
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np

import iflow

QUICK: dict[str, Any] = {"max_neval": 1_000, "seed": 1, "flow": False}


def peak(x):
    """A Gaussian in the middle of the unit cube."""
    return np.exp(-np.square(x - 0.5).sum(axis=1))


def two(x):
    """Two integrals by name: one number, and two in a row."""
    return {"a": x[:, 0], "b": x}


class Peak:
    """A class, where an object of it is meant."""

    def __call__(self, x):
        """The peak."""
        return peak(x)


async def coroutine(x):
    """Has to be run by somebody."""
    return peak(x)


def generator(x):
    """Yields its values."""
    yield from peak(x)


def random():
    """Returns an integrand with other values each time."""
    rng = np.random.default_rng(1)
    return lambda x: rng.random(len(x))


def slow(x):
    """Takes 5 ms for a batch."""
    time.sleep(0.005)
    return peak(x)


class BrokenCoupling:
    """A density that does not tell its number of parameters."""

    cdf = quantile = peak

    @staticmethod
    def n_params(bins):
        """Raises."""
        raise ValueError("no such number")


def unbalanced(x):
    """Momenta of three particles that do not balance."""
    return np.broadcast_to([2.0, 1.0, 0.0, 0.0], (len(x), 3, 4))


def late(wrong):
    """Returns an integrand that is in order while it is probed, and wrong for larger batches."""
    return lambda x: peak(x) if len(x) < 100 else wrong(x)


def throws(error):
    """Returns a function that raises errors like this one, a new one each time."""

    def function(*args, **kwargs):
        raise type(error)(*error.args)

    return function


def integrate(f=peak, region=2, **options):
    """Integrates with few evaluations; what is doubtful is raised."""
    return iflow.integrate(f, region, **QUICK | options)


def change(forward, region=2):
    """Integrates over a region of changed variables."""
    return integrate(region=iflow.Change(region, forward))


def fresh(f=peak, **options):
    """Returns an integrator that has only probed f."""
    return iflow.Integrator(f, 2, **QUICK | options)


@functools.cache
def done():
    """Returns an integrator that has done its work."""
    integrator = fresh()
    integrator.integrate()
    return integrator


@functools.cache
def result():
    """Returns a result of one integral."""
    return integrate()


@functools.cache
def results():
    """Returns results of several integrals."""
    return integrate(two)


@functools.cache
def comparison():
    """Returns a comparison of methods."""
    return iflow.compare(peak, 2, **QUICK)


@functools.cache
def events():
    """Returns weighted events with an observable."""
    return fresh().sample(200, observables={"y": lambda x: x[:, 0] ** 2})


@functools.cache
def events_of_two():
    """Returns weighted events of several integrals."""
    return fresh(two).sample(200)


def particles(momenta="p", **more):
    """Returns three particles, two of which come in."""
    return iflow.Particles((11, -11, 13), momenta, **more)


def first(x):
    """The first coordinate."""
    return x[:, 0]


HISTOGRAMS = iflow.Histograms(peak, {"x0": (first, np.linspace(0, 1, 5))})


@functools.cache
def histogram_results():
    """Returns the results of a histogram."""
    return integrate(HISTOGRAMS)


@functools.cache
def _kept():
    """Returns a folder with a run, and the file of an integrator; it is there as long as the process."""
    place = Path(tempfile.mkdtemp(prefix="misuse-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    integrate(checkpoint=place / "run")
    done().save(place / "trained.npz")
    return place


def stored(path="run"):
    """Puts a short run into a folder, and returns its path."""
    shutil.copytree(_kept() / "run", path)
    return path


def saved(path="trained.npz"):
    """Puts an integrator into a file, and returns its path."""
    shutil.copy(_kept() / "trained.npz", path)
    return path


def make_file(name="taken"):
    """Makes a file, and returns its name."""
    Path(name).write_text("taken", encoding="utf-8")
    return name


def make_folder(name="folder"):
    """Makes a folder, and returns its name."""
    Path(name).mkdir()
    return name


def shut_down():
    """Returns an executor that takes no more work."""
    executor = ThreadPoolExecutor(1)
    executor.shutdown()
    return executor


def without(module, call):
    """Returns call(), as where a module is not installed."""
    with mock.patch.dict(sys.modules, {module: None}):
        return call()


def stopped():
    """Returns an integrator that a callback stops as it learns."""
    return iflow.Integrator(peak, 2, max_neval=20_000, rtol=1e-6, seed=1, callback=throws(StopIteration()))


def compare(f=peak, **options):
    """Compares methods with few evaluations."""
    return iflow.compare(f, 2, **QUICK | options)


def histogram_of(observable):
    """Integrates the histogram of an observable."""
    return integrate(iflow.Histograms(peak, {"x0": (observable, [0, 1])}))


def unpack_three(values):
    """Unpacks a mean, an error and something else."""
    mean, sdev, more = values
    return mean, sdev, more


def undefined(x):
    """Uses what is not there."""
    return missing_name(x)  # noqa: F821


def put(target, name, value):
    """Sets an attribute."""
    setattr(target, name, value)
