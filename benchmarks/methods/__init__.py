"""The methods that are measured, by name.

Each is a module with one function, `run(f, task) -> Outcome`: integrate f over the unit cube until the
reported relative error is at most `task.rtol` or `task.max_neval` calls are spent, every call counted;
"vegas_frozen" always spends them.
To add one: write the module, and put it in the table. A package that is not installed is left out.
"""

from __future__ import annotations

import importlib.metadata
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType


@dataclass(frozen=True)
class Method:
    """Where a method is and what it needs.

    Args:
      module: that has `run`.
      package: distribution that must be installed.
    """

    module: str
    package: str


METHODS = {
    "iflow": Method("benchmarks.methods.iflow", "iflow"),
    "vegas": Method("benchmarks.methods.vegas", "vegas"),
    "vegas_frozen": Method("benchmarks.methods.vegas_frozen", "vegas"),
    "madnis": Method("benchmarks.methods.madnis", "madnis"),
}


def version(name: str) -> str | None:
    """Returns the version of a method's package; None when it is not installed."""
    try:
        return importlib.metadata.version(METHODS[name].package)
    except importlib.metadata.PackageNotFoundError:
        return None


def load(name: str) -> ModuleType:
    """Imports a method, and with it its package."""
    return import_module(METHODS[name].module)
