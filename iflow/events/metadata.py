"""What a file says of its events besides the columns."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from iflow import archive
from iflow.events.unweighting import Unweighting
from iflow.version import __version__

if TYPE_CHECKING:
    from iflow.events.events import Events

# Since 2 the text has a seal and checksums of the arrays.
_FORMAT = 2
_FACTS = ("names", "integral", "integral_sdev", "n_trials", "seed", "of_norm", "component_names")


def as_text(events: Events, arrays: Mapping[str, np.ndarray]) -> str:
    """Returns the metadata as JSON; what is not a number is written as NaN or Infinity.

    Args:
      events: to be written.
      arrays: all that the file holds of them, by name.
    """
    facts = {name: getattr(events, name) for name in _FACTS}
    report = asdict(events.unweighting) if events.unweighting else None
    checksums = {name: _checksum(array) for name, array in arrays.items()}
    return archive.sealed(
        {
            "format": _FORMAT,
            "iflow_version": __version__,
            **facts,
            "unweighting": report,
            "checksums": checksums,
        }
    )


def from_text(text: str, path: object) -> tuple[dict[str, Any], dict[str, int] | None]:
    """Returns fields of events, and checksums of their arrays; None where a file is too old to have any.

    Raises:
      ValueError: for a file that is damaged, or of a later format.
    """
    try:
        found = json.loads(text)
        if found["format"] not in range(1, _FORMAT + 1):
            raise ValueError(
                f"{path} has the format {found['format']}, written by iflow {found['iflow_version']}; this "
                f"is iflow {__version__}, which reads format {_FORMAT}: install a newer one"
            )
        if found["format"] > 1 or "seal" in found:
            found = archive.unsealed(text)
        fields = {name: found[name] for name in _FACTS if name in found}
        fields |= {name: tuple(fields[name]) for name in ("names", "component_names") if name in fields}
        report = found["unweighting"]
        if report:
            report = Unweighting(**report | {"warnings": tuple(report["warnings"])})
        return {**fields, "unweighting": report}, found.get("checksums")
    except (KeyError, TypeError, AttributeError, RecursionError, json.JSONDecodeError) as error:
        raise ValueError(f"{path} is no file of events, or it is damaged: {error!r}") from error
    except ValueError as error:
        raise error if str(path) in str(error) else ValueError(f"{path}: {error}") from error


def require_whole(fields: Mapping[str, Any], checksums: Mapping[str, int] | None, path: object) -> None:
    """Raises a ValueError unless fields of events fit together and are what was written.

    Args:
      fields: all of `Events`.
      checksums: that were written with them, by name; None where none were.
      path: of the file.
    """
    arrays = arrays_of(fields["points"], fields["weights"], fields.get("component_weights"))
    arrays |= {f"observable.{name}": values for name, values in fields["observables"].items()}
    if checksums is not None:
        wrong = [
            name
            for name in {*checksums, *arrays}
            if name not in arrays or checksums.get(name) != _checksum(arrays[name])
        ]
        if wrong:
            raise ValueError(f"{path} is damaged: {min(wrong)} is not what was written")
    n, dim = len(arrays["weights"]), len(fields["names"])
    shapes = {name: array.shape for name, array in arrays.items()}
    if shapes["points"] != (n, dim) or any(shape[:1] != (n,) for shape in shapes.values()):
        raise ValueError(
            f"{path} is damaged: {n} events of {dim} coordinates need other shapes than {shapes}"
        )
    for name in ("points", "weights"):
        if arrays[name].dtype.kind not in "fiu" or not np.isfinite(arrays[name]).all():
            raise ValueError(f"{path} is damaged: {name} must be finite numbers")


def arrays_of(
    points: np.ndarray, weights: np.ndarray, component_weights: np.ndarray | None
) -> dict[str, np.ndarray]:
    """Returns by name the arrays of events, but for observables."""
    arrays = {"points": points, "weights": weights}
    return arrays if component_weights is None else {**arrays, "component_weights": component_weights}


def _checksum(array: np.ndarray) -> int:
    plain = np.ascontiguousarray(array)
    return zlib.crc32(
        plain.reshape(-1).view(np.uint8).data, zlib.crc32(f"{plain.dtype.str}{plain.shape}".encode())
    )
