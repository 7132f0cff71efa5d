"""`import iflow` and an easy integral never pay for what only a flow needs."""

import subprocess
import sys
import time

import pytest

HEAVY = (
    "tensorflow",
    "tensorflow_probability",
    "keras",
    "matplotlib",
    "scipy.stats",
    "rich",
)
EASY = """
import integrands, iflow
result = iflow.integrate(integrands.get("gaussian", dim=2), 2, rtol=1e-2, seed=1)
assert result.converged and result.proposal == "uniform", result
"""
LIMIT_SECONDS = 0.5
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


def seconds(script):
    begun = time.perf_counter()
    run(script)
    return time.perf_counter() - begun


def test_import_is_quick():
    # The best of three, because other programs may be busy on the same machine.
    imported, bare = (min(seconds(script) for _ in range(3)) for script in ("import iflow", "pass"))
    assert 0.01 < imported - bare < LIMIT_SECONDS
