"""The files that TensorBoard reads: scalars in protocol buffers, each framed by checksums.

An event is a message of a time (field 1, double), a step (2, integer) and a summary (5), which is a list of
values (1) of a tag (1, string), a tensor (8) of one 32-bit float (5), and metadata (9) that name the plugin
"scalars". Doubles would be allowed, but TensorBoard's fast loader passes over them without a word.

Reference:
  event.proto, summary.proto and tensor.proto of tensorboard/compat/proto; record_writer.h of TensorFlow.
"""

from __future__ import annotations

import itertools
import os
import struct
import time
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

_VARINT, _DOUBLE, _BYTES = 0, 1, 2
_DT_FLOAT, _CLASS_SCALAR = 1, 1
# The range of 32-bit floats with all their digits.
_LEAST, _LARGEST = 2.0**-126, (2.0 - 2.0**-23) * 2.0**127
# CRC-32C (Castagnoli), reflected.
_POLYNOMIAL, _MASK_DELTA = 0x82F63B78, 0xA282EAD8


class EventFile:
    """A new event file in a folder, which is made if it is not there.

    Args:
      folder: that TensorBoard is pointed to.

    Raises:
      OSError: if it cannot be written.
    """

    def __init__(self, folder: str | os.PathLike[str]):
        try:
            Path(folder).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise type(error)(
                error.errno,
                f"tensorboard must be a folder that can be written: {error.strerror}",
                os.fspath(folder),
            ) from error
        self._file = _new_file(Path(folder))
        self._write(_double(1, time.time()) + _bytes(3, b"brain.Event:2"))

    def add(self, scalars: Mapping[str, float], step: int) -> None:
        """Writes numbers by their tags, all at one step >= 0; they can be read at once.

        Args:
          scalars: each within the range of 32-bit floats, see `fits`.
          step: integer.
        """
        values = b"".join(_bytes(1, _scalar(tag, value)) for tag, value in scalars.items())
        self._write(_double(1, time.time()) + _integer(2, step) + _bytes(5, values))

    def close(self) -> None:
        """Closes the file."""
        self._file.close()

    def _write(self, event: bytes) -> None:
        length = struct.pack("<Q", len(event))
        self._file.write(length + _checksum(length) + event + _checksum(event))
        self._file.flush()


def fits(value: float) -> bool:
    """Returns whether a number is neither nan nor inf, and as a 32-bit float still has all its digits."""
    return value == 0.0 or _LEAST <= abs(value) <= _LARGEST


def _new_file(folder: Path) -> BinaryIO:
    for number in itertools.count():
        name = f"events.out.tfevents.{time.time():.0f}.iflow.{os.getpid()}.{number}"
        try:
            return open(folder / name, "xb")
        except FileExistsError:
            continue
    raise AssertionError("there is always a further number")


def _scalar(tag: str, value: float) -> bytes:
    """Returns a message Value: a tensor of type float, its shape empty."""
    tensor = _integer(1, _DT_FLOAT) + _bytes(2, b"") + _bytes(5, struct.pack("<f", value))
    metadata = _bytes(1, _bytes(1, b"scalars")) + _integer(4, _CLASS_SCALAR)
    return _bytes(1, tag.encode()) + _bytes(8, tensor) + _bytes(9, metadata)


def _double(field: int, value: float) -> bytes:
    return _varint(field << 3 | _DOUBLE) + struct.pack("<d", value)


def _integer(field: int, value: int) -> bytes:
    return _varint(field << 3 | _VARINT) + _varint(value)


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | _BYTES) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    """Returns seven bits a byte, the lowest first, the eighth where more follow."""
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    found.append(value)
    return bytes(found)


def _table_row(byte: int) -> int:
    for _ in range(8):
        byte = byte >> 1 ^ (_POLYNOMIAL if byte & 1 else 0)
    return byte


_TABLE = tuple(_table_row(byte) for byte in range(256))


def _checksum(data: bytes) -> bytes:
    """Returns the masked checksum that frames a record."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = _TABLE[(crc ^ byte) & 0xFF] ^ crc >> 8
    crc ^= 0xFFFFFFFF
    masked = (crc >> 15 | crc << 17) + _MASK_DELTA & 0xFFFFFFFF
    return struct.pack("<I", masked)
