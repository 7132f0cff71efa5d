"""The same as text alone: small arrays are spelled out, for files that people read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from iflow.archive.decoder import Decoder
from iflow.archive.encoder import Encoder


def to_json(value: object, *, given: Mapping[str, object] | None = None) -> str:
    """Returns a value as JSON; arrays as lists of their numbers, exact to the last bit.

    Raises:
      TypeError: for something that cannot be stored.
    """
    encoder = Encoder(given)
    tree = encoder.tree(value)
    arrays = {name: _spelled(array) for name, array in encoder.arrays.items()}
    return json.dumps({"value": tree, "arrays": arrays}, indent=1)


def from_json(text: str, *, given: Mapping[str, object] | None = None) -> Any:
    """Returns the value that `to_json` wrote.

    Raises:
      ValueError: for a text that it did not write.
    """
    try:
        stored = json.loads(text)
        arrays = {name: _read(array) for name, array in stored["arrays"].items()}
        return Decoder(arrays, given).value(stored["value"])
    except (KeyError, TypeError, IndexError, AttributeError, json.JSONDecodeError) as error:
        raise ValueError(f"it is damaged, or not of iflow: {error!r}") from error


def _spelled(array: np.ndarray) -> dict[str, Any]:
    # Floats may be nan or inf, which JSON does not have; texts of them it has.
    numbers = array.ravel().view(array.real.dtype) if array.dtype.kind == "c" else array.ravel()
    kind = numbers.dtype.kind
    values = [repr(x) for x in numbers.tolist()] if kind == "f" else numbers.tolist()
    return {"dtype": array.dtype.str, "shape": list(array.shape), "values": values}


def _read(array: dict[str, Any]) -> np.ndarray:
    dtype = np.dtype(array["dtype"])
    part = np.dtype(f"f{dtype.itemsize // 2}") if dtype.kind == "c" else dtype
    values = [float(x) for x in array["values"]] if part.kind == "f" else array["values"]
    return np.array(values, part).view(dtype).reshape(array["shape"])
