"""Whether f takes many points or one, found out by handing it both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from iflow.integrand.arrays import Values
from iflow.integrand.caller import Caller, Look
from iflow.integrand.inputs import other_choices, precision_note
from iflow.integrand.shapes import grows, has_rows, same_rows, wrong_arguments, wrong_shape


@dataclass(frozen=True)
class Convention:
    """How f is called.

    Args:
      returned: by f, for many points or for one, whatever it is.
      many: the values for many points; None for a function of one point.
      alone: the values for a batch of the first of them; None for a function of one point.
    """

    returned: Any
    many: Values | None = None
    alone: Values | None = None

    @property
    def pointwise(self) -> bool:
        """Whether f is called one point at a time."""
        return self.many is None

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences for the user on how f computes."""
        note = precision_note(self.returned)
        return (note,) if note else ()


@dataclass(frozen=True)
class _Misfit:
    """What a function that takes neither many points nor one did with them.

    Args:
      many: given many points.
      alone: given a batch of one; None if it was not.
      one: given one point; None if it was not.
    """

    many: Look
    alone: Look | None
    one: Look | None


def find_convention(caller: Caller, x: np.ndarray, *, vectorised: bool) -> Convention:
    """Returns how f is to be called; where only tensors will do, the caller hands them over from now on.

    A vectorised function returns as many rows as it is given, for n points and for one, of equal shape. A
    function of one point may return n rows by accident, never both.

    Args:
      caller: calls f.
      x: points, [n, dim], n != dim.
      vectorised: whether f is known to take many points.

    Raises:
      ValueError: if the shapes are those of neither.
      Exception: what f raises, or why what it returns is not numbers.
    """
    misfit = _attempt(caller, x, vectorised)
    if isinstance(misfit, Convention):
        return misfit
    if misfit.one is not None and _is_out_of_bounds(misfit.one.raised):
        raise _error(caller, x, misfit)  # arrays of JAX have no bounds: they would give another coordinate
    chosen = caller.convert
    for caller.convert in other_choices(chosen, misfit.many.raised):
        found = _attempt(caller, x, vectorised)
        if isinstance(found, Convention):
            return found
    caller.convert = chosen
    raise _error(caller, x, misfit)


def _is_out_of_bounds(error: Exception | None) -> bool:
    """Returns whether f has asked for a coordinate that there is not."""
    return isinstance(error, IndexError) and "out of bounds" in str(error)


def _attempt(caller: Caller, x: np.ndarray, vectorised: bool) -> Convention | _Misfit:
    many, alone, one = caller.look(x), None, None
    if has_rows(many.values, len(x)):
        alone = caller.look(x[:1])
        if has_rows(alone.values, 1):
            if same_rows(many.values, alone.values):
                return Convention(many.returned, many.values, alone.values)
            if grows(many.values, len(x), alone.values):
                raise wrong_shape(x, many.values, alone.values)
    if not vectorised:
        one = caller.look(x[0])  # whatever it was, f may be a function of one point
        if one.holds_numbers:
            return Convention(one.returned)
    return _Misfit(many, alone, one)


def _error(caller: Caller, x: np.ndarray, misfit: _Misfit) -> Exception:
    """Returns what is to be raised for an f that takes neither many points nor one."""
    many, alone, one = misfit.many, misfit.alone, misfit.one
    failed = [(look, points) for look, points in ((many, x), (alone, x[:1])) if look and look.error]
    if not failed:
        return wrong_shape(x, many.values, alone.values if alone else None)
    look, points = failed[0]
    if look.raised is None:
        assert look.refused is not None
        return look.refused
    problem = look.raised
    caller.locate(problem, points)
    if one is not None and one.raised is not None and repr(one.raised) != repr(problem):
        problem.add_note(
            f"given one point, x [{x.shape[1]}], instead of many, it raised "
            f"{type(one.raised).__name__}: {one.raised}"
        )
    hint = wrong_arguments(caller.f, x.shape[1]) if isinstance(problem, TypeError) else None
    if hint is not None:
        problem.add_note(hint)
    return problem
