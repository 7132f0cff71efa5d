"""Lowest versions as pip's constraints."""

import subprocess
import sys
from pathlib import Path

import pytest

from supply.lowest import lowest, main, read_requirements

SETUP = """
[options]
install_requires =
    numpy>=1.26
    # x 3 lost its f
    x.y[z]>=2.9, <3

[options.extras_require]
test =
    x.y>=2.10
bad =
    loose
"""


@pytest.fixture
def groups(tmp_path):
    path = tmp_path / "setup.cfg"
    path.write_text(SETUP, encoding="utf-8")
    return read_requirements(path)


def test_requirements_are_read_as_written_without_comments(groups):
    assert groups == {"": ["numpy>=1.26", "x.y[z]>=2.9, <3"], "test": ["x.y>=2.10"], "bad": ["loose"]}


def test_lower_bounds_become_exact(groups):
    assert lowest(groups[""]) == {"numpy": "1.26", "x.y": "2.9"}


def test_of_two_bounds_the_higher_one_holds(groups):
    assert lowest([*groups[""], *groups["test"]]) == {"numpy": "1.26", "x.y": "2.10"}
    assert lowest([*groups["test"], *groups[""]]) == {"numpy": "1.26", "x.y": "2.10"}


@pytest.mark.parametrize(
    "requirement", ["loose", "x<2", "x==1", "x~=1.0", "x>1", "x >= ", "x>=1;python_version<'4'"]
)
def test_what_has_no_lower_bound_is_refused(requirement):
    with pytest.raises(ValueError, match=r"must have a lower bound, and setup\.cfg has"):
        lowest([requirement])


def test_an_unknown_extra_is_refused():
    with pytest.raises(SystemExit, match=r"no extras \['tests'\]; it has \['bench', 'dask'"):
        main("tests")


def test_the_command_prints_constraints():
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", "supply.lowest", "test"]
    lines = subprocess.run(command, capture_output=True, text=True, check=True, cwd=root).stdout.splitlines()
    assert all(line.count("==") == 1 for line in lines)
    assert {line.split("==")[0] for line in lines} > {"numpy", "tensorflow", "pytest", "distributed"}
