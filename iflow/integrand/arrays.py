"""What a user's function returns, as NumPy arrays of numbers: a refusal where it is anything else."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

# An array, or one under each name.
Values = np.ndarray | dict[Any, np.ndarray]

_PLAIN = {float, int, bool, complex, np.float64}


def read(returned: Any) -> Values:
    """Returns what f returned as an array, or a dict of them: of NumPy, or a tensor of any framework.

    Nothing is copied where it need not be: the caller copies what f may write to again.

    Raises:
      TypeError: if that is not numbers.
      ValueError: for masked values, or rows of different lengths.
    """
    if isinstance(returned, Mapping):
        return {key: to_array(value, f"f's {key!r}") for key, value in returned.items()}
    if hasattr(returned, "columns") and hasattr(returned, "to_numpy"):  # a data frame
        return {str(name): to_array(returned[name], f"f's {name!r}") for name in returned.columns}
    return to_array(returned)


def stack(returned: Iterable[Any], x: Sequence[np.ndarray] | np.ndarray) -> Values:
    """Returns what f returned for single points, one after the other, as `read` does for many.

    Args:
      returned: one value a point; read, and copied, as they come: f may return the same array each time.
      x: the points, [n, dim]; those of a list may come as their values do.

    Raises:
      TypeError: if a value is not numbers.
      ValueError: if points differ in what they return.
    """
    values: list[Any] = []
    all_plain = True
    for one in returned:
        if type(one) not in _PLAIN:
            one, all_plain = _read_copy(one, x[len(values)]), False
        values.append(one)
    if all_plain:
        return np.array(values)
    first = shapes_of(values[0])
    for point, value in zip(x, values, strict=True):
        if shapes_of(value) != first:
            raise ValueError(
                f"f must return the same integrals at all points: it returned shape {told(first)} at x = "
                f"{x[0].tolist()} and {told(shapes_of(value))} at x = {point.tolist()}"
            )
    if isinstance(values[0], dict):
        return {key: np.array([value[key] for value in values]) for key in values[0]}
    return np.array(values)


def to_array(value: Any, what: str = "f") -> np.ndarray:
    """Returns numbers in any form as an array: real, complex, integer or bool.

    Args:
      value: an array, a sequence or a tensor; of Python's numbers, Decimal and mpmath's too.
      what: is told in refusals.

    Raises:
      TypeError: if it is not numbers.
      ValueError: for masked values, or rows of different lengths.
    """
    if type(value) is np.ndarray and value.dtype.kind in "fc":
        return value
    _refuse_mistakes(value, what)
    if isinstance(value, np.ma.MaskedArray) and np.ma.is_masked(value):
        raise ValueError(
            f"{what} must return a number for each point, got a masked array with "
            f"{np.ma.count_masked(value)} of {value.size} masked; values.filled(0.0) counts those as 0"
        )
    if is_torch(value):
        value = _from_torch(value)
    elif isinstance(value, list | tuple):
        value = [one if type(one) in _PLAIN else to_array(one, what) for one in value]
    try:
        array = np.asarray(value)
    except ValueError:
        shapes = sorted({np.shape(one) for one in value})
        raise ValueError(
            f"{what} must return one array, got a {type(value).__name__} of shapes {shapes} that do not fit "
            "together; return a dict to give integrals of different shapes"
        ) from None
    return array if array.dtype.kind in "fiubc" else _from_other_numbers(array, value, what)


def copied(values: Values) -> Values:
    """Returns values in memory of their own."""
    if isinstance(values, dict):
        return {key: np.array(value) for key, value in values.items()}
    return np.array(values)


def shapes_of(values: Any) -> dict[Any, tuple[int, ...]]:
    """Returns the shape under each name; under None where there is one array."""
    if isinstance(values, dict):
        return {key: value.shape for key, value in values.items()}
    return {None: np.shape(values)}


def told(shapes: dict[Any, tuple[int, ...]]) -> str:
    """Returns shapes as they are told in refusals."""
    return str(shapes[None] if list(shapes) == [None] else shapes)


def is_torch(value: Any) -> bool:
    """Returns whether this is a tensor of PyTorch's; there is none as long as nobody has imported it."""
    return isinstance(value, getattr(sys.modules.get("torch"), "Tensor", ()))


def _read_copy(returned: Any, point: np.ndarray) -> Values:
    try:
        return copied(read(returned))
    except (TypeError, ValueError) as error:
        error.add_note(f"returned at x = {point.tolist()}")
        raise


def _refuse_mistakes(value: Any, what: str) -> None:
    """Raises TypeError for what is returned by mistake rather than by intention."""
    if value is None:
        fix = "is a `return` missing, or a branch without one?"
    elif inspect.iscoroutine(value):
        value.close()  # or Python complains that nobody has awaited it
        fix = "an `async def` must be run: hand over lambda x: asyncio.run(f(x))"
    elif inspect.isgenerator(value):
        fix = "a function with `yield` returns no values: return an array, or np.array(list(f(x)))"
    elif isinstance(value, map | filter | zip | set | frozenset):
        fix = "return a list or an array"
    elif callable(value) and not hasattr(value, "__array__"):
        fix = "hand over the function that it returns instead"
    else:
        return
    shown = "None" if value is None else f"a {type(value).__name__}"
    raise TypeError(f"{what} must return numbers, got {shown}: {fix}")


def _from_torch(tensor: Any) -> np.ndarray:
    """Returns a tensor as an array, in the same memory where that is the CPU's."""
    tensor = tensor.detach()
    if tensor.layout != sys.modules["torch"].strided:
        tensor = tensor.to_dense()
    tensor = tensor.cpu().resolve_conj().resolve_neg()
    if tensor.dtype == sys.modules["torch"].bfloat16:  # unknown to NumPy
        tensor = tensor.float()
    return tensor.numpy()


def _from_other_numbers(array: np.ndarray, value: Any, what: str) -> np.ndarray:
    """Returns numbers that NumPy holds as objects, or in a type of someone else's, as ordinary ones."""
    first = array.flat[0] if array.size else value
    first = first.item() if isinstance(first, np.str_ | np.bytes_) else first
    numbers = array.dtype.kind == "V" and array.dtype.names is None  # bfloat16 and its kin
    if array.dtype.kind == "O":
        numbers = all(hasattr(one, "__float__") or hasattr(one, "__complex__") for one in array.flat)
        numbers = numbers and not any(isinstance(one, np.ndarray) for one in array.flat)
    for kind in (np.float64, np.complex128) if numbers else ():
        try:
            return array.astype(kind)
        except (TypeError, ValueError, OverflowError):
            continue
    raise TypeError(f"{what} must return numbers, got {first!r} (dtype {array.dtype})")
