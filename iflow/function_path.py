"""Finds the function that a user names on the command line as path/to/file.py:function."""

from __future__ import annotations

import difflib
import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any


def load_function(path_and_name: str) -> Callable[..., Any]:
    """Returns the function `name` of the file in "path/to/file.py:name"; runs the file.

    Raises:
      ValueError: if there is no such file or no such name in it.
      TypeError: if the name is not a function.
      Exception: what the file raises when it is run.
    """
    path_text, _, name = path_and_name.rpartition(":")
    path = Path(path_text)
    if not path.is_file():
        found = "that is a folder" if path_text and path.is_dir() else "there is no such file"
        raise ValueError(f"{path_text!r} must be a Python file, but {found}: give path/to/file.py:function")
    spec = importlib.util.spec_from_file_location(f"_file_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise ValueError(f"{path_text!r} must be a Python file whose name ends in .py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up there
    sys.path.append(str(path.parent.resolve()))  # the file may import its neighbours
    try:
        spec.loader.exec_module(module)
    except SystemExit as end:
        raise ValueError(f"{path_text} must be a file of functions, but it ended the program") from end
    except Exception as error:
        error.add_note(f"raised by {path_text} itself, which is run to find its function {name!r}")
        raise
    if not hasattr(module, name):
        own = [value for value in vars(module).values() if getattr(value, "__module__", "") == spec.name]
        public = [value.__name__ for value in own if callable(value) and not isinstance(value, type)]
        near = difflib.get_close_matches(name, public, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"it has {', '.join(public) or 'none'}"
        raise ValueError(f"{path_text} has no function {name!r}: {hint}")
    function = getattr(module, name)
    if not callable(function) or isinstance(function, type):
        kind = "class" if isinstance(function, type) else type(function).__name__
        is_one = f"the {kind} {name}" if hasattr(function, "__name__") else repr(function)
        raise TypeError(f"{name!r} in {path_text} must be a function, it is {is_one}")
    return function
