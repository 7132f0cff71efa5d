"""The wheel holds all that is needed, and works from an empty folder."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")
WORKS = """
import iflow, integrands
print(iflow.__file__, integrands.__file__, sep="\\n")
f = integrands.get("camel", dim=2)
result = iflow.integrate(f, 2, rtol=0.01, seed=1, flow=False)
assert abs(result.mean - f.exact) < 5 * result.sdev, result
"""


def run(*command, **options):
    process = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    assert process.returncode == 0, process.stdout + process.stderr
    return process.stdout


def tracked_files():
    """What a clone holds; a file that somebody forgot to add is missing from it, and from the wheel."""
    names = run("git", "ls-files", "-z", cwd=ROOT).split("\0")
    return [Path(name) for name in names if name and (ROOT / name).is_file()]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """A wheel built from a copy of the tracked files, so that the build leaves nothing behind here."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a clone: which files belong to the project is not known")
    source, built = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in tracked_files():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, source / name)
    run(*PIP, "wheel", "--no-deps", "--no-build-isolation", "--no-index", "-w", str(built), str(source))
    (path,) = built.glob("iflow-*.whl")
    return path


def test_the_wheel_holds_every_module_and_nothing_else(wheel):
    expected = {str(p) for p in tracked_files() if p.parts[0] in ("iflow", "integrands")}
    assert {"iflow/flow/coupling.py", "iflow/py.typed", "integrands/camel.py"} <= expected
    with zipfile.ZipFile(wheel) as archive:
        found = {name for name in archive.namelist() if ".dist-info/" not in name}
        licences = [name for name in archive.namelist() if name.endswith("LICENSE")]
    assert found == expected
    assert len(licences) == 1


def test_the_wheel_works_from_an_empty_folder(wheel, tmp_path):
    target, empty = tmp_path / "target", tmp_path / "empty"
    empty.mkdir()
    run(*PIP, "install", "--no-deps", "--no-index", "--target", str(target), str(wheel))
    printed = run(sys.executable, "-c", WORKS, cwd=empty, env={**os.environ, "PYTHONPATH": str(target)})
    assert [Path(line).parents[1] for line in printed.splitlines()] == [target, target]
    assert list(empty.iterdir()) == []


def test_the_wheel_installs_the_command(wheel):
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith("entry_points.txt"))
        assert "iflow = iflow.cli:main" in archive.read(name).decode()
