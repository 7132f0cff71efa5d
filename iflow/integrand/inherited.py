"""Objects of classes that inherit from vegas' batch integrands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def readable(f: Callable[..., Any]) -> Callable[..., Any]:
    """Returns f, or a plain function in its place where no attribute of it can be looked for.

    `vegas.BatchIntegrand` asks the function that it wraps for attributes it does not have. A class that
    inherits from it and defines `__call__` wraps none, and asks itself for ever.
    """
    try:
        getattr(f, "__wrapped__", None)
    except RecursionError:
        pass
    else:
        return f

    def called(x: Any) -> Any:
        return f(x)

    called.__name__ = called.__qualname__ = type(f).__qualname__
    called.fcntype = f.fcntype  # type: ignore[attr-defined]
    return called
