"""Calls f: hands points over, counts them, and finds the one at which f raised."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from iflow.integrand.arrays import Values, copied, read
from iflow.integrand.inputs import Convert, as_numpy, everywhere, first_choice, transposed
from iflow.portions import is_short_of_memory

# Seconds that the search for the point at which f raised may take.
_LONGEST_SEARCH = 5.0

# What f raises for reasons that have nothing to do with the point: there is no skipping it.
OF_NO_POINT = (MemoryError, ImportError)

# Turns points [n, dim], or one point [dim], into what f is called with.
Present = Callable[[Any], tuple[tuple[Any, ...], dict[str, Any]]]


@dataclass(frozen=True)
class Look:
    """What one call of f came to.

    Args:
      returned: by f, whatever it is; None where it raised.
      values: the same as arrays; None where it raised, or that is not numbers.
      raised: the exception of f itself.
      refused: why what it returned is not numbers.
    """

    returned: Any = None
    values: Values | None = None
    raised: Exception | None = None
    refused: Exception | None = None

    @property
    def holds_numbers(self) -> bool:
        """Whether there are values, and none of their arrays is empty."""
        if self.values is None:
            return False
        arrays = self.values.values() if isinstance(self.values, dict) else [self.values]
        return bool(arrays) and all(array.size for array in arrays)

    @property
    def error(self) -> Exception | None:
        """What is to be raised; None where nothing is."""
        return self.raised or self.refused


class Caller:
    """Calls f with points and returns arrays, the points first.

    Args:
      f: the user's function.
      present: see `Integrand`; None hands over the points themselves.
      points_last: whether f takes and returns the points as the last axis.
      max_neval: evaluations that the search for a point at which f raised must not exceed.

    Attributes:
      f: what is called.
      neval: points at which f has been computed.
      max_neval: evaluations that the search for a point must not exceed.
      convert: the form in which points are handed over.
    """

    def __init__(
        self,
        f: Callable[..., Any],
        *,
        present: Present | None = None,
        points_last: bool = False,
        max_neval: float = math.inf,
    ):
        self.f, self._present, self._points_last, self.max_neval = f, present, points_last, max_neval
        self._takes_points = present is None and not points_last
        self.neval = 0
        self.convert: Convert = first_choice(f)

    def __call__(self, argument: np.ndarray) -> Any:
        """Returns what f returns for points [n, dim] or one point [dim].

        Raises:
          Exception: what f raises, with a note on the point.
        """
        try:
            return self._compute(argument)
        except Exception as error:
            if argument.ndim == 1 or len(argument) < 2 or not is_short_of_memory(error):  # fewer may fit
                self.locate(error, argument)
            raise

    def one_by_one(self, x: np.ndarray) -> Iterator[Any]:
        """Yields what f returns for each of the points, [n, dim]; raises what a call does."""
        # The common case is to cost nothing beside f: no call in between.
        f = self.f if self._takes_points and self.convert is as_numpy else self._call
        for point in x:
            self.neval += 1  # even if f raises
            try:
                returned = f(point.copy())
            except Exception as error:
                self.locate(error, point)
                raise
            yield returned

    def read(self, returned: Any) -> Values:
        """Returns what f returned for many points as arrays, the points first; see `arrays.read`."""
        values = read(returned)
        if not self._points_last:
            return values
        if isinstance(values, dict):
            return {key: _points_first(value) for key, value in values.items()}
        return _points_first(values)

    def look(self, argument: np.ndarray) -> Look:
        """Calls f without raising; the arrays are copies, because f may return the same ones again."""
        try:
            returned = self._compute(argument)
        except Exception as error:
            return Look(raised=error)
        try:
            values = self.read(returned) if argument.ndim == 2 else read(returned)
        except (TypeError, ValueError) as error:
            return Look(returned, refused=error)
        return Look(returned, copied(values))

    def attempt(self, argument: np.ndarray) -> tuple[bool, Any]:
        """Returns whether f could be computed for points [n, dim] or one point [dim], and what it returned.

        Raises:
          Exception: what f raises that says nothing about the points: for want of memory or of a module.
        """
        try:
            return True, self._compute(argument)
        except Exception as error:
            if is_short_of_memory(error) and argument.ndim == 2 and len(argument) > 1:
                raise
            if not (isinstance(error, OF_NO_POINT) or is_short_of_memory(error)):
                return False, None
            self.locate(error, argument)
            raise

    def with_function(self, f: Callable[..., Any]) -> Caller:
        """Returns a caller of another function of points that goes on counting."""
        caller = Caller(f, max_neval=self.max_neval)
        caller.neval = self.neval
        return caller

    def locate(self, error: Exception, argument: np.ndarray) -> None:
        """Adds a note to what f raised: the point at which it did."""
        error.add_note(_where(argument) if argument.ndim == 1 else self._find_culprit(argument))

    def present(self, x: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Returns the arguments that f is called with for points [n, dim] or one point [dim]."""
        return self._present(x) if self._present else ((x,), {})

    def _compute(self, argument: np.ndarray) -> Any:
        """Calls f for points [n, dim] or one point [dim]; they count even if it raises."""
        self.neval += len(argument) if argument.ndim == 2 else 1
        return self._call(argument.copy())  # because f may write to its argument or keep it

    def _call(self, points: np.ndarray) -> Any:
        """Calls f for points [n, dim] or one point [dim], presented and converted."""
        if self._takes_points and self.convert is as_numpy:
            return self.f(points)
        args, kwargs = self.present(points)
        if self._points_last and points.ndim == 2:
            args, kwargs = everywhere(transposed, args), everywhere(transposed, kwargs)
        return self.f(*everywhere(self.convert, args), **everywhere(self.convert, kwargs))

    def _find_culprit(self, x: np.ndarray) -> str:
        """Returns which of the points makes f raise, found by halving the batch unless f is slow."""
        whole, begun = x, time.monotonic()
        while len(x) > 1 and time.monotonic() - begun < _LONGEST_SEARCH:
            half, rest = np.split(x, [len(x) // 2])
            if self.neval + len(half) > self.max_neval:
                break
            x = half if self._raises(half) else rest
        if len(x) == 1 and self.neval < self.max_neval and self._raises(x):
            return _where(x[0])
        batch = f"a batch of {len(whole)} points that starts at x = {whole[0].tolist()}"
        return f"raised by the integrand for {batch}"

    def _raises(self, x: np.ndarray) -> bool:
        try:
            self._compute(x)
        except Exception:
            return True
        return False


def _points_first(values: np.ndarray) -> np.ndarray:
    return np.moveaxis(values, -1, 0) if values.ndim > 1 else values


def _where(x: np.ndarray) -> str:
    return f"raised by the integrand at x = {x.tolist()}"
