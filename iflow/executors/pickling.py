"""Pickles what users have written: by value what no worker could import, without what is only a cache."""

from __future__ import annotations

import contextlib
import io
import os
import pickle
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from iflow.executors.settings import apply_settings, read_settings


def dumps(thing: Any) -> bytes:
    """Returns a thing pickled, for a process that has the same packages and nothing else.

    Functions of scripts, notebooks and files that no import would find, lambdas and closures are sent by
    value (cloudpickle), those of modules by name. Where this process looks for modules goes along, and the
    settings of numeric libraries.

    Raises:
      Exception: whatever pickling a part of it raises.
    """
    with _by_value(_unfindable_modules()):
        return pickle.dumps((_own_folders(), read_settings(), _dumps(thing)), pickle.HIGHEST_PROTOCOL)


def loads(pickled: bytes) -> Any:
    """Returns what was pickled.

    Modules are looked for where they were there, too, and the settings of libraries become those of there.
    """
    folders, settings, thing = pickle.loads(pickled)
    sys.path += [folder for folder in folders if folder not in sys.path]  # at the end: nothing is hidden
    apply_settings(settings)
    return pickle.loads(thing)


def is_picklable(thing: Any) -> bool:
    """Returns whether a thing can be pickled."""
    try:
        dumps(thing)
    except Exception:
        return False
    return True


def _dumps(thing: Any) -> bytes:
    import cloudpickle

    class Pickler(cloudpickle.Pickler):
        """Sends functions of TensorFlow without the graphs that they have been traced into."""

        def reducer_override(self, part: Any) -> Any:
            if _is_graph_function(part):
                fresh = part._clone(None)
                fresh._reduce_retracing = True  # chunks are of many sizes
                return fresh.__reduce_ex__(pickle.HIGHEST_PROTOCOL)
            return super().reducer_override(part)

    file = io.BytesIO()
    Pickler(file, protocol=pickle.HIGHEST_PROTOCOL).dump(thing)
    return file.getvalue()


def _own_folders() -> list[str]:
    """Returns the folders in which modules are looked for, but for those that Python comes with."""
    folders = dict.fromkeys(os.path.abspath(folder) for folder in sys.path)
    return [folder for folder in folders if not folder.startswith((sys.prefix, sys.base_prefix))]


def _is_graph_function(thing: Any) -> bool:
    """Returns whether a thing is what `tf.function` makes; nobody has any while that is not loaded."""
    return type(thing).__module__.startswith("tensorflow.") and hasattr(thing, "get_concrete_function")


def _unfindable_modules() -> list[ModuleType]:
    """Returns the modules of Python files that were loaded by hand: no worker could import them by name."""
    names = [name for name, module in [*sys.modules.items()] if _is_of_file(name, module)]
    packages = {name.partition(".")[0] for name in names}
    lost = {package for package in packages if not _is_findable(package)}
    return [sys.modules[name] for name in names if name.partition(".")[0] in lost]


def _is_of_file(name: str, module: Any) -> bool:
    spec = getattr(module, "__spec__", None)
    return spec is not None and spec.name == name and bool(spec.has_location)


def _is_findable(package: str) -> bool:
    """Returns whether an import would find a package or module if it had not been loaded yet."""
    for finder in sys.meta_path:
        try:
            if finder.find_spec(package, None) is not None:
                return True
        except Exception:  # not of the kind that can be asked
            return True
    return False


@contextlib.contextmanager
def _by_value(modules: list[ModuleType]) -> Iterator[None]:
    """Has what these modules define sent by value, for as long as something is pickled."""
    import cloudpickle

    known = cloudpickle.list_registry_pickle_by_value()
    new = [module for module in modules if module.__name__ not in known]
    for module in new:
        cloudpickle.register_pickle_by_value(module)
    try:
        yield
    finally:
        for module in new:
            cloudpickle.unregister_pickle_by_value(module)
