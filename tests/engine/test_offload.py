"""The measurement on workers: the same numbers bit for bit, and only where that is faster."""

import math
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import gvar
import numpy as np
import pytest

import iflow
from iflow.engine.offload import MeasuringKernel, Offload
from iflow.executors import Crew, engines
from iflow.executors.chunking import Chunking
from iflow.proposal import Uniform
from iflow.sampler import Sampler


def two_peaks(x):
    near, far = np.square(x - 1 / 3).sum(axis=1), np.square(x - 2 / 3).sum(axis=1)
    return np.exp(-25 * near) + np.exp(-25 * far)


def moments(x):
    f = two_peaks(x)
    return {"norm": f, "mean": f[:, np.newaxis] * x}


def by_name(r, phi):
    return r * np.cos(phi) ** 2


def logarithm(x):
    return -1e3 - 50.0 * np.square(x - 0.4).sum(axis=1)


CASES = {
    "nets": (two_peaks, 4, {}),
    "independent": (two_peaks, 4, {"points": "random"}),
    "several": (moments, 3, {}),
    "several independent": (moments, 3, {"points": "random"}),
    "logarithm": (logarithm, 3, {"log": True}),
    "names": (by_name, {"r": (0, 1), "phi": (0, 2 * math.pi)}, {}),
    "infinite": (lambda x: np.exp(-0.5 * np.square(x[:, 0] - 3.0)), [(-math.inf, math.inf)], {}),
    "one point": (lambda x: float(np.prod(x)), 2, {"max_neval": 5_000}),
    "more than a batch": (two_peaks, 2, {"max_neval": 300_000}),
}


def everything_in(result):
    """Returns all that a result says but what the clock has a say in."""
    run = getattr(result, "run", result)
    rows = [(row.phase, row.neval, row.mean, row.sdev, row.running_mean) for row in run.history]
    warnings = [
        warning for warning in run.warnings if not ("it costs" in warning or "not in neval" in warning)
    ]
    said = [warnings, run.neval, run.mean, run.sdev, run.chi2, run.ess, run.tail_index, run.Q, rows]
    said += [run.max_weight_share, run.n_nonzero, run.weight_histogram.counts.tolist()]
    if run is not result:
        both = [result["norm"].gvar, *result["mean"].gvar]
        said += [gvar.mean(both).tolist(), gvar.evalcov(both).tolist()]
    return repr(said)


@pytest.mark.parametrize("name", CASES)
def test_no_number_depends_on_who_measures(name):
    f, region, options = CASES[name]
    options = {"rtol": 0.0, "max_neval": 8_000, "seed": 1} | options
    here = iflow.integrate(f, region, **options)
    for offload in ("measurement", "integrand"):
        with ThreadPoolExecutor(3) as executor:
            there = iflow.integrate(f, region, **options, executor=executor, offload=offload)
        assert everything_in(there) == everything_in(here)


def test_processes_measure_with_a_flow_that_they_are_sent_once():
    options = {"rtol": 0.0, "max_neval": 10_000, "seed": 1, "flow": True, "hidden": (4,), "steps": 4}
    options |= {"coupling": "linear", "bins": 4}
    # In 2 dimensions couplings have one shape, which each of three processes has to compile.
    here = iflow.integrate(two_peaks, 2, **options)
    there = iflow.integrate(two_peaks, 2, **options, workers=2, offload="measurement")
    assert here.proposal == "flow"
    assert everything_in(there) == everything_in(here)


def test_what_is_sent_holds_neither_points_nor_tensorflow():
    sampler = Sampler(two_peaks, 4, seed=1, max_neval=10**6)
    crew = Crew(lambda: engines.local(2))
    payload = crew.pack(MeasuringKernel(sampler.on_worker(), Uniform(4)))
    assert len(payload.pickled) < 10_000
    assert b"tensorflow" not in payload.pickled


