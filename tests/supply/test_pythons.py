"""Which Pythons the suite runs on."""

import re
import sys
from pathlib import Path

import pytest

from supply import pythons


@pytest.fixture
def fake(tmp_path):
    """Returns a function that makes a program which says that it is some Python."""

    def make(name, text, status=0):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\necho '{text}'\nexit {status}\n", encoding="utf-8")
        path.chmod(0o755)
        return path

    return make


def test_classifiers_are_read():
    assert pythons.supported()[0] == (3, 11)


def test_a_version_is_told_by_the_program_itself():
    assert pythons.version_of(Path(sys.executable)) == sys.version_info[:3]


def test_what_is_no_release_of_python_has_no_version(fake, tmp_path):
    assert pythons.version_of(fake("python3.14", "3 14 0 candidate")) is None
    assert pythons.version_of(fake("python3.9", "command not found", status=127)) is None
    assert pythons.version_of(tmp_path / "missing") is None


def test_of_each_version_the_newest_is_taken_and_the_first_of_those(fake):
    old, new, same, other = (
        fake(f"{n}/python3", f"3 {minor} {micro} final")
        for n, (minor, micro) in enumerate([(11, 2), (11, 10), (11, 10), (12, 0)])
    )
    assert pythons.newest([old, new, same, other]) == {(3, 11): new, (3, 12): other}


def test_programs_are_looked_for_among_those_of_pyenv_and_on_the_path(fake, tmp_path, monkeypatch):
    ours = [fake("pyenv/versions/3.12.1/bin/python", ""), fake("bin/python3", ""), fake("bin/python3.13", "")]
    fake("bin/python3-config", "")
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{tmp_path / 'missing'}")
    assert list(pythons.candidates()) == ours


def test_what_is_missing_and_what_is_too_new_is_told(fake, monkeypatch, capsys):
    here = fake("python3", "")
    monkeypatch.setattr(pythons, "supported", lambda: [(3, 11), (3, 12)])
    monkeypatch.setattr(pythons, "newest", lambda _: {(3, 8): here, (3, 12): here, (3, 13): here})
    pythons.main()
    printed = capsys.readouterr()
    assert printed.out == f"{here}\n"
    assert printed.err.splitlines() == [
        "Python 3.11 was not found here",
        "Python 3.13 is here, but setup.cfg does not name it",
    ]


def test_without_any_python_it_fails(monkeypatch):
    monkeypatch.setattr(pythons, "newest", lambda _: {})
    with pytest.raises(SystemExit, match=re.escape("one of Python 3.11, 3.12, 3.13 must be on PATH")):
        pythons.main()
