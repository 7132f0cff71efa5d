"""What tests of several folders share."""

import signal
import subprocess
import sys

import numpy as np
import pytest

from iflow.history import Iteration
from iflow.point_cloud import PointCloud
from iflow.result import Result
from iflow.statistics.weight_histogram import WeightHistogram

HISTORY = (
    Iteration("survey", 500, 511, 1.1, 0.3, 6.0, 0.1, proposal="uniform", n_needed=4.5e5),
    Iteration("training", 2_000, 2_511, 1.2, 0.1, 3.7, 0.2, beta=0.25, proposal="grid", n_needed=9e4),
    Iteration("training", 2_000, 4_511, 0.95, 0.02, 0.9, 0.3, beta=1.0, loss=0.5, proposal="flow"),
    Iteration("measurement", 10_000, 14_511, 0.9991, 0.0102, 1.0, 0.4, 0.9991, 0.0102, proposal="flow"),
    Iteration(
        "measurement", 10_000, 24_511, 1.0012, 0.0098, 1.0, 0.5, 1.0, 0.0071, 0.02, 0.89, proposal="flow"
    ),
)


@pytest.fixture(scope="session", autouse=True)
def interrupts():
    """Ctrl-C means the same however tests are started: what a shell puts in the background ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="session")
def make_result():
    """Returns a function that makes a result of five iterations; its keywords replace fields."""

    def make(**changes):
        values = {
            "mean": 1.0,
            "sdev": 0.0071,
            "chi2": 0.02,
            "dof": 1,
            "Q": 0.89,
            "neval": 24_522,
            "neval_measured": 20_000,
            "ess": 12_345.0,
            "max_weight_share": 0.001,
            "tail_index": 0.2,
            "n_nonzero": 19_000,
            "proposal": "flow",
            "converged": True,
            "reliable": True,
            "stop_reason": "target",
            "warnings": (),
            "seconds": 1.25,
            "seed": 42,
            "history": HISTORY,
            "weight_histogram": WeightHistogram(np.geomspace(1e-2, 1e2, 41), np.arange(40)[::-1] * 20, 1_000),
            "error_allowed": 0.01,
        }
        return Result(**values | changes)

    return make


@pytest.fixture(scope="session")
def make_cloud():
    """Returns a function that makes n uniform points of the unit cube, weighted by a function of them."""

    def make(f, dim, n=8_000, seed=1, **more):
        x = np.random.default_rng(seed).random((n, dim))
        return PointCloud(x, f(x), **{"u": x} | more)

    return make


@pytest.fixture
def without_xla(monkeypatch):
    """As on a machine where XLA does not compile."""
    from iflow.flow import transport

    transport.compiled.cache_clear()
    monkeypatch.setattr(transport, "xla_works", lambda: False)
    yield
    transport.compiled.cache_clear()


@pytest.fixture
def run_command(monkeypatch, capsys):
    """Returns a function that runs `iflow WORDS` in this process: a program of its own takes a second."""
    from iflow.cli import main

    monkeypatch.setattr("sys.path", [*sys.path])  # the folder of a user's function is added to it

    def run(*words):
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main([*map(str, words)])
        return subprocess.CompletedProcess(words, end.value.code, *capsys.readouterr())

    return run