def test_an_exception_names_its_point_and_what_came_back_is_kept():
    broken = [True]

    def f(x):
        if broken[0] and np.any(x[:, 0] > 0.9999):
            raise ArithmeticError("no value here")
        return two_peaks(x)

    options = {"rtol": 0.0, "max_neval": 200_000, "seed": 1, "flow": False, "retries": 0}
    whole = iflow.integrate(two_peaks, 2, **options)
    with ThreadPoolExecutor(2) as executor:
        integrator = iflow.Integrator(f, 2, **options, executor=executor, offload="measurement")
        broken[0] = False
        integrator.train()
        broken[0] = True
        with pytest.raises(ArithmeticError, match="no value here") as raised:
            integrator.integrate()
        assert any("raised by the integrand at x = [0.999" in note for note in raised.value.__notes__)
        broken[0] = False
        assert everything_in(integrator.integrate()) == everything_in(whole)


KILLED = """
import os, sys
from concurrent.futures import ThreadPoolExecutor
import iflow
from test_offload import two_peaks

n = [0]

def f(x):
    n[0] += len(x)
    if n[0] > 500_000:
        os._exit(9)
    return two_peaks(x)

with ThreadPoolExecutor(2) as executor:
    options = dict(rtol=0.0, max_neval=700_000, seed=1, flow=False)
    iflow.integrate(f, 2, **options, executor=executor, offload="measurement", checkpoint=sys.argv[1])
"""


def test_a_run_that_is_killed_ends_as_if_it_had_not_been(tmp_path):
    whole = iflow.integrate(two_peaks, 2, rtol=0.0, max_neval=700_000, seed=1, flow=False)
    command = [sys.executable, "-c", KILLED, str(tmp_path / "run")]
    path = f"{Path(__file__).parent}{os.pathsep}{Path(iflow.__file__).parents[1]}"
    killed = subprocess.run(command, env={**os.environ, "PYTHONPATH": path}, timeout=120)
    assert killed.returncode == 9
    with ThreadPoolExecutor(2) as executor:
        resumed = iflow.resume(tmp_path / "run", two_peaks, executor=executor, offload="measurement")
    assert everything_in(resumed) == everything_in(whole)


class Clocked:
    """A sampler of which it is known what f takes."""

    keeps_only_sums, norm = True, None

    def __init__(self, seconds_per_call):
        self.seconds_per_call = seconds_per_call
        self.domain = Sampler(two_peaks, 4, seed=1, max_neval=10**6).domain


class Place(Uniform):
    """Uniform points, and seconds that they are said to take."""

    def __init__(self, seconds):
        super().__init__(4)
        self.seconds = seconds


def offload_of(monkeypatch, *, own, each, n_workers, when="auto"):
    crew = Crew(lambda: engines.Engine(None, n_workers, Chunking()))
    offload = Offload(crew, Clocked(each), Uniform(4), when=when)
    monkeypatch.setattr(offload, "_own", lambda: own)
    return offload


@pytest.mark.parametrize(
    ("own", "each", "n_workers", "n", "pays"),
    [
        (5e-6, 1e-7, 8, 10**7, True),  # points cost more than f
        (5e-6, 1e-7, 8, 10**4, False),  # too few to start anything
        (5e-6, 1e-2, 8, 10**7, False),  # f is all that counts
        (5e-6, 1e-3, 1_000, 10**7, True),  # so many workers that one process cannot keep them busy
        (5e-6, 1e-7, 1, 10**7, False),  # nobody to share with
    ],
)
def test_pays_where_points_cost_more_than_workers_take(monkeypatch, own, each, n_workers, n, pays):
    assert offload_of(monkeypatch, own=own, each=each, n_workers=n_workers).pays(n) is pays
    for when in ("integrand", "measurement"):
        offload = offload_of(monkeypatch, own=own, each=each, n_workers=n_workers, when=when)
        assert offload.pays(n) is (when == "measurement")


def test_workers_do_not_each_settle_the_norm_of_several_integrals():
    from iflow import Integrator

    with ThreadPoolExecutor(2) as pool:
        run = Integrator(
            lambda x: x, 2, seed=0, max_neval=500, flow=False, executor=pool, offload="measurement"
        )
        run.train()  # with so few evaluations nothing is drawn before the measurement
        assert not run._sampler.norm.is_settled
        assert not run._offload().pays(1_000)
        run.integrate()
        assert run._offload().pays(1_000)
        run.close()
