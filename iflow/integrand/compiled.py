"""Functions of a C library, opened with `ctypes`, as functions of points."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable
from typing import Any

import numpy as np

_FORMS = (
    "declare argtypes and restype, as one of\n"
    "  double f(const double *x, ...)                       one point; an int gets dim, a void * gets NULL\n"
    "  double f(double x, double y, ...)                    one point, coordinate by coordinate\n"
    "  void f(const double *x, double *values, int n, ...)  many points, x [n, dim]; a second int gets dim\n"
    "with ctypes.POINTER(ctypes.c_double) or numpy.ctypeslib.ndpointer(float) for the pointers; wrap any "
    "other form in a function of Python's"
)

Compiled = Callable[[np.ndarray], np.ndarray]


def is_compiled(f: Any) -> bool:
    """Returns whether f is a function of a C library, as ctypes opens it, or SciPy's handle of one."""
    return isinstance(_bare(f), ctypes._CFuncPtr)  # type: ignore[attr-defined]


def from_c(f: Any, dim: int) -> Compiled:
    """Returns a C function as one of points, x float64 [n, dim] -> [n].

    What it takes is read from the `argtypes` and the `restype` that the user has declared: ctypes itself
    would take any argument, and read a double as an int.

    Args:
      f: double f(double *x), with an int for dim and a void * where it has them, in any order;
        double f(double, double, ...) of dim coordinates; or void f(double *x, double *values, int n),
        with a second int for dim where it has one.
      dim: number of coordinates.

    Raises:
      TypeError: if it is declared otherwise, or not at all.
    """
    return Opened(_bare(f), dim)


class Opened:
    """A C function as one of points; other processes open the same library for it.

    Args: those of `from_c`, which says what is raised.
    """

    def __init__(self, f: Any, dim: int):
        self._f, self._dim = f, dim
        self._values = _as_function_of_points(f, dim)

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Returns f at points x float64 [n, dim], [n]."""
        return self._values(x)

    def __reduce__(self) -> tuple[Any, ...]:
        """Returns how another process gets it; there the library must be in the same place."""
        library = next(
            (one for one in (self._f._objects or {}).values() if isinstance(one, ctypes.CDLL)), None
        )
        if library is None:  # a function of Python's in the guise of one of C
            raise TypeError(f"cannot tell which library the C function {_name(self._f)} is from")
        path = library._name
        if path is not None and os.path.exists(path):
            path = os.path.abspath(path)
        # Types of pointers are made as they are needed, and no other process has the same.
        arguments = [
            kind if kind in ("array", "pointer") else argument for kind, argument in _declared(self._f)
        ]
        return _open, (type(library), path, self._f.__name__, arguments, self._f.restype, self._dim)


def _open(kind: type, path: str | None, name: str, arguments: list[Any], restype: Any, dim: int) -> Opened:
    """Returns a function of a library, declared as it was in another process."""
    f = getattr(kind(path), name)
    pointers = {"array": np.ctypeslib.ndpointer(np.float64), "pointer": ctypes.POINTER(ctypes.c_double)}
    f.argtypes = [pointers[one] if isinstance(one, str) else one for one in arguments]
    f.restype = restype
    return Opened(f, dim)


def _declared(f: Any) -> list[tuple[str, Any]]:
    return [(_kind(argument), argument) for argument in f.argtypes]


def _as_function_of_points(f: Any, dim: int) -> Compiled:
    """Returns a function of points that calls f as it is declared, see `from_c`."""
    if f.argtypes is None:
        raise TypeError(f"iflow cannot know what the C function {_name(f)} takes: {_FORMS}")
    kinds = [kind for kind, _ in _declared(f)]
    n_pointers, n_integers = kinds.count("array") + kinds.count("pointer"), kinds.count("int")
    if f.restype is ctypes.c_double and kinds == ["double"] * dim:
        return lambda x: np.array([f(*point) for point in x.tolist()])
    if f.restype is ctypes.c_double and n_pointers == 1 and n_integers <= 1 and _known(kinds):
        return _of_one_point(f, kinds, dim)
    if f.restype is None and n_pointers == 2 and 1 <= n_integers <= 2 and _known(kinds):
        return _of_many_points(f, kinds, dim)
    if f.restype is ctypes.c_double and set(kinds) == {"double"}:
        raise TypeError(f"the C function {_name(f)} takes {len(kinds)} coordinates, the region has {dim}")
    restype = getattr(f.restype, "__name__", f.restype)
    raise TypeError(
        f"iflow does not know the C function {_name(f)} with argtypes "
        f"{[argument.__name__ for argument in f.argtypes]} and restype {restype}: {_FORMS}"
    )


def _of_one_point(f: Any, kinds: list[str], dim: int) -> Compiled:
    where = next(i for i, kind in enumerate(kinds) if kind in ("array", "pointer"))
    before = [_constant(kind, dim) for kind in kinds[:where]]
    after = [_constant(kind, dim) for kind in kinds[where + 1 :]]

    def values(x: np.ndarray) -> np.ndarray:
        # A row of an array of ctypes passes for a pointer, and takes a quarter of the time of one of NumPy's.
        rows = x if kinds[where] == "array" else (ctypes.c_double * dim * len(x)).from_buffer(_buffer(x))
        return np.array([f(*before, row, *after) for row in rows], np.float64)

    return values


def _of_many_points(f: Any, kinds: list[str], dim: int) -> Compiled:
    def values(x: np.ndarray) -> np.ndarray:
        found = np.full(len(x), np.nan)  # what f does not write is refused
        arrays, sizes = iter((x, found)), iter((len(x), dim))
        arguments: list[Any] = []
        for kind in kinds:
            if kind == "array":
                arguments.append(next(arrays))
            elif kind == "pointer":
                array = next(arrays)
                arguments.append((ctypes.c_double * array.size).from_buffer(_buffer(array)))
            else:
                arguments.append(next(sizes, None) if kind == "int" else None)
        f(*arguments)
        return found

    return values


def _kind(argument: Any) -> str:
    """Returns what an argument is: an "array" of NumPy's or a "pointer", both of doubles, or a number."""
    if argument is ctypes.c_double:
        return "double"
    if argument is ctypes.c_void_p:
        return "context"
    if issubclass(argument, ctypes._Pointer):
        return "pointer" if argument._type_ is ctypes.c_double else "unknown"
    if hasattr(argument, "_dtype_"):
        return "array" if argument._dtype_ == np.float64 else "unknown"
    return "int" if getattr(argument, "_type_", None) in tuple("iIlLqQhHbB") else "unknown"


def _buffer(array: np.ndarray) -> Any:
    return array  # which has a buffer, though its type does not say so


def _known(kinds: list[str]) -> bool:
    return set(kinds) <= {"array", "pointer", "int", "context"}


def _constant(kind: str, dim: int) -> int | None:
    return dim if kind == "int" else None


def _bare(f: Any) -> Any:
    """Returns what is in SciPy's LowLevelCallable, and anything else as it is."""
    return f.function if type(f).__name__ == "LowLevelCallable" else f


def _name(f: Any) -> str:
    return getattr(f, "__name__", repr(f))
