"""`import iflow` and an easy integral never pay for what only a flow needs."""

import os
import subprocess
import sys

import pytest

HEAVY = (
    "tensorflow",
    "tensorflow_probability",
    "keras",
    "matplotlib",
    "scipy.stats",
    "rich",
    # What computes on workers comes with the first of them.
    "loky",
    "cloudpickle",
    "distributed",
    "mpi4py",
    "ray",
    "concurrent.futures.process",
    "iflow.executors.foreman",
    "iflow.executors.work",
)
# The import alone does without these; an integral may need packages that bring them along.
FOR_LATER = ("multiprocessing", "socket")
EASY = """
import integrands, iflow
result = iflow.integrate(integrands.get("gaussian", dim=2), 2, rtol=1e-2, seed=1)
assert result.converged and result.proposal == "uniform", result
"""
# Times what importing NumPy alone takes, which is 0.1 to 0.2 s: seconds would tell of the machine.
LIMIT = 4.0
pytestmark = pytest.mark.clock


def run(script):
    process = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stderr
    return process.stdout


@pytest.fixture(scope="module", params=["import iflow", EASY], ids=["import", "easy integral"])
def loaded(request):
    return set(run(request.param + "\nimport sys\nprint(*sys.modules)").split())


@pytest.mark.parametrize("module", HEAVY)
def test_heavy_packages_stay_out(loaded, module):
    assert "iflow.integrator" in loaded
    assert module not in loaded


def test_the_import_alone_brings_nothing_that_processes_need():
    loaded = set(run("import iflow, sys\nprint(*sys.modules)").split())
    assert not loaded & {*FOR_LATER}


def seconds(script):
    """Returns the processor time of a script: the clock on the wall would tell of other programs, too."""
    before = os.times()
    run(script)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def test_import_is_quick():
    # The best of three, because other programs share caches and cores.
    imported, numpy, bare = (
        min(seconds(script) for _ in range(3)) for script in ("import iflow", "import numpy", "pass")
    )
    assert numpy - bare < imported - bare < LIMIT * (numpy - bare)
