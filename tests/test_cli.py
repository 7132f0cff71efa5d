"""The command line as its users meet it: output and exit status; some of it as a program of its own."""

import json
import subprocess
import sys

import pytest

MET, ERROR, NOT_MET = 0, 1, 3
USER_FILE = """
from __future__ import annotations
from dataclasses import dataclass
import numpy as np
from next_door import SLOPE

@dataclass
class Line:
    slope: float = SLOPE

def line(x):
    return Line().slope * x.sum(axis=1)

def bell(x):
    return np.exp(-(x**2).sum(axis=1))

def not_finite(x):
    return np.full(len(x), np.nan)

def raising(x):
    raise ArithmeticError("no such momentum")

def nothing(x):
    return np.zeros(len(x))

"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("user")
    (path / "lib").mkdir()
    (path / "lib" / "mine.py").write_text(USER_FILE)
    (path / "lib" / "next_door.py").write_text("SLOPE = 2.0\n")
    return path


@pytest.fixture
def program(folder):
    """Runs `python -m iflow` from a folder with the files of a user: a second or two each time."""

    def run(*words):
        command = [sys.executable, "-m", "iflow", *map(str, words)]
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)

    return run


@pytest.fixture
def iflow(folder, monkeypatch, run_command):
    """Does the same in this process."""
    monkeypatch.chdir(folder)
    return run_command


def test_list_names_every_integrand(iflow):
    process = iflow("list")
    assert process.returncode == MET
    lines = process.stdout.splitlines()
    first_words = [line.split()[0] for line in lines]
    assert first_words[:2] == ["gaussian", "camel"]
    assert len(lines) == len(set(first_words)) >= 40
    assert {"box", "wheel", "drell_yan", "watson_sc", "egg_box", "asian_geometric"} < set(first_words)
    (kite,) = (line for line in lines if line.startswith("kite "))
    for text in ("dim = 4", "6 zeta(3)", "[correlated, edge-singular]", "Chetyrkin"):
        assert text in kite


def test_show_says_everything_about_one_and_draws_it(iflow, tmp_path):
    picture = tmp_path / "ridge.png"
    process = iflow("show", "Ridge", "--dim", 2, "--param", "width=0.1", "--plot", picture)
    assert process.returncode == MET, process.stderr
    assert process.stdout.startswith("ridge in 2 dimensions: a narrow ridge along the long diagonal\n")
    for text in (
        "f(x)",
        "integral",
        "Gauss-Legendre",
        "any dim >= 1; 4 unless told otherwise",
        "width",
        "0.1: ",
    ):
        assert text in process.stdout
    assert f"figure: {picture}" in process.stderr
    assert picture.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (["--help"], ["Exit status: 0 target met, 1 error, 3 finished", "compare", "integrate", "list"]),
        (["show", "-h"], ["NAME", "--dim", "--param", "--plot FILE"]),
        (["integrate", "-h"], ["--rtol", "--limits LOW HIGH", "--json", "[default: 1000000]"]),
        (["integrate", "-h"], ["--log [debug|info|warning]", "--tensorboard DIR", "--quiet"]),
        (["compare", "--help"], ["--max-neval", "[default: 200000]", "--plot FILE"]),
    ],
)
def test_help_is_readable(iflow, words, shown):
    process = iflow(*words)
    assert process.returncode == MET
    assert all(text in process.stdout for text in shown)
    assert max(map(len, process.stdout.splitlines())) <= 100


def test_integrate_prints_table_and_exact_value_and_draws(program, tmp_path):
    picture = tmp_path / "gaussian.png"
    process = program(
        "integrate", "gaussian", "--dim", 2, "--flow", "no", "--rtol", 0.01, "--seed", 1, "--plot", picture
    )
    assert process.returncode == MET, process.stderr
    assert process.stdout.startswith("itn  phase")
    assert "(survey)" in process.stdout
    assert "target met" in process.stdout
    assert "exact  = 0.9991862616" in process.stdout
    assert f"figure: {picture}" in process.stderr
    assert picture.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")


def test_json_holds_the_numbers_and_nothing_else_is_printed(iflow, program):
    words = ("integrate", "gaussian", "--dim", 2, "--flow", "no", "--rtol", 0.01, "--seed", 1, "--json")
    first, again = (json.loads(run(*words).stdout) for run in (iflow, program))
    assert abs(first["mean"] - first["exact"]) < 5 * first["sdev"]
    assert first["sdev"] <= 0.01 * first["mean"]
    assert (first["converged"], first["reliable"], first["stop_reason"]) == (True, True, "target")
    assert (first["seed"], first["proposal"], first["warnings"]) == (1, "uniform", [])
    assert not {"history", "weight_histogram"} & first.keys()
    assert first | {"seconds": 0} == again | {"seconds": 0}


def test_json_has_no_infinity(iflow):
    process = iflow(
        "integrate", "lib/mine.py:nothing", "--dim", 1, "--flow", "no", "--max-neval", 3000, "--json"
    )
    assert process.returncode == NOT_MET
    result = json.loads(process.stdout, parse_constant=pytest.fail)
    assert (result["sdev"], result["reliable"]) == (None, False)
    assert "f was 0 at all" in result["warnings"][0]


@pytest.mark.parametrize(
    ("words", "mean"),
    [
        (["line", "--dim", 3], 3.0),
        (["line", "--limits", 0, 2, "--limits", -1, 1], 8.0),
        (["bell", "--limits", "-inf", "inf", "--limits", 0, "inf"], 1.5707963),
    ],
)
def test_a_function_from_a_file(iflow, words, mean):
    process = iflow(
        "integrate",
        f"lib/mine.py:{words[0]}",
        *words[1:],
        "--rtol",
        0.01,
        "--seed",
        2,
        "--json",
        "--flow",
        "no",
    )
    assert process.returncode == MET, process.stderr
    result = json.loads(process.stdout)
    assert abs(result["mean"] - mean) < 5 * result["sdev"]
    assert result["exact"] is None


def test_parameters_of_a_listed_integrand(iflow):
    words = (
        "integrate",
        "gaussian",
        "--dim",
        1,
        "--param",
        "width=0.5",
        "--flow",
        "no",
        "--json",
        "--rtol",
        0.01,
    )
    assert json.loads(iflow(*words).stdout)["exact"] == pytest.approx(0.8427007929)  # erf(1)


def test_any_option_of_the_python_function(iflow):
    words = ("integrate", "gaussian", "--dim", 2, "--flow", "no", "--json", "--seed", 1)
    process = iflow(*words, "-o", "points=random", "-o", "cost=0", "-o", "hidden=64,64")
    assert process.returncode == MET, process.stderr
    assert json.loads(process.stdout)["neval"] > json.loads(iflow(*words).stdout)["neval"]


@pytest.mark.parametrize("words", [["--max-neval", 2000, "--rtol", 1e-6], ["--max-neval", 100]])
def test_a_target_that_was_not_met_has_a_status_of_its_own(iflow, words):
    process = iflow("integrate", "camel", "--dim", 4, "--flow", "no", "--seed", 1, *words)
    assert process.returncode == NOT_MET
    assert "target not met (max_neval)" in process.stdout
    assert "it takes about" in process.stdout


@pytest.mark.parametrize("name", ["not_finite", "raising"])
def test_a_program_that_fails_shows_no_traceback(program, name):
    process = program("integrate", f"lib/mine.py:{name}", "--dim", 2)
    assert process.returncode == ERROR
    assert process.stdout == ""
    assert process.stderr.lstrip().startswith("Error: ")
    assert "at x = [" in process.stderr
    assert "Traceback" not in process.stderr


def test_compare_prints_a_table_and_draws(iflow, tmp_path):
    picture = tmp_path / "comparison.png"
    process = iflow(
        "compare",
        "gaussian",
        "--dim",
        2,
        "--max-neval",
        20_000,
        "--flow",
        "no",
        "--seed",
        1,
        "--plot",
        picture,
    )
    assert process.returncode == MET, process.stderr
    header, _, title, *rows = process.stdout.splitlines()
    assert title == "gaussian in 2 dimensions: exact value 0.9991862616"
    assert header.split() == ["method", "value", "rel.", "error", "pull", "calls", "time"]
    assert [row[:12].strip() for row in rows] == ["plain Mont", "VEGAS", "iflow (spl"]
    assert picture.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")


SHORT = ("integrate", "gaussian", "--dim", 2, "--flow", "no", "--rtol", 0.01, "--seed", 1)


def test_nothing_but_the_result_is_printed_where_nobody_watches(program):
    process = program(*SHORT)
    assert process.stderr == ""
    assert process.stdout.startswith("itn  phase")


@pytest.mark.parametrize(
    ("level", "shown", "hidden"),
    [
        ("info", ["INFO    survey ", "INFO    measurement ", "INFO    result "], ["DEBUG"]),
        ("DEBUG", ["INFO    survey ", "DEBUG   no further round", "DEBUG   measuring with nets"], []),
        ("warning", [], ["INFO", "DEBUG"]),
    ],
)
def test_log_lines_go_to_standard_error(iflow, level, shown, hidden):
    process = iflow(*SHORT, "--log", level)
    assert process.returncode == MET
    assert process.stdout.startswith("itn  phase")
    assert all(text in process.stderr for text in shown)
    assert not any(text in process.stderr for text in hidden)


def test_doubts_are_logged_as_warnings(program):
    words = ("lib/mine.py:nothing", "--dim", 1, "--flow", "no", "--max-neval", 3000, "--log", "warning")
    assert "WARNING f was 0 at all" in program("integrate", *words).stderr


def test_a_log_for_tensorboard(iflow, folder):
    process = iflow(*SHORT, "--tensorboard", "runs/first")
    assert process.returncode == MET
    (path,) = (folder / "runs" / "first").iterdir()
    assert path.name.startswith("events.out.tfevents.")
    assert b"measurement/estimate" in path.read_bytes()
