"""Settings of numeric libraries that a script makes once, and that its workers would not know of.

A function is sent without the script around it: where that has told JAX to compute in float64, or mpmath in
fifty digits, its workers have to be told too, or they return other numbers.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from typing import Any

# What is read from a library and how it is set again, by the name of the library.
_SETTINGS: dict[str, tuple[Callable[[Any], Any], Callable[[Any, Any], None]]] = {
    "jax": (
        lambda jax: bool(jax.config.jax_enable_x64),
        lambda jax, on: jax.config.update("jax_enable_x64", on),
    ),
    "torch": (
        lambda torch: torch.get_default_dtype(),
        lambda torch, dtype: torch.set_default_dtype(dtype),
    ),
    "mpmath": (lambda mpmath: mpmath.mp.prec, lambda mpmath, bits: setattr(mpmath.mp, "prec", bits)),
}
_DEFAULTS = {"jax": "False", "torch": "torch.float32", "mpmath": "53"}


def read_settings() -> dict[str, Any]:
    """Returns the settings of this process that are not what the libraries come with.

    Those of libraries that are not loaded are; nothing is imported.
    """
    found = {}
    for name, (read, _) in _SETTINGS.items():
        library = sys.modules.get(name)
        if library is None:
            continue
        try:
            value = read(library)
        except AttributeError:  # still being imported, or a version without it
            continue
        if str(value) != _DEFAULTS[name]:
            found[name] = value
    return found


def apply_settings(settings: dict[str, Any]) -> None:
    """Makes the settings of another process those of this one.

    Args:
      settings: that `read_settings` returned there.
    """
    for name, value in settings.items():
        _, write = _SETTINGS[name]
        write(importlib.import_module(name), value)
