"""Runs a command line in this process: a program of its own would take half a second each time."""

from __future__ import annotations

import atexit
import contextlib
import functools
import io
import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from unittest import mock

from iflow.cli import main
from iflow.cli.status import ERROR
from tests.misuse.case import Misuse

FILES = {
    "mine.py": """
import numpy as np

def line(x): return x.sum(axis=1)
def two(x): return {"a": x[:, 0], "b": x[:, 1]}
def zero(x): return np.zeros(len(x))
def nan(x): return np.full(len(x), np.nan)
def nothing(x): pass
def raising(x): raise ArithmeticError("no such momentum")
def product(a, b): return a * b
class Class: pass
number = 3
""",
    "broken.py": "def f(x:\n",
    "raises.py": "raise RuntimeError('no licence')\n",
    "ends.py": "import sys\nsys.exit(3)\n",
    "imports.py": "import no_such_module_anywhere\n",
    "empty.py": "",
    "notes.txt": "f\n",
}


def refused(command: str, *rows: tuple[str, str, str]) -> list[Misuse]:
    """Returns the cases of a command, from what the user did, the command line, and what it says."""
    return [
        Misuse(f"{command} (command)", f"{what}: `iflow {line}`", attempt(line), SystemExit, says)
        for what, line, says in rows
    ]


def attempt(line: str) -> Callable[[Path], None]:
    """Returns what runs a command line in a folder with a few files, and a run if it names one.

    An exit with status 1 is raised as SystemExit with what was printed on standard error, which must be all
    that was printed; usage, which `--help` prints too, is left out.
    """

    def attempt_it(folder: Path) -> None:
        (folder / "folder").mkdir()
        for name, text in FILES.items():
            (folder / name).write_text(text, encoding="utf-8")
        if "run" in line.split():
            shutil.copytree(_kept() / "run", folder / "run")
        status, out, err = run(line)
        if status != ERROR:
            return
        if out or "Traceback" in err:
            raise AssertionError(f"an error must be a sentence on standard error, got {err!r} and {out!r}")
        raise SystemExit(re.sub(r"\AUsage:.*?\n\n", "", err, flags=re.DOTALL).strip())

    return attempt_it


def run(line: str) -> tuple[object, str, str]:
    """Returns the exit status of a command line, and what it printed."""
    out, err = io.StringIO(), io.StringIO()
    with (
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        mock.patch.object(sys, "path", sys.path.copy()),  # a function's folder is added to it
    ):
        try:
            main(line.split())
        except SystemExit as end:
            return end.code, out.getvalue(), err.getvalue()
    raise AssertionError("the program ends by SystemExit")


@functools.cache
def _kept() -> Path:
    """Returns a folder with a short run, which is there as long as the process."""
    place = Path(tempfile.mkdtemp(prefix="misuse-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    run(f"integrate gaussian --dim 2 --checkpoint {place}/run --max-neval 500 --flow no --seed 1 --quiet")
    return place
