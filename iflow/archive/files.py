"""The file: an npz with the tree under "tree", the version of the format, and the arrays."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from iflow.archive.decoder import Decoder
from iflow.archive.encoder import Encoder, Locate
from iflow.version import __version__

# Raised when what is stored of a run changes: a run goes on only with the format that it was begun with.
FORMAT = 2
_UNFINISHED = ".unfinished"
_DAMAGE = (KeyError, TypeError, IndexError, AttributeError, json.JSONDecodeError)


def replace(path: Path, write: Callable[[Path], None]) -> None:
    """Writes a file under another name, then gives it its own: whoever looks sees all of it or nothing.

    Args:
      path: of the file.
      write: writes it under the path that it is handed.
    """
    unfinished = path.with_name(path.name + _UNFINISHED)
    try:
        write(unfinished)
        os.replace(unfinished, path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def replace_text(path: Path, text: str) -> None:
    """Writes a text into a file, in one go."""
    replace(path, lambda unfinished: _write_text(unfinished, text))


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def write(
    path: Path,
    content: Mapping[str, object],
    *,
    given: Mapping[str, object] | None = None,
    locate: Locate | None = None,
) -> None:
    """Writes values by name into one file.

    Args:
      path: of the file; replaced in one go.
      content: the values; see `Encoder` for what they may be made of.
      given: objects that are only named.
      locate: tells where an array is kept already.

    Raises:
      TypeError: for something that cannot be stored.
      OSError: if the file cannot be written.
    """
    encoder = Encoder(given, locate)
    tree = {"iflow": __version__, "content": encoder.tree(dict(content))}
    text = np.array(json.dumps(tree).encode("ascii"))
    arrays = {"format": np.array(FORMAT), "tree": text, **encoder.arrays}

    def save(unfinished: Path) -> None:
        with unfinished.open("wb") as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]

    replace(path, save)


def read(
    path: Path,
    names: tuple[str, ...],
    *,
    given: Mapping[str, object] | None = None,
    fetch: Callable[[str, str], np.ndarray] | None = None,
) -> list[Any]:
    """Returns some of the values of a file, in the order of their names.

    What a value shares with one that is written before it is there only if that is read too.

    Args:
      path: of the file.
      names: of the values.
      given: what stands where an object is only named.
      fetch: returns arrays that are kept elsewhere.

    Raises:
      ValueError: for a file that is damaged, of another format or none of iflow's.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            require_format(path, int(stored["format"]))
            content = json.loads(stored["tree"].item())["content"]
            decoder = Decoder(stored, given, fetch)
            return [decoder.value(content[name]) for name in names]
    except (zipfile.BadZipFile, EOFError, OSError, *_DAMAGE) as error:
        if isinstance(error, FileNotFoundError):
            raise
        raise ValueError(f"{path} cannot be read, it is damaged or not of iflow: {error!r}") from error
    except ValueError as error:
        if "pickle" in str(error):  # NumPy's guess about any file that is none of its own
            raise ValueError(f"{path} cannot be read, it is damaged or not of iflow") from error
        raise ValueError(f"{path}: {error}") from error


def require_format(path: Path, found: int) -> None:
    """Raises a ValueError for a format that this version does not read."""
    if found == FORMAT:
        return
    written, fix = (
        ("a newer", "upgrade") if found > FORMAT else ("an older", "go on with that one, or begin anew")
    )
    raise ValueError(
        f"the format is {found}, and this iflow {__version__} reads format {FORMAT}: it was written by "
        f"{written} iflow; {fix}"
    )
