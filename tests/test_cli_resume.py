"""`iflow resume` as its users meet it."""

import json
import subprocess
import sys

import pytest

MET, ERROR, NOT_MET = 0, 1, 3


@pytest.fixture
def iflow(tmp_path, monkeypatch, run_command):
    """Runs `iflow` in a folder with a file of the user's."""
    (tmp_path / "mine.py").write_text("def line(x):\n    return x.sum(axis=1)\n")
    monkeypatch.chdir(tmp_path)
    return run_command


@pytest.fixture
def program(iflow, tmp_path):
    """Does the same in a process of its own, which knows nothing of what was there before."""

    def run(*words):
        command = [sys.executable, "-m", "iflow", *map(str, words)]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120)

    return run


def test_a_listed_integrand_is_resumed_and_extended(iflow, program):
    arguments = (
        "camel",
        "--dim",
        2,
        "--param",
        "width=0.2",
        "--seed",
        1,
        "--checkpoint",
        "run",
        "--quiet",
        "--json",
    )
    first = iflow("integrate", *arguments, "--rtol", 0.02)
    assert first.returncode == MET, first.stderr
    again = program("resume", "run", "--quiet", "--json")
    assert again.returncode == MET, again.stderr
    same, before = (json.loads(process.stdout) | {"seconds": 0} for process in (again, first))
    assert same == before
    further = json.loads(iflow("resume", "run", "--quiet", "--json", "--rtol", 1e-3).stdout)
    assert further["sdev"] < 0.2 * before["sdev"]
    assert further["neval"] > before["neval"]
    twice = iflow("integrate", *arguments)
    assert twice.returncode == ERROR
    assert "already holds a run" in twice.stderr


def test_a_function_from_a_file(iflow, program, tmp_path):
    first = iflow("integrate", "mine.py:line", "--dim", 2, "--checkpoint", "run", "--quiet", "--rtol", 0.01)
    assert first.returncode == MET, first.stderr
    assert program("resume", tmp_path / "run", "--quiet").returncode == MET
    (tmp_path / "mine.py").rename(tmp_path / "moved.py")
    gone = iflow("resume", "run", "--quiet")
    assert gone.returncode == ERROR
    assert "no such file" in gone.stderr
    assert iflow("resume", "run", "--quiet", "--integrand", "moved.py:line").returncode == MET


def test_errors_are_told(iflow, tmp_path):
    process = iflow("resume", "nowhere")
    assert process.returncode == ERROR
    assert "is not there: begin one by" in process.stderr
