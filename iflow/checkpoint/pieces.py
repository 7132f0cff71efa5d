"""What has been computed of batches that are not on the tape yet."""

from __future__ import annotations

import io
import os
import threading
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, BinaryIO

import numpy as np

from iflow import archive
from iflow.checkpoint.folder import Folder
from iflow.executors import Piece

# Pieces are gathered until they are worth so much work, in seconds: of a cheap integrand most batches are on
# the tape before anything is written here.
_WORTH = 0.2
_HEAD = np.dtype([("start", "<i8"), ("end", "<i8"), ("seconds", "<f8"), ("crc", "<u4")])


class Pieces:
    """Stores pieces of batches in a folder, those of each batch one after another in a file of its own.

    A file is a sequence of arrays as `numpy.save` writes them: a head with a checksum of all that follows
    and of itself, then values, for each piece. It only
    grows, by whole pieces; a process that is killed leaves at most one at the end that is cut off, which the
    next one drops.

    Written to by the thread that speaks to workers, read by the one that runs.

    Args:
      folder: of the run.
      run_key: of the run; pieces of another one are dropped as damaged ones are.
      worth: seconds of work that are gathered before they are written.
    """

    def __init__(self, folder: Folder, *, run_key: str = "", worth: float = _WORTH):
        self._folder, self._worth = folder, worth
        self._seed = zlib.crc32(run_key.encode())
        self._lock = threading.Lock()
        self._is_open = False
        self._gathered: dict[str, list[Piece]] = {}
        self._files: dict[str, IO[bytes]] = {}
        self._stored: set[str] = set()
        self.remarks: list[str] = []

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Writes during the block, while the run holds the lock of the folder; before and after, nothing."""
        with self._lock:
            self._stored, self._is_open = set(self._folder.piece_keys()), True
        try:
            yield
        finally:
            with self._lock:
                for key in [*self._gathered]:
                    self._write(key)
                for file in self._files.values():
                    file.close()
                self._files, self._is_open = {}, False

    @property
    def is_empty(self) -> bool:
        """Whether there are none of any batch."""
        return not (self._stored or self._gathered)

    def find(self, key: str) -> Sequence[Piece]:
        """Returns the pieces of a batch that are stored."""
        with self._lock:
            if not self._is_open or key not in self._stored:
                return []
            path = self._folder.pieces(key)
            found, n_bytes = _read(path, self._seed)
            with path.open("r+b") as file:
                file.truncate(n_bytes)
            return found

    def keep(self, key: str, piece: Piece) -> None:
        """Stores a piece with values that are an array of numbers, together with others or at once."""
        if not isinstance(piece.values, np.ndarray) or piece.values.dtype.hasobject:
            return
        with self._lock:
            if not self._is_open:
                return
            gathered = self._gathered.setdefault(key, [])
            gathered.append(piece)
            if sum(each.seconds for each in gathered) >= self._worth:
                self._write(key)

    def forget(self, key: str) -> None:
        """Deletes the pieces of a batch: it is on the tape."""
        with self._lock:
            self._gathered.pop(key, None)
            file = self._files.pop(key, None)
            if file is not None:
                file.close()
            if key in self._stored:
                self._stored.discard(key)
                self._folder.pieces(key).unlink(missing_ok=True)

    def close(self, key: str) -> None:
        """Closes the file of a batch to which nothing is added any more, but which is not on the tape."""
        with self._lock:
            file = self._files.pop(key, None)
            if file is not None:
                file.close()

    def _write(self, key: str) -> None:
        """Adds what has been gathered of a batch to its file, in one go."""
        buffer = io.BytesIO()
        for piece in self._gathered.pop(key):
            values = io.BytesIO()
            np.save(values, np.ascontiguousarray(piece.values), allow_pickle=False)
            head = np.array((piece.start, piece.end, piece.seconds, 0), _HEAD)
            head["crc"] = _checksum(head, values.getvalue(), self._seed)
            np.save(buffer, head, allow_pickle=False)
            buffer.write(values.getbuffer())
        try:
            if key not in self._files:
                self._files[key] = self._folder.pieces(key).open("ab", buffering=0)
            self._stored.add(key)
            _add_whole(self._files[key], buffer.getbuffer())
        except OSError as error:  # they are a convenience: without them a batch is computed again
            if not self.remarks:
                self.remarks.append(
                    f"values that came back could not be stored before their batch was complete: {error}"
                )


def _add_whole(file: IO[bytes], content: memoryview) -> None:
    """Adds all to the end of a file, or nothing: what would follow half a piece could not be read."""
    end = file.seek(0, os.SEEK_END)
    try:
        n = file.write(content)
        if n < len(content):  # so much was left of the disk
            file.write(content[n:])  # says why
    except OSError:
        file.truncate(end)
        raise


def _read(path: Path, seed: int) -> tuple[list[Piece], int]:
    """Returns the pieces in a file up to the first that is damaged, and the bytes that they take."""
    found: list[Piece] = []
    n_bytes = 0
    with archive.opened(path) as file:
        size = os.fstat(file.fileno()).st_size
        while n_bytes < size:
            try:
                found.append(_read_piece(file, size, seed))
            except ValueError:
                break
            n_bytes = file.tell()
    return found, n_bytes


def _read_piece(file: BinaryIO, size: int, seed: int) -> Piece:
    """Returns the next piece of a file of so many bytes; a ValueError if it is not whole."""
    head: Any = archive.read_array(file, size - file.tell())
    if head.dtype != _HEAD or head.shape:
        raise ValueError("a piece does not begin with its head")
    start = file.tell()
    values = archive.read_array(file, size - start)
    end = file.tell()
    file.seek(start)
    if head["crc"] != _checksum(head, file.read(end - start), seed):
        raise ValueError("a piece is damaged")
    return Piece(int(head["start"]), int(head["end"]), values, float(head["seconds"]))


def _checksum(head: Any, values: bytes, seed: int) -> int:
    """Returns that of a head and of values as they are in the file, of the run that has a seed."""
    numbers = np.array((head["start"], head["end"], head["seconds"], 0), _HEAD)
    return zlib.crc32(values, zlib.crc32(numbers.tobytes(), seed))
