"""Prints a Python for each version that setup.cfg names, one line each: the newest release found here.

    python -m supply.pythons

Looks along PATH and among those of pyenv. Versions that are missing, and newer ones that setup.cfg does not
name, are told on standard error.
"""

import configparser
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from supply.lowest import SETUP

Version = tuple[int, ...]
NAME = re.compile(r"python3(\.\d+)?")
# A Python without `ensurepip` cannot make an environment: Debian has it in a package of its own.
PROBE = "import sys, venv, ensurepip; print(*sys.version_info[:3], sys.version_info.releaselevel)"


def supported(path: Path = SETUP) -> list[Version]:
    """Returns the versions in the classifiers of a setup.cfg, such as (3, 11), in the order given."""
    setup = configparser.ConfigParser()
    setup.read_string(path.read_text(encoding="utf-8"), source=str(path))
    found = re.findall(r"Python :: (\d+)\.(\d+)$", setup["metadata"]["classifiers"], re.MULTILINE)
    return [(int(major), int(minor)) for major, minor in found]


def candidates() -> Iterator[Path]:
    """Yields programs that may be a Python 3: of pyenv, then those of PATH."""
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    yield from sorted(root.glob("versions/3.*/bin/python"))
    for folder in map(Path, os.get_exec_path()):
        if folder.is_dir():
            yield from sorted(path for path in folder.iterdir() if NAME.fullmatch(path.name))


def version_of(program: Path) -> Version | None:
    """Returns the version of a release of Python that can make environments; None for anything else."""
    try:
        process = subprocess.run(
            [program, "-I", "-c", PROBE], capture_output=True, text=True, check=True, timeout=30
        )
    except (OSError, subprocess.SubprocessError):  # one of pyenv's shims without its Python, for example
        return None
    *numbers, level = process.stdout.split()
    return tuple(map(int, numbers)) if level == "final" else None


def newest(programs: Iterable[Path]) -> dict[Version, Path]:
    """Returns the newest release of each version, such as (3, 11); the first of several alike."""
    best: dict[Version, tuple[Version, Path]] = {}
    for program in programs:
        version = version_of(program)
        if version is not None and version > best.get(version[:2], ((), program))[0]:
            best[version[:2]] = version, program
    return {version: program for version, (_, program) in sorted(best.items())}


def main() -> None:
    """Prints the programs; fails where there is none."""
    found, wanted = newest(candidates()), supported()
    for version in sorted({*wanted} | {version for version in found if version > max(wanted)}):
        if version not in found:
            print(f"Python {_text(version)} was not found here", file=sys.stderr)
        elif version not in wanted:
            print(f"Python {_text(version)} is here, but setup.cfg does not name it", file=sys.stderr)
        else:
            print(found[version])
    if not found.keys() & {*wanted}:
        raise SystemExit(f"one of Python {', '.join(map(_text, wanted))} must be on PATH, or one of pyenv's")


def _text(version: Version) -> str:
    return ".".join(map(str, version))


if __name__ == "__main__":
    main()
