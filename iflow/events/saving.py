"""Files of events, told apart by their ending; written under another name first."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from iflow import archive
from iflow.destination import require_file, require_path
from iflow.events import lhe, npz, parquet
from iflow.events.particles import Particles

if TYPE_CHECKING:
    from iflow.events.events import Events

_LIBRARIES: dict[str, Callable[[], Any]] = {
    ".npz": lambda: None,
    ".parquet": parquet.library,
    ".lhe": lhe.library,
    ".lhe.gz": lhe.library,
}


def require_kind(path: str | os.PathLike[str]) -> str:
    """Returns the ending of a path.

    Raises:
      ValueError: if no kind of file has it.
      ImportError: if the library for that kind is not installed.
    """
    name = require_path("path must be a file of events", path).name.lower()
    for ending, library in _LIBRARIES.items():
        if name.endswith(ending):
            library()
            return ending
    raise ValueError(f"a file of events ends in one of {', '.join(_LIBRARIES)}, got {os.fspath(path)!r}")


def save(events: Events, path: str | os.PathLike[str], particles: Particles | None) -> None:
    """Writes events; see `Events.save`."""
    ending = require_kind(path)
    if not ending.startswith(".lhe"):
        if particles is not None:
            raise ValueError(f"particles= is for files .lhe and .lhe.gz, got the path {os.fspath(path)!r}")
        write = npz.write if ending == ".npz" else parquet.write
        with _replacing(Path(path), ending) as temporary:
            write(temporary, events)
        return
    if particles is None:
        raise ValueError(
            f"{os.fspath(path)!r} needs particles=iflow.Particles(ids, momenta): what the points mean"
        )
    if not isinstance(particles, Particles):
        raise TypeError(f"particles must be iflow.Particles(ids, momenta), got {particles!r}")
    with _replacing(Path(path), ending) as temporary:
        lhe.write(temporary, events, particles)


def load(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Returns the fields of events that were saved as `.npz` or `.parquet`.

    Raises:
      ValueError: for another ending; for a file that is damaged or none of events.
      ImportError: if the library for that kind is not installed.
      OSError: if it cannot be read.
    """
    ending = require_kind(path)
    if ending.startswith(".lhe"):
        raise ValueError(
            f"{os.fspath(path)!r} holds momenta, no points of the region: read it with pylhe.LHEFile.fromfile"
        )
    file = Path(path)
    if file.is_dir():
        raise IsADirectoryError(f"{os.fspath(path)!r} must be a file of events, but is a folder")
    if not file.exists():
        raise FileNotFoundError(f"there is no file {os.fspath(path)!r}: events.save(path) writes one")
    return (npz.read if ending == ".npz" else parquet.read)(file)


@contextmanager
def _replacing(path: Path, ending: str) -> Iterator[Path]:
    """Yields a name to write to; what is there in the end takes the place of `path`, at once."""
    require_file(path)
    temporary = path.with_name(f".{path.name}.{os.getpid()}{ending}")
    try:
        with archive.told(path, "events cannot be written", "they are in memory still: save them elsewhere"):
            yield temporary
            os.replace(temporary, path)
    finally:
        with suppress(OSError):  # of a disk that went away; the first error says so
            temporary.unlink(missing_ok=True)
