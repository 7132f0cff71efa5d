"""Prints the lowest versions that setup.cfg allows, as constraints for pip.

    python -m supply.lowest test > lowest.txt
    pip install --constraint lowest.txt --editable '.[test]'

`name>=1.2` becomes `name==1.2`, for the requirements of all and of the extras that are named. Only Python
itself is needed, so that this runs before anything is installed.
"""

import configparser
import re
import sys
from collections.abc import Iterable
from pathlib import Path

SETUP = Path(__file__).parents[1] / "setup.cfg"
REQUIREMENT = re.compile(
    r"(?P<name>[A-Za-z0-9][\w.-]*)(\[[\w,.-]+\])?\s*>=\s*(?P<lowest>\d+(\.\d+)*)(?P<others>\s*,\s*(<|!=)[\d.]+)*"
)


def read_requirements(path: Path = SETUP) -> dict[str, list[str]]:
    """Returns the requirements of a setup.cfg as they are written there, by extra; "" has those of all."""
    setup = configparser.ConfigParser()
    setup.read_string(path.read_text(encoding="utf-8"), source=str(path))
    groups = {"": setup["options"]["install_requires"], **setup["options.extras_require"]}
    return {extra: text.split("\n")[1:] for extra, text in groups.items()}


def lowest(requirements: Iterable[str]) -> dict[str, str]:
    """Returns the lowest version of each package that meets all of the requirements.

    Raises:
      ValueError: a requirement is not of the form name[extras]>=version, with or without upper bounds.
    """
    versions: dict[str, str] = {}
    for requirement in requirements:
        found = REQUIREMENT.fullmatch(requirement)
        if found is None:
            raise ValueError(
                f"a requirement must have a lower bound, and setup.cfg has {requirement!r}: "
                "write it as name>=1.2, or name>=1.2,<3"
            )
        name, version = found["name"], found["lowest"]
        versions[name] = max(versions.get(name, version), version, key=_order)
    return versions


def _order(version: str) -> tuple[int, ...]:
    """Returns what sorts versions by number: 2.9 is before 2.10."""
    return tuple(int(part) for part in version.split("."))


def main(*extras: str) -> None:
    """Prints the constraints of a bare installation, and of the extras that are named."""
    groups = read_requirements()
    unknown = set(extras) - set(groups)
    if unknown:
        raise SystemExit(f"setup.cfg has no extras {sorted(unknown)}; it has {sorted(filter(None, groups))}")
    chosen = [requirement for extra in ("", *extras) for requirement in groups[extra]]
    for name, version in sorted(lowest(chosen).items()):
        print(f"{name}=={version}")


if __name__ == "__main__":
    main(*sys.argv[1:])
