"""What is done when the interpreter ends."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from contextlib import suppress
from typing import Any


def before_leaving(method: Callable[[], Any]) -> None:
    """Has a method called when the interpreter ends, if its object is still there.

    Pools wait at the end of the interpreter for what their workers are at, be it hours. They have
    themselves called before the interpreter waits for threads, the latest first; `atexit`, which has no
    place among them, is too late. So this is to be called once the pool works.

    Args:
      method: bound, of an object that is not kept alive by this.
    """
    reference = weakref.WeakMethod(method)

    def call() -> None:
        bound = reference()
        if bound is not None:
            bound()

    register = getattr(threading, "_register_atexit", None)
    if register is not None:
        with suppress(RuntimeError):  # the interpreter ends already
            register(call)
