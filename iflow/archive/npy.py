"""One array as `numpy.save` writes it, read without trust: nothing is allocated that the file does not hold.

NumPy's own reader makes room for as many numbers as a header claims before it looks for them, unpickles if
it is allowed to, and evaluates the header as Python. Here the header is compared with the few forms that
NumPy writes for arrays of numbers, texts and times.

Reference:
  numpy.lib.format, versions 1.0 to 3.0.
"""

from __future__ import annotations

import math
import re
from typing import BinaryIO

import numpy as np

_MAGIC = b"\x93NUMPY"
_LENGTH_BYTES = {1: 2, 2: 4, 3: 4}
_LARGEST_HEADER, _MOST_AXES = 10_000, 32
_PLAIN = re.compile(
    r"\{'descr': (?P<descr>'[<>|=][biufcSUmM]\d{1,9}(?:\[\w{1,20}\])?'|\[[\w<>|=(), '\"]*\]), "
    r"'fortran_order': (?P<fortran>True|False), 'shape': \((?P<shape>[\d, ]*)\), \} *\n"
)
_FIELD = re.compile(r"\('(\w+)', '([<>|=][biufc]\d{1,2})'\)")


def read_array(file: BinaryIO, n_bytes: int) -> np.ndarray:
    """Returns the array that begins here in a file.

    Args:
      file: opened, at the magic bytes of an array.
      n_bytes: that are left in it.

    Raises:
      ValueError: for anything else, or an array of more bytes than are left.
    """
    dtype, shape, is_fortran, n_header = _read_header(file, n_bytes)
    n_data = math.prod(shape) * dtype.itemsize
    if n_data > n_bytes - n_header:
        raise ValueError(f"an array claims {n_data:,} bytes where {n_bytes - n_header:,} are left")
    data = bytearray(n_data)
    n_read = 0
    with memoryview(data) as view:
        while n_read < n_data:
            piece = file.read(min(n_data - n_read, 1 << 24))
            if not piece:
                raise ValueError("an array is cut off")
            view[n_read : n_read + len(piece)] = piece
            n_read += len(piece)
    flat = np.frombuffer(data, dtype) if n_data else np.empty(math.prod(shape), dtype)
    return flat.reshape(shape[::-1]).T if is_fortran else flat.reshape(shape)


def _read_header(file: BinaryIO, n_bytes: int) -> tuple[np.dtype, tuple[int, ...], bool, int]:
    """Returns type, shape, whether the first index runs fastest, and the bytes that said so."""
    start = file.read(8)
    if len(start) < 8 or start[:6] != _MAGIC or start[6] not in _LENGTH_BYTES or start[7]:
        raise ValueError("an array does not begin as numpy.save begins it")
    n_length = _LENGTH_BYTES[start[6]]
    length = int.from_bytes(file.read(n_length), "little")
    if length > min(_LARGEST_HEADER, n_bytes):
        raise ValueError(f"an array's header claims {length:,} bytes")
    found = _PLAIN.fullmatch(file.read(length).decode("latin-1"))
    if found is None:
        raise ValueError("an array's header is none of numbers, texts or times")
    shape = tuple(int(size) for size in found["shape"].replace(" ", "").split(",") if size)
    if len(shape) > _MOST_AXES:
        raise ValueError(f"an array claims {len(shape)} axes")
    try:
        dtype = np.dtype(_described(found["descr"]))
    except TypeError as error:
        raise ValueError(f"an array claims a type that there is not: {error}") from error
    # np.empty makes room where a type has no size.
    if math.prod(shape) and not dtype.itemsize:
        raise ValueError("an array claims numbers without bytes")
    return dtype, shape, found["fortran"] == "True", 8 + n_length + length


def _described(text: str) -> str | list[tuple[str, str]]:
    if text.startswith("'"):
        return text[1:-1]
    fields = _FIELD.findall(text)
    if text != "[" + ", ".join(f"('{name}', '{kind}')" for name, kind in fields) + "]":
        raise ValueError("an array's header has a type that iflow does not write")
    return fields
