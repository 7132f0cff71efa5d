"""Events in a file of NumPy's: `points`, `weights`, `metadata` (JSON), `observable.<name>`."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from iflow.events import metadata

if TYPE_CHECKING:
    from iflow.events.events import Events

_PREFIX = "observable."


def write(path: Path, events: Events) -> None:
    """Writes events."""
    arrays: dict[str, Any] = {_PREFIX + name: values for name, values in events.observables.items()}
    if events.component_weights is not None:
        arrays["component_weights"] = events.component_weights
    arrays |= {"points": events.points, "weights": events.weights}
    with path.open("wb") as file:
        np.savez(file, metadata=np.array(metadata.as_text(events)), **arrays)


def _opened(path: Path) -> Any:
    try:
        stored = np.load(path, allow_pickle=False)
    except (ValueError, EOFError, zipfile.BadZipFile) as error:
        raise ValueError(f"{path} is no file of events, or it is damaged: NumPy cannot read it") from error
    if not isinstance(stored, np.lib.npyio.NpzFile):
        raise ValueError(f"{path} is no file of events: it holds a single array")
    return stored


def read(path: Path) -> dict[str, Any]:
    """Returns the fields of the events in a file.

    Raises:
      ValueError: if it is no such file.
    """
    with _opened(path) as stored:
        missing = {"points", "weights", "metadata"} - set(stored.files)
        if missing:
            raise ValueError(f"{path} is no file of events: it has no {', '.join(sorted(missing))}")
        fields = metadata.from_text(str(stored["metadata"]), path)
        observables = {
            name.removeprefix(_PREFIX): stored[name] for name in stored.files if name.startswith(_PREFIX)
        }
        optional = {name: stored[name] for name in ("component_weights",) if name in stored.files}
        return {
            **fields,
            **optional,
            "points": stored["points"],
            "weights": stored["weights"],
            "observables": observables,
        }
