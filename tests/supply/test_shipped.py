"""What `make dist` asks of a wheel; the installation itself needs an index, and is left to it."""

import re

import pytest

from supply import shipped


@pytest.fixture
def python(tmp_path):
    """Returns a function that makes a program which answers to wrong.py as mypy should, or does not."""

    def make(told, status=1):
        path = tmp_path / "python"
        path.write_text(
            f"#!/bin/sh\ncase $4 in wrong.py) echo '{told}'; exit {status};; esac\n", encoding="utf-8"
        )
        path.chmod(0o755)
        return path

    return make


def test_types_are_believed_when_a_wrong_program_is_told(python, tmp_path):
    shipped.try_types(python(f"wrong.py:3: error: {shipped.EXPECTED}  [assignment]"), tmp_path)
    assert {"right.py", "wrong.py"} <= {path.name for path in tmp_path.iterdir()}


@pytest.mark.parametrize(
    ("told", "status", "message"),
    [
        ("Success: no issues found", 0, "must end with 1, and ended with 0:\nSuccess"),
        ("module is installed, but missing library stubs or py.typed", 1, "mypy must say 'Incompatible"),
    ],
)
def test_types_that_nobody_finds_are_not(python, tmp_path, told, status, message):
    with pytest.raises(shipped.ShippedError, match=re.escape(message)):
        shipped.try_types(python(told, status), tmp_path)


def test_what_is_run_sees_nothing_of_this_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    assert shipped.run("sh", "-c", "pwd; echo $PYTHONPATH", folder=tmp_path).split() == [str(tmp_path)]


@pytest.mark.parametrize("name", ["iflow.tar.gz", "missing.whl"])
def test_only_a_wheel_is_taken(name, tmp_path):
    (tmp_path / "iflow.tar.gz").touch()
    with pytest.raises(SystemExit, match=re.escape(f"got '{tmp_path / name}'")):
        shipped.main(str(tmp_path / name))
