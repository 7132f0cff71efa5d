"""Arrays by name in an npz, with a seal: what was changed, exchanged or cut off is not read as it were whole.

Each array has the checksum of its bytes, header included, in the directory of the file; the seal is a hash of
that directory. It is an array like the others, named "seal", so that NumPy alone reads all of it.

The reader takes no more room than the file has bytes: nothing is decompressed, and each array is as long as
its place in the file. It unpickles nothing.
"""

from __future__ import annotations

import hashlib
import os
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import numpy as np

from iflow.archive.npy import read_array
from iflow.archive.opening import opened

_SEAL = "seal"
_ENDING = ".npy"
# What Python's reader of zip files raises where bytes make no sense.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    KeyError,
    IndexError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    UnicodeError,
)


def save_arrays(path: Path, arrays: Mapping[str, np.ndarray]) -> str:
    """Writes arrays, and their seal; returns it.

    Args:
      path: of the file, which is written over.
      arrays: of numbers, texts or times, by name.

    Raises:
      OSError: if it cannot be written.
    """
    # np.savez leaves the file of NumPy before 2.2 half open when the disk is full.
    with path.open("wb") as file, zipfile.ZipFile(file, "w") as stored:
        for name, array in arrays.items():
            _store(stored, name, array)
        seal = _seal_of(stored.infolist())
        _store(stored, _SEAL, np.array(seal))
    return seal


def _store(stored: zipfile.ZipFile, name: str, array: np.ndarray) -> None:
    # In the long form, for an array may have more than 2 GB, which is known too late.
    with stored.open(name + _ENDING, "w", force_zip64=True) as member:
        np.lib.format.write_array(member, array, allow_pickle=False)


class SealedArrays(Mapping[str, np.ndarray]):
    """The arrays of a file by name, each read when it is asked for.

    Args:
      path: of the file, for messages.
      file: opened for reading.
      needs_seal: False where older files have none.

    Attributes:
      seal: of the file; "" where it has none.

    Raises:
      ValueError: for a file that is damaged or not of iflow.
    """

    def __init__(self, path: Path, file: BinaryIO, *, needs_seal: bool = True):
        self._path = path
        self._size = os.fstat(file.fileno()).st_size
        with self._understood():
            self._zip = zipfile.ZipFile(file)
            found = self._zip.infolist()
            for info in found:
                self._require_plain(info)
            self._infos = {info.filename.removesuffix(_ENDING): info for info in found}
            if len(self._infos) < len(found) or sum(info.file_size for info in found) > self._size:
                raise ValueError("arrays lie over each other")
        self.seal = ""
        if _SEAL in self._infos:
            self.seal = str(self[_SEAL])
            del self._infos[_SEAL]
            if self.seal != _seal_of(self._infos.values()):
                raise self._damaged("its arrays are not those that were written together")
        elif needs_seal:
            raise self._damaged("it has no seal")

    def __getitem__(self, name: str) -> np.ndarray:
        """Returns an array.

        Raises:
          KeyError: if there is none of that name.
          ValueError: if it is damaged.
        """
        info = self._infos[name]
        with self._understood(), self._zip.open(info) as member:
            array = read_array(member, info.file_size)  # type: ignore[arg-type]
            # A checksum is looked at when the last byte has been read, not before.
            if member.read(1):
                raise ValueError(f"the array {name!r} claims fewer bytes than it has")
            return array

    def __iter__(self) -> Iterator[str]:
        """Returns an iterator over the names."""
        return iter(self._infos)

    def __len__(self) -> int:
        """Returns the number of arrays."""
        return len(self._infos)

    def __enter__(self) -> Self:
        """Returns itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Is done with the file, which whoever opened it closes."""
        self._zip.close()

    def _require_plain(self, info: zipfile.ZipInfo) -> None:
        if info.compress_type != zipfile.ZIP_STORED or info.flag_bits & 1:
            raise ValueError(f"{info.filename!r} is compressed or encrypted, which iflow never does")
        if info.file_size != info.compress_size or info.header_offset + info.file_size > self._size:
            raise ValueError(f"{info.filename!r} claims {info.file_size:,} bytes that are not there")

    @contextmanager
    def _understood(self) -> Iterator[None]:
        try:
            yield
        except (ValueError, *_DAMAGE) as error:
            raise self._damaged(f"{error}") from error
        except OSError as error:
            # The zip reader seeks to where a damaged directory points to.
            if error.errno in (None, 22):
                raise self._damaged(f"{error}") from error
            raise

    def _damaged(self, why: str) -> ValueError:
        return ValueError(f"{self._path} cannot be read, it is damaged or not of iflow: {why}")


@contextmanager
def open_arrays(path: Path, *, needs_seal: bool = True) -> Iterator[SealedArrays]:
    """Opens a file of arrays during the block.

    Args:
      path: of the file.
      needs_seal: False where older files have none.

    Raises:
      ValueError: for a file that is damaged or not of iflow.
      OSError: if it cannot be opened or read.
    """
    with opened(path) as file, SealedArrays(path, file, needs_seal=needs_seal) as arrays:
        yield arrays


def _seal_of(infos: Iterable[zipfile.ZipInfo]) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for info in sorted(infos, key=lambda info: info.filename):
        digest.update(f"{info.filename}\0{info.file_size}\0{info.CRC}\n".encode())
    return digest.hexdigest()
