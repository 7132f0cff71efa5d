"""Installs a wheel into an empty environment and tries what a user would: the last step of `make dist`.

    python -m supply.shipped dist/iflow-0.1.0-py3-none-any.whl

Dependencies come from the index that pip knows. Nothing of this folder is in sight: the environment is a new
one, the folder an empty one, and PYTHONPATH is not handed on.
"""

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

COMMANDS = (("--version",), ("list",), ("integrate", "camel", "--dim", "4", "--seed", "1"))
# What a user writes who has mypy look at it strictly.
RIGHT = """
import numpy as np

import iflow
import integrands


def square(x: np.ndarray) -> np.ndarray:
    return np.asarray(np.square(x).sum(axis=1))


result = iflow.integrate(square, 2, rtol=1e-2, seed=1)
mean: float = result.mean
camel = integrands.get("camel", dim=4)
"""
WRONG = "import iflow\n\nreliable: str = iflow.integrate(lambda x: x[:, 0], 1).reliable\n"
EXPECTED = 'Incompatible types in assignment (expression has type "bool", variable has type "str")'


class ShippedError(RuntimeError):
    """What was installed does not do what it should."""


def run(*command: str | Path, folder: Path, status: int = 0) -> str:
    """Returns what a command prints in a folder.

    Raises:
      ShippedError: it ended with another status than `status`.
    """
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    process = subprocess.run(
        [*map(str, command)],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if process.returncode != status:
        told = " ".join(map(str, command))
        raise ShippedError(
            f"{told} must end with {status}, and ended with {process.returncode}:\n{process.stdout}"
        )
    return process.stdout


def try_types(python: Path, folder: Path) -> None:
    """Has mypy find the types of what is installed.

    Raises:
      ShippedError: a right program is refused, or a wrong one is not.
    """
    (folder / "right.py").write_text(RIGHT, encoding="utf-8")
    (folder / "wrong.py").write_text(WRONG, encoding="utf-8")
    run(python, "-m", "mypy", "--strict", "right.py", folder=folder)
    told = run(python, "-m", "mypy", "--strict", "wrong.py", folder=folder, status=1)
    if EXPECTED not in told:
        raise ShippedError(f"mypy must say {EXPECTED!r} of wrong.py, and says:\n{told}")


def main(wheel: str) -> None:
    """Installs and tries; says what it does."""
    path = Path(wheel).resolve()
    if path.suffix != ".whl" or not path.is_file():
        raise SystemExit(f"the argument must be a wheel that is there, such as dist/*.whl, got {wheel!r}")
    with tempfile.TemporaryDirectory(prefix="shipped-") as name:
        folder = Path(name)
        venv.create(folder / "environment", with_pip=True)
        programs, empty = folder / "environment" / "bin", folder / "empty"
        empty.mkdir()
        print(f"installing {path.name}, and mypy to read its types")
        pip = programs / "python", "-m", "pip", "--quiet", "--disable-pip-version-check"
        run(*pip, "install", path, "mypy", folder=empty)
        for arguments in COMMANDS:
            print("iflow", *arguments)
            print(run(programs / "iflow", *arguments, folder=empty).rstrip())
        try_types(programs / "python", empty)
        print("types: a right program passes mypy --strict, a wrong one is told")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: python -m supply.shipped WHEEL")
    main(sys.argv[1])
