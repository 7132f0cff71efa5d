"""Files as they are opened, and what is said where that fails."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

# More text than a person reads, and less than hurts.
LARGEST_TEXT = 1 << 26


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Opens a regular file for reading during the block.

    Args:
      path: of the file.

    Raises:
      ValueError: for something that is no regular file: a pipe would be waited for, for ever.
      OSError: if it cannot be opened or read, of the kind that the system gave, with the path.
    """
    with told(path, "cannot be read", "see that it is a file that you may read"):
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        try:
            mode = os.fstat(descriptor).st_mode
        except OSError:
            os.close(descriptor)
            raise
    if not stat.S_ISREG(mode):
        os.close(descriptor)
        what = "a folder" if stat.S_ISDIR(mode) else "a pipe or a device"
        raise ValueError(f"{path} must be a file that iflow has written, but it is {what}")
    with os.fdopen(descriptor, "rb") as file, told(path, "cannot be read", "see to the disk"):
        yield file


def read_text(path: Path) -> str:
    """Returns the text of a file in UTF-8; bytes that are none become question marks.

    Raises:
      ValueError: for no regular file, or one that is far larger than any that iflow writes.
      OSError: if it cannot be read.
    """
    with opened(path) as file:
        if os.fstat(file.fileno()).st_size > LARGEST_TEXT:
            raise ValueError(f"{path} is damaged or not of iflow: it has more than {LARGEST_TEXT:,} bytes")
        return file.read().decode("utf-8", errors="replace")


@contextmanager
def told(path: Path, what: str, remedy: str) -> Iterator[None]:
    """Says of an OSError in the block what could not be done with which file, and what may help.

    Raises:
      OSError: of the same kind and number.
    """
    try:
        yield
    except OSError as error:
        if isinstance(error.__cause__, OSError):  # of another file, and told already
            raise
        reason = error.strerror or str(error)
        kind = type(error) if error.errno is not None else OSError
        raise kind(error.errno, f"{what}: {reason}; {remedy}", str(path)) from error
