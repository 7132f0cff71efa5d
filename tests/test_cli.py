"""The command line as its users meet it: a program, its output, its exit status."""

import json
import subprocess
import sys

import pytest

MET, ERROR, NOT_MET = 0, 1, 3

USER_FILE = """
from __future__ import annotations
from dataclasses import dataclass
import math
import numpy as np
from neighbour import SLOPE

@dataclass
class Line:
    slope: float = SLOPE
    hidden: dict[str, float] | None = None

def line(x):
    return Line().slope * x.sum(axis=1)

def bell(x):
    return np.exp(-(x**2).sum(axis=1))

def not_finite(x):
    return np.full(len(x), math.nan)

def raising(x):
    raise ArithmeticError("no such momentum")

def nothing(x):
    return np.zeros(len(x))

number = 3
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("user")
    (path / "lib").mkdir()
    (path / "lib" / "mine.py").write_text(USER_FILE)
    (path / "lib" / "neighbour.py").write_text("SLOPE = 2.0\n")
    (path / "lib" / "broken.py").write_text("def f(x:\n")
    return path


@pytest.fixture
def iflow(folder):
    """Runs `python -m iflow` with words, from a folder with the user's files."""

    def run(*words):
        command = [sys.executable, "-m", "iflow", *map(str, words)]
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)

    return run


def test_list_names_every_integrand(iflow):
    process = iflow("list")
    assert process.returncode == MET
    first_words = [line.split()[0] for line in process.stdout.splitlines()[::2]]
    assert first_words[:2] == ["gaussian", "camel"]
    assert {"box", "triangle", "annulus", "entangled_circles", "polynomial"} < set(first_words)
    assert "any dim >= 1" in process.stdout


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (["--help"], ["Exit status: 0 target met, 1 error, 3 finished", "compare", "integrate", "list"]),
        (["integrate", "-h"], ["--rtol", "--limits LOW HIGH", "--json", "[default: 1000000]"]),
        (["compare", "--help"], ["--max-neval", "[default: 200000]", "--plot FILE"]),
    ],
)
def test_help_is_readable(iflow, words, shown):
    process = iflow(*words)
    assert process.returncode == MET
    assert all(text in process.stdout for text in shown)
    assert max(map(len, process.stdout.splitlines())) <= 100


def test_integrate_prints_table_and_exact_value_and_draws(iflow, tmp_path):
    picture = tmp_path / "gaussian.png"
    process = iflow(
        "integrate", "gaussian", "--dim", 2, "--flow", "no", "--rtol", 0.01, "--seed", 1, "--plot", picture
    )
    assert process.returncode == MET, process.stderr
    assert process.stdout.startswith("itn  phase")
    assert "(survey)" in process.stdout
    assert "target met" in process.stdout
    assert "exact  = 0.9991862616" in process.stdout
    assert f"figure: {picture}" in process.stderr
    assert picture.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")


def test_json_holds_the_numbers_and_nothing_else_is_printed(iflow):
    words = ("integrate", "gaussian", "--dim", 2, "--flow", "no", "--rtol", 0.01, "--seed", 1, "--json")
    first, again = (json.loads(iflow(*words).stdout) for _ in range(2))
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


@pytest.mark.parametrize("words", [["--max-neval", 2000, "--rtol", 1e-6], ["--max-neval", 100]])
def test_a_target_that_was_not_met_has_a_status_of_its_own(iflow, words):
    process = iflow("integrate", "camel", "--dim", 4, "--flow", "no", "--seed", 1, *words)
    assert process.returncode == NOT_MET
    assert "target not met (max_neval)" in process.stdout
    assert "it takes about" in process.stdout


ERRORS = [
    ("integrate gausian", "got 'gausian'. Did you mean 'gaussian'?"),
    ("integrate xyzzy", "integrands.names() lists them all"),
    ("integrate gaussian --dim 0", "gaussian exists for any dim >= 1, got dim=0"),
    ("integrate box --dim 7", "got dim=7"),
    ("integrate gaussian --param widht=1", "'width'"),
    ("integrate gaussian --param width", "--param takes NAME=NUMBER, got 'width'"),
    ("integrate gaussian --limits 0 1", "--limits is for functions from a file"),
    ("integrate gaussian --max-neval 10", "max_neval must be an integer >= 100, got 10"),
    ("integrate gaussian --rtol -1", "rtol must be a finite number >= 0, got -1.0"),
    ("integrate gaussian --flow yes --max-neval 1000", "max_neval = 1000 is too small to train a flow"),
    ("integrate gaussian --flow maybe", "'maybe' is not one of"),
    ("integrate gaussian --plot nowhere/a.png", "there is no folder 'nowhere'"),
    ("integrate", "Missing argument 'INTEGRAND'"),
    ("integral gaussian", "No such command 'integral'"),
    ("integrate lib/mine.py", "name a function of that file: lib/mine.py:function"),
    ("integrate lib/mine.py:line", "needs --dim, or --limits once per axis"),
    ("integrate lib/mine.py:line --dim 2 --limits 0 1", "--dim is 2, but --limits is given 1 times"),
    ("integrate lib/mine.py:line --limits 1 0", "axis 0: low must be less than high, got (1.0, 0.0)"),
    ("integrate lib/mine.py:line --dim 2 --param a=1", "--param is for listed integrands"),
    ("integrate lib/mine.py:lime --dim 2", "lib/mine.py has no function 'lime': did you mean 'line'?"),
    ("integrate lib/mine.py:xyzzy --dim 2", "it has Line, line, bell, not_finite, raising, nothing"),
    ("integrate lib/mine.py:number --dim 2", "'number' in lib/mine.py must be a function, it is 3"),
    ("integrate yours.py:line --dim 2", "'yours.py' must be a Python file, but there is no such file"),
    ("integrate lib/broken.py:f --dim 2", "(broken.py, line 1)"),
    ("integrate lib/mine.py:not_finite --dim 2", "values are nan or inf, the first f(x) = nan at x = [0."),
    ("integrate lib/mine.py:raising --dim 2", "no such momentum\nraised by the integrand at x = [0."),
    ("compare gausian", "Did you mean 'gaussian'?"),
]


@pytest.mark.parametrize(("line", "message"), ERRORS, ids=[line for line, _ in ERRORS])
def test_errors_are_a_sentence_and_status_1(iflow, line, message):
    process = iflow(*line.split())
    assert process.returncode == ERROR
    assert message in process.stderr
    assert "Error: " in process.stderr
    assert "Traceback" not in process.stderr
    assert process.stdout == ""


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
    title, header, _, *rows = process.stdout.splitlines()
    assert title == "gaussian in 2 dimensions: exact value 0.9991862616"
    assert header.split() == ["method", "value", "rel.", "error", "pull", "calls", "time"]
    assert [row[:18].strip() for row in rows] == ["plain Monte Carlo", "VEGAS", "iflow (no flow)"]
    assert picture.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
