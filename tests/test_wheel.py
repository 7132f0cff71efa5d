"""The sdist holds what git tracks; the wheel made of it holds all that it needs, and says so to an index."""

import email
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

import iflow
from supply.lowest import read_requirements

ROOT = Path(__file__).parents[1]
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")
SDIST = "import sys; from setuptools import build_meta; print(build_meta.build_sdist(sys.argv[1]))"
WORKS = """
import iflow, integrands
print(iflow.__file__, integrands.__file__, sep="\\n")
f = integrands.get("camel", dim=2)
result = iflow.integrate(f, 2, rtol=0.01, seed=1, flow=False)
assert abs(result.mean - f.exact) < 5 * result.sdev, result
"""
# Written by setuptools, beside what it is given.
WRITTEN = re.compile(r"PKG-INFO|iflow\.egg-info/.*")
TARGET = re.compile(r"\]\((?P<markdown>[^)\s]*)|\b(?:src|href)=\"(?P<html>[^\"]*)")
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def run(*command, **options):
    process = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    assert process.returncode == 0, process.stdout + process.stderr
    return process.stdout


def tracked_files():
    """What a clone holds; a file that somebody forgot to add is missing from it, and from the wheel."""
    names = run("git", "ls-files", "-z", cwd=ROOT).split("\0")
    return [Path(name) for name in names if name and (ROOT / name).is_file()]


@pytest.fixture(scope="module")
def sdist(tmp_path_factory):
    """An sdist built from a copy of the tracked files, so that the build leaves nothing behind here."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a clone: which files belong to the project is not known")
    source, built = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("sdist")
    for name in tracked_files():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, source / name)
    run(sys.executable, "-c", SDIST, str(built), cwd=source)
    (path,) = built.glob("iflow-*.tar.gz")
    return path


@pytest.fixture(scope="module")
def unpacked(sdist, tmp_path_factory):
    """The only folder in the sdist."""
    folder = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    (only,) = folder.iterdir()
    return only


@pytest.fixture(scope="module")
def wheel(unpacked, tmp_path_factory):
    """The wheel, made of the sdist as an index makes it."""
    built = tmp_path_factory.mktemp("wheel")
    run(*PIP, "wheel", "--no-deps", "--no-build-isolation", "--no-index", "-w", str(built), str(unpacked))
    (path,) = built.glob("iflow-*.whl")
    return path


@pytest.fixture(scope="module")
def metadata(wheel):
    """What an index and pip read."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith("/METADATA"))
        return email.message_from_string(archive.read(name).decode())


def test_the_sdist_holds_what_git_tracks_and_nothing_else(sdist, unpacked):
    found = {path.relative_to(unpacked) for path in unpacked.rglob("*") if path.is_file()}
    assert {path for path in found if not WRITTEN.fullmatch(path.as_posix())} == set(tracked_files())
    assert sdist.stat().st_size < 20e6


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
    installed = {"cwd": empty, "env": {**os.environ, "PYTHONPATH": str(target)}}
    printed = run(sys.executable, "-c", WORKS, **installed)
    assert [Path(line).parents[1] for line in printed.splitlines()] == [target, target]
    assert run(target / "bin" / "iflow", "--version", **installed).split()[-1] == iflow.__version__
    assert list(empty.iterdir()) == []


def test_the_wheel_says_what_it_is(metadata):
    assert (metadata["Name"], metadata["Version"]) == ("iflow", iflow.__version__)
    assert metadata["License-Expression"] == "GPL-3.0-or-later"
    assert metadata.get_all("License-File") == ["LICENSE"]
    assert "Typing :: Typed" in metadata.get_all("Classifier")
    assert set(metadata.get_all("Provides-Extra")) == set(filter(None, read_requirements()))
    always = {each for each in metadata.get_all("Requires-Dist") if "extra ==" not in each}
    assert always == set(read_requirements()[""])


def test_the_description_needs_no_other_file(metadata):
    """Pictures and links that only a clone can follow are broken on the page of an index."""
    assert metadata["Description-Content-Type"] == "text/markdown"
    prose = FENCED.sub("", metadata.get_payload())
    targets = [found["markdown"] or found["html"] for found in TARGET.finditer(prose)]
    assert targets
    assert [target for target in targets if not target.startswith(("https://", "http://", "mailto:"))] == []


def test_the_description_is_else_the_readme(metadata):
    """Code is as it was, word for word, and so is every heading."""
    readme, told = (ROOT / "README.md").read_text(encoding="utf-8"), metadata.get_payload()
    for pattern in (FENCED, re.compile(r"(?<!`)`[^`\n]+`(?!`)"), re.compile(r"^#+ .*$", re.MULTILINE)):
        wanted = pattern.findall(readme)
        assert wanted
        assert [text for text in wanted if text not in told] == []


def test_one_version_is_named_everywhere():
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert re.findall(r"^version: (.*)$", citation, re.MULTILINE) == [iflow.__version__]
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    (newest, *_) = re.findall(r"^## \[(.*?)\]", changes, re.MULTILINE)
    assert newest in ("Unreleased", iflow.__version__)
    assert iflow.__version__ in changes
