"""The pages, built once however many processes run tests of them."""

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Folders that pages are made of, or link to.
LINKED = ("benchmarks", "examples", "iflow", "integrands", "tests")


def build(folder):
    """Builds a copy of docs/, without running the examples, into folder/site."""
    shutil.copytree(ROOT / "docs", folder / "docs", ignore=shutil.ignore_patterns("gallery", "__pycache__"))
    for name in LINKED:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in ROOT.glob("*.md"):
        shutil.copy(path, folder)
    command = [sys.executable, "-m", "sphinx", "-q", "--fail-on-warning", "--keep-going"]
    command += ["-D", "plot_gallery=0", "-d", folder / "doctrees", folder / "docs", folder / "site"]
    environment = os.environ | {"PYTHONPATH": str(folder), "OMP_NUM_THREADS": "1"}
    process = subprocess.run(
        command, capture_output=True, text=True, env=environment, timeout=600, check=False
    )
    (folder / "log.txt").write_text(process.stdout + process.stderr, encoding="utf-8")
    (folder / "status.txt").write_text(str(process.returncode), encoding="utf-8")


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """Returns a folder with site/, the log of the build and its exit status."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent  # which all workers of a run have in common
    folder = shared / "pages"
    with open(shared / "pages.lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "status.txt").exists():
            build(folder)
    return folder


@pytest.fixture(scope="session")
def site(built):
    """Returns the folder of the built pages; without warnings or not, that is another test's matter."""
    return built / "site"
