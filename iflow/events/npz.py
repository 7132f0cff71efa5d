"""Events in a file of NumPy's: `points`, `weights`, `metadata` (JSON), `observable.<name>`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from iflow import archive
from iflow.events import metadata

if TYPE_CHECKING:
    from iflow.events.events import Events

_PREFIX = "observable."


def write(path: Path, events: Events) -> None:
    """Writes events."""
    arrays: dict[str, Any] = {_PREFIX + name: values for name, values in events.observables.items()}
    arrays |= metadata.arrays_of(events.points, events.weights, events.component_weights)
    archive.save_arrays(path, {"metadata": np.array(metadata.as_text(events, arrays)), **arrays})


def read(path: Path) -> dict[str, Any]:
    """Returns the fields of the events in a file.

    Raises:
      ValueError: if it is no such file, or damaged.
      OSError: if it cannot be read.
    """
    try:
        with archive.open_arrays(path, needs_seal=False) as stored:
            return _fields(stored, path)
    except ValueError as error:
        raise ValueError(f"{path} is no file of events, or it is damaged: {error}") from error


def _fields(stored: archive.SealedArrays, path: Path) -> dict[str, Any]:
    missing = {"points", "weights", "metadata"} - set(stored)
    if missing:
        raise ValueError(f"it has no {', '.join(sorted(missing))}")
    fields, checksums = metadata.from_text(str(stored["metadata"]), path)
    observables = {name.removeprefix(_PREFIX): stored[name] for name in stored if name.startswith(_PREFIX)}
    optional = {name: stored[name] for name in ("component_weights",) if name in stored}
    fields |= {
        **optional,
        "points": stored["points"],
        "weights": stored["weights"],
        "observables": observables,
    }
    metadata.require_whole(fields, checksums, path)
    return fields
