"""Variables by name: what f is handed, and whether it takes that."""

from __future__ import annotations

import difflib
import inspect
import keyword
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from iflow.domain.change import Change
from iflow.domain.integers import Integers
from iflow.domain.limits import axis_of, is_pair
from iflow.domain.region import Part, parts_of


@dataclass(frozen=True)
class Naming:
    """The variables of a region.

    Args:
      variables: (name, first coordinate, number of coordinates) of each; none where f gets all coordinates
        as one array. The number is 0 for a variable that is a plain number.
      labels: of every coordinate.
    """

    variables: tuple[tuple[str, int, int], ...]
    labels: tuple[str, ...]

    @classmethod
    def of(cls, region: Any) -> tuple[Naming, list[Part]]:
        """Returns the names in a region and its parts.

        Raises:
          TypeError: if the region is malformed or a name is none.
          ValueError: if the region is empty or its limits do not hold.
        """
        if not isinstance(region, dict):
            unnamed = parts_of(region)
            n = sum(part.n_coordinates for part in unnamed)
            return cls((), tuple(f"x{number}" for number in range(n))), unnamed
        if not region:
            raise ValueError("region must name at least one variable, got an empty dict")
        variables: list[tuple[str, int, int]] = []
        labels: list[str] = []
        parts: list[Part] = []
        for name, entry in region.items():
            _require_name(name)
            own, n = _variable(name, entry)
            variables.append((name, len(labels), n))
            labels += [name] if n == 0 else [f"{name}{number}" for number in range(n)]
            parts += own
        return cls(tuple(variables), tuple(labels)), parts

    @property
    def is_named(self) -> bool:
        """Whether f is called by name."""
        return bool(self.variables)

    def present(self, x: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Returns the positional and the named arguments for points x [n, m], or for one point [m].

        A variable with one coordinate is an array [n], of one point a float; one with k is [n, k], or [k].
        Tensors are taken apart in the same way.
        """
        if not self.variables:
            return (x,), {}
        return (), {name: _columns(x, first, n) for name, first, n in self.variables}

    def require_fitting(self, f: Callable[..., Any]) -> None:
        """Raises a TypeError if f cannot be called with these names, as far as can be told."""
        try:
            signature = inspect.signature(f)
        except (TypeError, ValueError):
            return
        names = [name for name, _, _ in self.variables]
        try:
            if names:
                signature.bind(**dict.fromkeys(names))
        except TypeError:
            raise TypeError(_misfit(getattr(f, "__name__", "f"), signature, names)) from None


def _variable(name: str, entry: Any) -> tuple[list[Part], int]:
    """Returns the parts of one variable and its number of coordinates, 0 for a plain number."""
    where = f"variable {name!r}"
    if isinstance(entry, Integers) or is_pair(entry):
        return [Part((axis_of(entry, where),), 1)], 0
    if isinstance(entry, dict):
        raise TypeError(f"{where} must have limits of its own, got a dict; put what is in it beside it")
    try:
        parts = parts_of(entry, f"{where}, axis")
    except ValueError as error:
        if str(error).startswith((where, "Change")):
            raise
        raise ValueError(f"{where}: {error}") from error
    except TypeError as error:
        if isinstance(entry, Change):
            raise
        raise TypeError(
            f"{where} must be a (low, high) pair, Integers, a Change of variables, or a region for one with "
            f"several coordinates, got {entry!r}"
        ) from error
    return parts, sum(part.n_coordinates for part in parts)


def _require_name(name: Any) -> None:
    if not isinstance(name, str) or not name.isidentifier() or keyword.iskeyword(name):
        raise TypeError(f"variables must be named by identifiers, f being called with them, got {name!r}")


def _columns(x: Any, first: int, n: int) -> Any:
    if len(x.shape) == 1:
        return x[first : first + n] if n else x[first] if not isinstance(x, np.ndarray) else float(x[first])
    columns = x[:, first : first + n] if n else x[:, first]
    return np.ascontiguousarray(columns) if isinstance(x, np.ndarray) else columns


def _misfit(called: str, signature: inspect.Signature, names: list[str]) -> str:
    """Returns what is wrong between a function and the variables of its region."""
    kinds = inspect.Parameter
    takes = [
        parameter
        for parameter in signature.parameters.values()
        if parameter.kind in (kinds.POSITIONAL_OR_KEYWORD, kinds.KEYWORD_ONLY)
    ]
    taken = [parameter.name for parameter in takes]
    missing = [p.name for p in takes if p.default is kinds.empty and p.name not in names]
    unexpected = [name for name in names if name not in taken]
    if any(p.kind is kinds.VAR_KEYWORD for p in signature.parameters.values()):
        unexpected = []
    said = []
    if unexpected:
        said.append(f"it has no argument {', '.join(map(repr, unexpected))}")
    if missing:
        said.append(f"the region has no variable {', '.join(map(repr, missing))}")
    if any(p.kind is kinds.POSITIONAL_ONLY for p in signature.parameters.values()):
        said.append("arguments before '/' cannot be given by name")
    pairs = [(name, difflib.get_close_matches(name, missing, n=1)) for name in unexpected]
    hints = [f"{near[0]!r} for {name!r}" for name, near in pairs if near]
    return (
        f"f must take the variables of its region by name: {called}{signature} is called with "
        f"{', '.join(names)}; {'; '.join(said)}" + (f"; did you mean {', '.join(hints)}?" if hints else "")
    )
