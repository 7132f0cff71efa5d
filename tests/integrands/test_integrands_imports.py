"""`integrands` stands on NumPy alone."""

import os
import subprocess
import sys

import pytest

USE_ALL = """
import integrands
for family in integrands.families():
    f = family.build()
    f([[0.3] * f.dim])
"""


def modules_after(script):
    """Names of the top-level modules that a fresh interpreter holds after running `script`."""
    report = '\nimport sys\nprint(*{name.partition(".")[0] for name in sys.modules})'
    process = subprocess.run(
        [sys.executable, "-c", script + report],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(process.stdout.split())


@pytest.fixture(scope="module")
def loaded():
    """The modules loaded once every integrand has been used."""
    return modules_after(USE_ALL)


@pytest.mark.parametrize("module", ["iflow", "scipy", "tensorflow"])
def test_heavy_packages_stay_out(loaded, module):
    assert "integrands" in loaded
    assert module not in loaded


def test_nothing_but_numpy_is_added(loaded):
    # Against a bare interpreter with NumPy, since an environment may load hooks of its own.
    added = loaded - modules_after("import numpy.random") - set(sys.stdlib_module_names)
    assert added == {"integrands"}
