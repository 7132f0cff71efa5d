"""Where something is to be written: looked at before hours, or seconds, are spent on what is to go there."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

# What matplotlib writes, GIF since 3.11 only; it is not imported to tell.
FIGURES = tuple(f".{kind}" for kind in ("eps", "jpeg", "jpg", "pdf", "pgf", "png", "ps"))
FIGURES += tuple(f".{kind}" for kind in ("svg", "svgz", "tif", "tiff", "webp"))


def require_path(wanted: str, path: Any) -> Path:
    """Returns a path that was given as text or as a path.

    Args:
      wanted: what must hold, such as "path must be a file".
      path: whatever was given.

    Raises:
      TypeError: if it is neither.
      ValueError: if it is empty, or no name that a system knows.
    """
    if not isinstance(path, str | os.PathLike) or not isinstance(os.fspath(path), str):
        raise TypeError(f"{wanted}, as text or path, got {path!r}")
    if not os.fspath(path):
        raise ValueError(f"{wanted}, got '': give it a name")
    if "\0" in os.fspath(path):
        raise ValueError(f"{wanted}, got {path!r}: no file has a null in its name")
    return Path(path)


def require_file(path: Any) -> Path:
    """Returns the path of a file that can be written, as far as can be told without doing so.

    Raises:
      TypeError: if it is neither text nor a path.
      ValueError: if it is empty.
      FileNotFoundError: if its folder is not there.
      IsADirectoryError: if it is a folder itself.
    """
    file = require_path("path must be a file to write", path)
    if file.is_dir():
        raise IsADirectoryError(f"path must be a file to write, got the folder {str(path)!r}: add a name")
    if not file.absolute().parent.is_dir():
        raise FileNotFoundError(
            f"there is no folder {str(file.parent)!r} to write {file.name!r} in: make it first"
        )
    return file


def require_figure(path: Any) -> None:
    """Refuses what no figure can be written to; None writes nothing.

    Raises:
      TypeError: if it is neither text nor a path.
      ValueError: if it is empty, or its ending is of no kind of figure.
      OSError: as for `require_file`.
    """
    if path is None:
        return
    file = require_file(path)
    if file.suffix.lower() not in FIGURES:
        hint = f"; did you mean {str(path) + '.png'!r}?" if not file.suffix else ""
        raise ValueError(f"a figure ends in one of {', '.join(FIGURES)}, got {str(path)!r}{hint}")


def require_page(path: Any, title: Any) -> None:
    """Refuses what no page can be written to, and titles that are no text.

    Raises:
      TypeError: if the title is no text, or the path neither text nor a path.
      ValueError: if the path is empty.
      OSError: as for `require_file`.
    """
    require_file(path)
    if not isinstance(title, str):
        raise TypeError(f"title must be text, got {title!r}")
