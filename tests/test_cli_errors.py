"""What the command line says when it cannot do what it was told."""

import logging
import sys

import pytest

from iflow.cli import main
from iflow.cli.commands import COMMANDS

ERROR = 1

USER_FILE = """
import numpy as np
from math import nan, sqrt

def line(x):
    return x.sum(axis=1)

def not_finite(x):
    return np.full(len(x), nan)

def raising(x):
    raise ArithmeticError("no such momentum")

number = 3
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "mine.py").write_text(USER_FILE)
    (tmp_path / "lib" / "broken.py").write_text("def f(x:\n")
    return tmp_path


ERRORS = [
    ("integrate gausian", "got 'gausian'. Did you mean 'gaussian'?"),
    ("integrate xyzzy", "integrands.names() lists them all"),
    ("show gausian", "got 'gausian'. Did you mean 'gaussian'?"),
    ("show peaks --param count=2.5", "peaks: count must be a whole number and at least 1"),
    ("show camel --plot nowhere/a.png", "there is no folder 'nowhere'"),
    ("show", "Missing argument 'NAME'"),
    ("integrate gaussian --dim 0", "gaussian exists for any dim >= 1, got dim=0"),
    ("integrate box --dim 7", "got dim=7"),
    ("integrate gaussian --param widht=1", "'width'"),
    ("integrate gaussian --param width", "--param takes NAME=NUMBER, got 'width'"),
    ("integrate gaussian --limits 0 1", "--limits is for functions from a file"),
    ("integrate gaussian --max-neval 10", "max_neval must be an integer >= 100, got 10"),
    ("integrate gaussian --rtol -1", "rtol must be a finite number >= 0, got -1.0"),
    ("integrate gaussian --flow yes --max-neval 1000", "max_neval = 1000 is too small to train a flow"),
    ("integrate gaussian --flow maybe", "'maybe' is not one of"),
    ("integrate gaussian -o coupling=linar", "got 'linar'; did you mean 'linear'?"),
    ("integrate gaussian -o coupling", "must be NAME=VALUE, got 'coupling'"),
    ("integrate gaussian -o max_neval=1000", "--option max_neval: there is --max-neval for that"),
    ("integrate gaussian -o region=3", "--option region: INTEGRAND with --dim or --limits says that"),
    ("integrate gaussian --option copling=linear", "unknown option 'copling': did you mean 'coupling'?"),
    ("integrate gaussian --plot nowhere/a.png", "there is no folder 'nowhere'"),
    ("integrate gaussian --plot a.xyz", "'a.xyz' must end in one of"),
    ("resume nothere", "Error: checkpoint"),
    ("integrate", "Missing argument 'INTEGRAND'"),
    ("integral gaussian", "No such command 'integral'"),
    ("integrate lib/mine.py", "name a function of that file: lib/mine.py:function"),
    ("integrate lib/mine.py:line", "needs --dim, or --limits once per axis"),
    ("integrate lib/mine.py:line --dim 2 --limits 0 1", "--dim is 2, but --limits is given 1 times"),
    ("integrate lib/mine.py:line --limits 1 0", "axis 0: low must be less than high, got (1.0, 0.0)"),
    ("integrate lib/mine.py:line --dim 2 --param a=1", "--param is for listed integrands"),
    ("integrate lib/mine.py:lime --dim 2", "lib/mine.py has no function 'lime': did you mean 'line'?"),
    ("integrate lib/mine.py:xyzzy --dim 2", "it has line, not_finite, raising\n"),
    ("integrate lib/mine.py:number --dim 2", "'number' in lib/mine.py must be a function, it is 3"),
    ("integrate yours.py:line --dim 2", "'yours.py' must be a Python file, but there is no such file"),
    ("integrate lib/broken.py:f --dim 2", "(broken.py, line 1)"),
    ("integrate lib/mine.py:not_finite --dim 2", "values are nan or inf, the first f(x) = nan at x = ["),
    ("integrate lib/mine.py:raising --dim 2", "no such momentum\nraised by the integrand at x = ["),
    ("integrate gaussian -o tensorboard=runs", "--option tensorboard: there is --tensorboard for that"),
    ("integrate gaussian -o progress=True", "--option progress: there is --quiet for that"),
    ("integrate gaussian -o flow=True", "--option flow: there is --flow for that"),
    ("integrate gaussian --log loud", "'loud' is not one of 'debug', 'info', 'warning'"),
    ("integrate gaussian --tensorboard lib/mine.py", "'lib/mine.py' is a file"),
    ("compare gausian", "Did you mean 'gaussian'?"),
]


@pytest.mark.parametrize(("line", "message"), ERRORS, ids=[line for line, _ in ERRORS])
def test_errors_are_a_sentence_and_status_1(folder, monkeypatch, capsys, line, message):
    # In this process: a program of its own takes half a second each.
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "path", sys.path.copy())
    with pytest.raises(SystemExit) as left:
        main(line.split())
    out, err = capsys.readouterr()
    assert left.value.code == ERROR
    assert message in err
    assert "Error: " in err
    assert "Traceback" not in err
    assert out == ""


def test_log_lines_end_with_the_command(capsys):
    logger = logging.getLogger("iflow")
    before = (logger.level, list(logger.handlers))
    with pytest.raises(SystemExit):
        main(["integrate", "gaussian", "--dim", "1", "--flow", "no", "--seed", "1", "--log", "info"])
    assert "INFO    survey" in capsys.readouterr().err
    assert (logger.level, list(logger.handlers)) == before


def test_every_command_says_what_it_does():
    assert len({command.name for command in COMMANDS}) == len(COMMANDS)
    assert all(command.help for command in COMMANDS)
