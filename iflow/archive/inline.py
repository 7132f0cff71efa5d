"""The same as text alone: small arrays are spelled out, for files that people read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from iflow.archive.decoder import DAMAGE, Decoder
from iflow.archive.encoder import Encoder

_NUMBERS = "biufc"


def to_json(value: object, *, given: Mapping[str, object] | None = None) -> str:
    """Returns a value as JSON, with a seal; arrays as lists of their numbers, exact to the last bit.

    Raises:
      TypeError: for something that cannot be stored.
    """
    encoder = Encoder(given)
    tree = encoder.tree(value)
    arrays = {name: _spelled(array) for name, array in encoder.arrays.items()}
    return sealed({"value": tree, "arrays": arrays})


def from_json(text: str, *, given: Mapping[str, object] | None = None) -> Any:
    """Returns the value that `to_json` wrote.

    Raises:
      ValueError: for a text that it did not write, or that was changed since.
    """
    try:
        stored = unsealed(text)
        arrays = {name: _read(array) for name, array in stored["arrays"].items()}
        return Decoder(arrays, given).value(stored["value"])
    except DAMAGE as error:
        raise ValueError(f"it is damaged, or not of iflow: {error!r}") from error


def sealed(content: Mapping[str, Any]) -> str:
    """Returns what is made of JSON's own types as text, with a hash of all that it says."""
    return json.dumps({**content, "seal": _seal_of(content)}, indent=1)


def unsealed(text: str) -> dict[str, Any]:
    """Returns what `sealed` was given.

    Raises:
      ValueError: for a text that it did not write, or that was changed since.
    """
    try:
        stored = json.loads(text)
        seal = stored.pop("seal")
        if seal != _seal_of(stored):
            raise ValueError("it is damaged or was changed by hand: its seal is that of another content")
        return stored
    except DAMAGE as error:
        raise ValueError(f"it is damaged, or not of iflow: {error!r}") from error


def seal_of_text(text: str) -> str:
    """Returns the seal of what `to_json` wrote."""
    return str(json.loads(text)["seal"])


def _seal_of(content: Mapping[str, Any]) -> str:
    return hashlib.blake2b(json.dumps(content, sort_keys=True).encode("ascii"), digest_size=16).hexdigest()


def _spelled(array: np.ndarray) -> dict[str, Any]:
    # Floats may be nan or inf, which JSON does not have; texts of them it has.
    numbers = array.ravel().view(array.real.dtype) if array.dtype.kind == "c" else array.ravel()
    kind = numbers.dtype.kind
    values = [repr(x) for x in numbers.tolist()] if kind == "f" else numbers.tolist()
    return {"dtype": array.dtype.str, "shape": list(array.shape), "values": values}


def _read(array: dict[str, Any]) -> np.ndarray:
    dtype = np.dtype(array["dtype"])
    if dtype.kind not in _NUMBERS:
        raise ValueError(f"there is no array of type {dtype}")
    part = np.dtype(f"f{dtype.itemsize // 2}") if dtype.kind == "c" else dtype
    values = [float(x) for x in array["values"]] if part.kind == "f" else array["values"]
    return np.array(values, part).view(dtype).reshape(array["shape"])
