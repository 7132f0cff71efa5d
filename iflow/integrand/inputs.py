"""In what form points are handed to f: as arrays of NumPy, or of the framework that f is written in.

No framework is imported here: a function that needs one has imported it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

# Turns an array into what f takes.
Convert = Callable[[np.ndarray], Any]


def as_numpy(array: np.ndarray) -> np.ndarray:
    """Returns the array itself."""
    return array


def everywhere(convert: Convert, arguments: Any) -> Any:
    """Returns arguments with every array in them converted, also within tuples and dicts."""
    if isinstance(arguments, np.ndarray | np.floating | np.integer):
        return convert(arguments)  # type: ignore[arg-type]
    if isinstance(arguments, tuple | list):
        converted = [everywhere(convert, one) for one in arguments]
        return tuple(converted) if isinstance(arguments, tuple) else converted
    if isinstance(arguments, Mapping):
        return {key: everywhere(convert, one) for key, one in arguments.items()}
    return arguments


def transposed(array: np.ndarray) -> np.ndarray:
    """Returns an array with its first axis, that of the points, as the last."""
    return np.moveaxis(array, 0, -1) if np.ndim(array) > 1 else array


def first_choice(f: Any) -> Convert:
    """Returns how f is called at first: with tensors where it is a network of PyTorch's."""
    torch = sys.modules.get("torch")
    if torch is None or not isinstance(f, torch.nn.Module):
        return as_numpy
    floating = (one for one in f.parameters() if one.is_floating_point())
    parameter = next(floating, None)
    if parameter is None:
        return _tensors(torch, torch.float64)
    return _tensors(torch, parameter.dtype, parameter.device)


def other_choices(chosen: Convert, problem: Exception | None) -> Iterator[Convert]:
    """Yields forms in which f may take points, given what it raised for arrays of NumPy.

    A function written for tensors does not find a method or an argument that it needs, or refuses the
    type: TypeError and AttributeError, or it asks for a Tensor. What else is raised has other causes.
    """
    wants_tensors = isinstance(problem, TypeError | AttributeError) or "Tensor" in str(problem)
    if problem is None or not wants_tensors or chosen is not as_numpy:
        return
    if (torch := sys.modules.get("torch")) is not None:
        yield _tensors(torch, torch.float64)
        yield _tensors(torch, torch.float32)  # where f has weights of this type
    if (jax := sys.modules.get("jax")) is not None:
        yield jax.numpy.asarray


def precision_note(returned: Any) -> str | None:
    """Returns what is to be said where JAX has computed in float32, its default; None otherwise."""
    array = getattr(sys.modules.get("jax"), "Array", ())
    values = returned.values() if isinstance(returned, Mapping) else [returned]
    if any(isinstance(one, array) and str(one.dtype) in ("float32", "complex64") for one in values):
        return (
            "f computes in float32, JAX's default: 7 digits, and points that differ by less are one; "
            "jax.config.update('jax_enable_x64', True) before the first use of JAX gives it float64"
        )
    return None


def _tensors(torch: Any, dtype: Any, device: Any = None) -> Convert:
    def convert(array: np.ndarray) -> Any:
        is_real = np.issubdtype(np.asarray(array).dtype, np.floating)
        # Shares the array's memory where type and device are its own.
        return torch.as_tensor(np.asarray(array), dtype=dtype if is_real else None, device=device)

    return convert
