"""From a tree of JSON, and the arrays beside it, back to objects."""

from __future__ import annotations

import dataclasses
import importlib
import json
import math
import sys
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any

import numpy as np

from iflow.archive.known import is_stored

_SCALAR_KINDS, _LARGEST_SCALAR = "biufc", 32
# Of seeds; NumPy takes 4 unless told otherwise, and makes room for as many as it is told.
_LARGEST_POOL = 64
_GENERATORS = ("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64")
# There is one nan: equal rows of a history hold the same object where they hold nan.
_FLOATS = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}

# What JSON and arrays that are damaged lead to while they are read.
DAMAGE = (
    KeyError,
    TypeError,
    IndexError,
    AttributeError,
    OverflowError,
    RecursionError,
    json.JSONDecodeError,
)


class Decoder:
    """Makes the value of one tree; the inverse of `iflow.archive.encoder.Encoder`.

    Objects are made without calling their class: only `__setstate__` of classes of this package runs, of
    those that a run consists of.

    Args:
      arrays: by the name that the tree calls them.
      given: what stands where the tree only names an object.
      fetch: returns an array that is kept elsewhere, of what `Encoder` was told of its place.
    """

    def __init__(
        self,
        arrays: Mapping[str, np.ndarray],
        given: Mapping[str, object] | None = None,
        fetch: Callable[..., np.ndarray] | None = None,
    ):
        self._arrays, self._given, self._fetch = arrays, given or {}, fetch
        self._known: dict[int, Any] = {}
        self._methods: dict[str, Callable[[dict[str, Any]], Any]] = {
            "$ref": self._ref,
            "$given": self._of_caller,
            "$float": self._float,
            "$complex": self._complex,
            "$scalar": self._scalar,
            "$tuple": self._tuple,
            "$set": self._set,
            "$frozenset": self._frozenset,
            "$list": self._list,
            "$dict": self._dict,
            "$array": self._array,
            "$stored": self._stored,
            "$seeds": self._seeds,
            "$generator": self._generator,
            "$enum": self._enum,
            "$class": self._class,
            "$object": self._object,
        }

    def value(self, node: Any) -> Any:
        """Returns the value of a node.

        Raises:
          ValueError: for a node that makes no sense, or names what is not there.
        """
        if isinstance(node, list):
            return [self.value(item) for item in node]
        if not isinstance(node, dict):
            return node
        mark = next(iter(node), "")
        if not mark.startswith("$"):
            return {key: self.value(item) for key, item in node.items()}
        if mark not in self._methods:
            raise ValueError(f"there is no kind {mark!r}; was it written by a newer iflow?")
        return self._methods[mark](node)

    def _remember(self, node: dict[str, Any], value: Any) -> Any:
        if "n" in node:
            self._known[node["n"]] = value
        return value

    def _ref(self, node: dict[str, Any]) -> Any:
        return self._known[node["$ref"]]

    def _of_caller(self, node: dict[str, Any]) -> Any:
        name = node["$given"]
        if name not in self._given:
            raise ValueError(f"{name!r} must be given, which is not stored")
        return self._given[name]

    def _float(self, node: dict[str, Any]) -> float:
        return _FLOATS[node["$float"]]

    def _complex(self, node: dict[str, Any]) -> complex:
        return complex(*(self.value(part) for part in node["$complex"]))

    def _scalar(self, node: dict[str, Any]) -> Any:
        dtype = np.dtype(node["$scalar"])
        if dtype.kind not in _SCALAR_KINDS or dtype.itemsize > _LARGEST_SCALAR:
            raise ValueError(f"there is no number of type {dtype}")
        return dtype.type(self.value(node["value"]))

    def _tuple(self, node: dict[str, Any]) -> tuple[Any, ...]:
        return tuple(self.value(item) for item in node["$tuple"])

    def _set(self, node: dict[str, Any]) -> set[Any]:
        return {self.value(item) for item in node["$set"]}

    def _frozenset(self, node: dict[str, Any]) -> frozenset[Any]:
        return frozenset(self.value(item) for item in node["$frozenset"])

    def _list(self, node: dict[str, Any]) -> list[Any]:
        made = self._remember(node, [])
        made.extend(self.value(item) for item in node["$list"])
        return made

    def _dict(self, node: dict[str, Any]) -> dict[Any, Any]:
        made = self._remember(node, {})
        for key, item in node["$dict"]:
            made[self.value(key)] = self.value(item)
        return made

    def _array(self, node: dict[str, Any]) -> np.ndarray:
        return self._remember(node, self._arrays[node["$array"]])

    def _stored(self, node: dict[str, Any]) -> np.ndarray:
        if self._fetch is None:
            raise ValueError(f"an array is in another file, {node['$stored'][0]!r}")
        return self._remember(node, self._fetch(*node["$stored"]))

    def _seeds(self, node: dict[str, Any]) -> np.random.SeedSequence:
        arguments = {name: self.value(item) for name, item in node["$seeds"].items()}
        if not 0 < arguments.get("pool_size", 4) <= _LARGEST_POOL:
            raise ValueError(f"there are no seeds of pool_size {arguments['pool_size']}")
        return self._remember(node, np.random.SeedSequence(**arguments))

    def _generator(self, node: dict[str, Any]) -> np.random.Generator:
        name = node["$generator"]
        if name not in _GENERATORS:
            raise ValueError(f"there is no random generator {name!r}")
        bits = getattr(np.random, name)(self.value(node["seeds"]))
        bits.state = {"bit_generator": name, **self.value(node["state"])}
        return self._remember(node, np.random.Generator(bits))

    def _enum(self, node: dict[str, Any]) -> Any:
        return self._own_class(node["$enum"], Enum)[node["name"]]

    def _class(self, node: dict[str, Any]) -> type:
        """Returns a class by name; it is not imported, for that would run code that the file chose."""
        module, _, name = node["$class"].partition(":")
        found: Any = sys.modules.get(module)
        for part in name.split("."):
            found = getattr(found, part, None)
        if not isinstance(found, type):
            raise ValueError(
                f"the class {name} of the module {module!r} is needed, which has not been imported: import "
                "it first"
            )
        return found

    def _object(self, node: dict[str, Any]) -> Any:
        kind: Any = self._own_class(node["$object"], object)
        made = self._remember(node, object.__new__(kind))
        state = self.value(node["state"])
        if hasattr(made, "__setstate__"):
            try:
                made.__setstate__(state)
            except ImportError:
                raise
            except Exception as error:
                raise ValueError(f"no {kind.__name__} can be made of what is stored: {error!r}") from error
            return made
        state = state or {}
        _require_members(kind, state)
        for name, item in state.items():
            object.__setattr__(made, name, item)  # frozen dataclasses too
        return made

    def _own_class(self, name: str, base: type) -> Any:
        module, _, qualified = name.partition(":")
        if not is_stored(module):
            raise ValueError(f"{name!r} is no class of iflow")
        try:
            found: Any = importlib.import_module(module)
            for part in qualified.split("."):
                found = getattr(found, part)
        except (ImportError, AttributeError):
            raise ValueError(f"this version of iflow has no {qualified} in {module}") from None
        if not (isinstance(found, type) and issubclass(found, base) and found.__module__ == module):
            raise ValueError(f"{name!r} is no class of iflow")
        return found


def _require_members(kind: type, state: Mapping[str, Any]) -> None:
    """Raises a ValueError unless these may be the members of an object.

    A name such as `__class__` would make something else of it, with a `__del__` perhaps that deletes files.
    """
    for name in state:
        if not (name.isidentifier() and not (name.startswith("__") and name.endswith("__"))):
            raise ValueError(f"{kind.__name__} can have no member {name!r}")
    if dataclasses.is_dataclass(kind):
        missing = [each.name for each in dataclasses.fields(kind) if each.name not in state]
        if missing:
            raise ValueError(
                f"{kind.__name__} lacks {', '.join(missing)}: it was written by another version of iflow; go "
                "on with that one, or begin anew"
            )
