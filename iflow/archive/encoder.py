"""From objects to a tree of JSON, and the arrays beside it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any

import numpy as np

from iflow.archive.known import is_stored

# Where an array is kept already: a file, a name in it, and by what the file is known; None for nowhere.
Locate = Callable[[np.ndarray], tuple[str, ...] | None]

_SCALAR_KINDS = "biufc"
_MARK = "$"


class Encoder:
    """Makes a tree of one value; what occurs in it twice is written once and referred to.

    A node is a JSON number, text, true, false, null or list, or an object whose first key says what it
    is: "$tuple", "$array", "$object" and so on; one without such a key is a dict.

    Args:
      given: objects that are not written but only named; the reader hands in its own.
      locate: tells where an array is kept already.

    Attributes:
      arrays: by the name that the tree calls them.
    """

    def __init__(self, given: Mapping[str, object] | None = None, locate: Locate | None = None):
        self._given = {id(value): name for name, value in (given or {}).items()}
        self._locate = locate
        self._numbers: dict[int, int] = {}
        self._referred: set[int] = set()
        # An object that is gone would leave its identity to another.
        self._alive: list[object] = []
        self.arrays: dict[str, np.ndarray] = {}

    def tree(self, value: object) -> Any:
        """Returns the tree of a value.

        Raises:
          TypeError: for something that cannot be stored, with the way to it.
        """
        return self._tidy(self._encode(value, "it"))

    def _encode(self, value: Any, path: str) -> Any:
        if id(value) in self._given:
            return {"$given": self._given[id(value)]}
        if value is None or type(value) in (bool, int, str):
            return value
        if type(value) is float:
            return value if math.isfinite(value) else {"$float": repr(value)}
        if type(value) is complex:
            return {"$complex": [self._encode(part, path) for part in (value.real, value.imag)]}
        if isinstance(value, np.generic):
            return self._encode_scalar(value, path)
        if type(value) in (tuple, set, frozenset):
            kind = type(value).__name__
            items = sorted(value) if kind != "tuple" else value
            return {_MARK + kind: [self._encode(item, f"{path}[{i}]") for i, item in enumerate(items)]}
        if isinstance(value, Enum):
            return {"$enum": self._own_name(type(value), path), "name": value.name}
        if isinstance(value, type):
            if "<locals>" in value.__qualname__:
                raise TypeError(
                    f"{path} cannot be stored: the class {value.__qualname__} is made within a function, "
                    "where nobody finds it again; define it at the top of a module"
                )
            return {"$class": f"{value.__module__}:{value.__qualname__}"}
        return self._encode_shared(value, path)

    def _encode_shared(self, value: Any, path: str) -> Any:
        """Returns the node of something that has an identity."""
        number = self._numbers.get(id(value))
        if number is not None:
            self._referred.add(number)
            return {"$ref": number}
        number = self._numbers[id(value)] = len(self._numbers)
        self._alive.append(value)
        if type(value) is list:
            node: dict[str, Any] = {
                "$list": [self._encode(item, f"{path}[{i}]") for i, item in enumerate(value)]
            }
        elif type(value) is dict:
            node = {
                "$dict": [
                    [self._encode(key, f"a key of {path}"), self._encode(item, f"{path}[{key!r}]")]
                    for key, item in value.items()
                ]
            }
        elif type(value) is np.ndarray:
            node = self._encode_array(value, path)
        elif isinstance(value, np.random.SeedSequence):
            node = {"$seeds": {name: self._encode(item, path) for name, item in value.state.items()}}
        elif isinstance(value, np.random.Generator):
            node = self._encode_generator(value, path)
        else:
            node = {"$object": self._own_name(type(value), path), "state": self._state(value, path)}
        return node | {"n": number}

    def _encode_array(self, array: np.ndarray, path: str) -> dict[str, Any]:
        if array.dtype.hasobject:
            raise TypeError(f"{path} cannot be stored: an array of Python objects")
        place = self._locate(array) if self._locate else None
        if place is not None:
            return {"$stored": list(place)}
        name = f"array_{len(self.arrays)}"
        self.arrays[name] = array
        return {"$array": name}

    def _encode_scalar(self, value: np.generic, path: str) -> dict[str, Any]:
        if value.dtype.kind not in _SCALAR_KINDS or value.dtype.itemsize > 16:
            raise TypeError(f"{path} cannot be stored: {type(value).__name__}")
        return {"$scalar": value.dtype.str, "value": self._encode(value.item(), path)}

    def _encode_generator(self, rng: np.random.Generator, path: str) -> dict[str, Any]:
        state = dict(rng.bit_generator.state)
        return {
            "$generator": state.pop("bit_generator"),
            "state": self._members(state, path),
            "seeds": self._encode(rng.bit_generator.seed_seq, path),
        }

    def _state(self, value: Any, path: str) -> Any:
        state = value.__getstate__()
        self._alive.append(state)
        if isinstance(state, tuple) and len(state) == 2:  # a class with slots
            state = (state[0] or {}) | state[1]
        if not isinstance(state, dict):
            return self._encode(state, path)
        return self._members(state, path)

    def _members(self, state: dict[str, Any], path: str) -> Any:
        return {"$dict": [[name, self._encode(item, f"{path}.{name}")] for name, item in state.items()]}

    def _own_name(self, kind: type, path: str) -> str:
        if not is_stored(kind.__module__):
            raise TypeError(
                f"{path} cannot be stored: {kind.__module__}.{kind.__qualname__} is neither part of a run of "
                "iflow nor one of NumPy's or Python's own containers and numbers"
            )
        return f"{kind.__module__}:{kind.__qualname__}"

    def _tidy(self, node: Any) -> Any:
        """Leaves out numbers that nobody refers to, and writes plain lists and dicts as JSON's own."""
        if isinstance(node, list):
            return [self._tidy(item) for item in node]
        if not isinstance(node, dict):
            return node
        node = {key: self._tidy(item) for key, item in node.items()}
        if node.get("n", -1) not in self._referred and "$ref" not in node:
            node.pop("n", None)
        if len(node) == 1:
            if "$list" in node:
                return node["$list"]
            if "$dict" in node and all(_is_plain(key) for key, _ in node["$dict"]):
                return dict(node["$dict"])
        return node


def _is_plain(key: object) -> bool:
    return isinstance(key, str) and not key.startswith(_MARK)
