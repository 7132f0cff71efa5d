"""The file: an npz with the tree under "tree", the version of the format, the arrays, and a seal."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from iflow.archive.decoder import DAMAGE, Decoder
from iflow.archive.encoder import Encoder, Locate
from iflow.archive.opening import told
from iflow.archive.sealed import SealedArrays, open_arrays, save_arrays
from iflow.version import __version__

# Raised when what is stored of a run changes: a run goes on only with the format that it was begun with.
FORMAT = 6
_UNFINISHED = ".unfinished"


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
        with suppress(OSError):  # of a disk that went away; the first error says so
            unfinished.unlink(missing_ok=True)
        raise


def replace_text(path: Path, text: str) -> None:
    """Writes a text into a file, in one go.

    Raises:
      OSError: if it cannot be written.
    """
    with told(path, "cannot be written", "what was there before is as it was"):
        replace(path, lambda unfinished: _write_text(unfinished, text))


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def write(
    path: Path,
    content: Mapping[str, object],
    *,
    given: Mapping[str, object] | None = None,
    locate: Locate | None = None,
) -> str:
    """Writes values by name into one file; returns its seal, by which it is told from all others.

    Args:
      path: of the file; replaced in one go.
      content: the values; see `Encoder` for what they may be made of.
      given: objects that are only named.
      locate: tells where an array is kept already.

    Raises:
      TypeError: for something that cannot be stored.
      OSError: if the file cannot be written; what was there before is as it was.
    """
    encoder = Encoder(given, locate)
    tree = {"iflow": __version__, "content": encoder.tree(dict(content))}
    text = np.array(json.dumps(tree).encode("ascii"))
    arrays = {"format": np.array(FORMAT), "tree": text, **encoder.arrays}
    seals: list[str] = []
    with told(
        path, "cannot be written", "what was there before is as it was; save to another disk or folder"
    ):
        replace(path, lambda unfinished: seals.append(save_arrays(unfinished, arrays)))
    return seals[0]


def read(
    path: Path,
    names: tuple[str, ...],
    *,
    given: Mapping[str, object] | None = None,
    fetch: Callable[..., np.ndarray] | None = None,
    seal: str | None = None,
) -> list[Any]:
    """Returns some of the values of a file, in the order of their names.

    What a value shares with one that is written before it is there only if that is read too.

    Args:
      path: of the file.
      names: of the values.
      given: what stands where an object is only named.
      fetch: returns arrays that are kept elsewhere.
      seal: what `write` has returned; None for any.

    Raises:
      ValueError: for a file that is damaged, of another format or none of iflow's; one with another seal.
      OSError: if it cannot be read.
    """
    with open_arrays(path, needs_seal=False) as stored:
        try:
            _require_own(path, stored, seal)
            content = json.loads(stored["tree"].item())["content"]
            decoder = Decoder(stored, given, fetch)
            return [decoder.value(content[name]) for name in names]
        except DAMAGE as error:
            raise ValueError(f"{path} cannot be read, it is damaged or not of iflow: {error!r}") from error
        except ValueError as error:
            raise error if str(path) in str(error) else ValueError(f"{path}: {error}") from error


def _require_own(path: Path, stored: SealedArrays, seal: str | None) -> None:
    """Raises a ValueError unless a file is of this format, whole, and the one that is meant."""
    found = stored["format"] if "format" in stored else np.empty(0)
    if found.dtype.kind != "i" or found.ndim:
        raise ValueError(f"{path} cannot be read, it is damaged or not of iflow: it names no format")
    require_format(path, int(found))
    if not stored.seal:
        raise ValueError(f"{path} cannot be read, it is damaged or not of iflow: it has no seal")
    if seal is not None and seal != stored.seal:
        raise ValueError(
            f"{path} is not the file that was written with the others: it is of another run or time"
        )


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
