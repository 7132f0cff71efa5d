"""The user's integrand: probed once, checked at every call, every evaluation counted."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from iflow.layout import Layout, Leaf

if TYPE_CHECKING:
    from iflow.traced import Traced

# A function of one point cannot return this many values by accident unless dim is the same.
_PROBE_SIZES = (5, 6)
# Seconds that the search for the point at which f raised may take.
_LONGEST_SEARCH = 5.0


class Integrand:
    """Calls f on batches of points and vouches for what comes back.

    Args:
      f: vectorised function, x float64 [n, dim] -> [n]; a function of one point, [dim] -> scalar, is
        recognised and called point by point; functions decorated for `vegas` are taken as they are. One
        that returns a TensorFlow tensor is traced into a graph, and called as it is where that fails.
      dim: number of coordinates.
      max_neval: evaluations that the search for a point at which f raised must not exceed.

    Raises:
      TypeError: if f cannot be called.

    Attributes:
      neval: points at which f has been computed.
      pointwise: whether f is called one point at a time; None before the probe.
      traced: f as part of TensorFlow graphs; None where it is not made of TensorFlow's operations.
      not_traced: why a function that returns tensors is not; None where there is nothing to say.
    """

    def __init__(self, f: Callable[..., Any], dim: int, max_neval: float = math.inf, *, log: bool = False):
        if not callable(f):
            raise TypeError(f"f must be a function of points x [n, {dim}], got {type(f).__name__} {f!r}")
        self._f, self._dim, self._max_neval = f, dim, max_neval
        self.neval = 0
        self._log = log
        self.layout = Layout((Leaf(None, (), False),))
        self.pointwise: bool | None = None
        self.traced: Traced | None = None
        self.not_traced: str | None = None
        kind = getattr(f, "fcntype", None)
        if kind == "scalar":
            self.pointwise = True
        elif kind == "rbatch":
            self._f = lambda x: f(x.T)

    @property
    def probe_size(self) -> int:
        """Points that `probe` looks at: all of them twice, and the first a third time."""
        first, second = _PROBE_SIZES
        return second if self._dim == first else first

    def probe(self, x: np.ndarray) -> None:
        """Finds out whether f takes many points or one, and that points do not disturb each other.

        Args:
          x: points inside the region, [probe_size, dim].

        Raises:
          ValueError: if f returns the wrong shape either way, or depends on the batch it is given.
          TypeError: if f returns complex or non-numeric values.
        """
        first = None
        if self.pointwise is None:
            first = self._first_look(x)
            self.pointwise = first is None
            if first is not None and (
                isinstance(first, dict)
                or np.shape(first) not in ((len(x),), (len(x), 1))
                or np.iscomplexobj(first)
            ):
                self.layout = Layout.of(first, len(x))
        values = self(x[:1])
        again = (self._in_graph(x, first) if _is_tensor(first) else self(x))[:1]
        if not np.allclose(values, again, rtol=1e-4, atol=0.0):
            raise ValueError(
                f"f must give the same value for a point alone and in a batch, got {values[0]} "
                f"alone and {again[0]} among {len(x)} points, at x = {x[0].tolist()}; is it "
                "random, or does it mix the points (a sum or mean without axis=1)?"
            )

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Returns f at x [n, dim] as float64 [n], all finite.

        Raises:
          ValueError: for a wrong shape, nan or inf.
          TypeError: for complex or non-numeric values.
        """
        if self.pointwise:
            return self.check(np.array([self._call(point) for point in x]), x)
        return self.check(self._call(x), x)

    def check(self, values: Any, x: np.ndarray) -> np.ndarray:
        """Returns what f returned for x [n, dim] as float64 [n]; raises what a call does."""
        if not self.layout.is_scalar:
            return self.layout.flatten(values, len(x))
        values = np.asarray(values)
        if values.shape == (len(x), 1):
            values = values[:, 0]
        if self._log:
            return values
        self._check_type(values, x)
        with np.errstate(over="ignore"):  # a wider type may hold what float64 cannot
            values = values.astype(np.float64)
        self._check_finite(values, x)
        return values

    def _first_look(self, x: np.ndarray) -> Any:
        """Returns what f makes of many points; None for a function that maps only [dim] to a scalar."""
        values, shape, problem = self._try(x)
        if isinstance(values, dict) or (shape and shape[0] == len(x)):
            return values
        _, one, other_problem = self._try(x[0])  # whatever it was, f may be a function of one point
        if one == ():
            return None
        if problem is not None:
            problem.add_note(self._find_culprit(x))
            if other_problem is not None and repr(other_problem) != repr(problem):
                problem.add_note(
                    f"given one point, x [{self._dim}], instead of many, it raised "
                    f"{type(other_problem).__name__}: {other_problem}"
                )
            raise problem
        hint = ""
        if shape is not None and len(shape) == 2 and shape[0] == len(x):
            hint = "; several integrals at once are not supported: integrate them one by one"
        raise ValueError(
            f"f must map points [n, {self._dim}] to values [n]; for n = {len(x)} it returned shape "
            f"{shape}{hint}"
        )

    def _in_graph(self, x: np.ndarray, first: Any) -> np.ndarray:
        """Makes f a part of graphs if its graph gives the values that f itself gave first; returns them."""
        from iflow.traced import Traced

        first = self.check(first, x)
        try:
            traced = Traced(self._f, self._dim)
            self.neval += len(x)
            values = self.check(traced(x), x)
        except Exception as error:
            self.leave_graphs(error)
            return first
        if not np.allclose(values, first, rtol=1e-4, atol=0.0):
            self.not_traced = "in a graph it gives other values"
            return first
        self._f = self.traced = traced
        return values

    def leave_graphs(self, error: Exception) -> None:
        """Notes why f, which returns tensors, is called on its own."""
        self.not_traced = f"{type(error).__name__}: {str(error).strip().partition(chr(10))[0]}"

    def _try(self, argument: np.ndarray) -> tuple[Any, tuple[int, ...] | None, Exception | None]:
        """Returns what f returns and its shape, or the exception that it raises."""
        try:
            values = self._compute(argument)
            return values, tuple(np.shape(values)), None
        except Exception as error:
            return None, None, error

    def _compute(self, argument: np.ndarray) -> Any:
        """Calls f for points [n, dim] or one point [dim]; they count even if it raises."""
        self.neval += len(argument) if argument.ndim == 2 else 1
        # A copy, because f may write to its argument or keep it.
        return self._f(argument.copy())

    def _call(self, argument: np.ndarray) -> Any:
        try:
            return self._compute(argument)
        except Exception as error:
            error.add_note(_where(argument) if argument.ndim == 1 else self._find_culprit(argument))
            raise

    def _find_culprit(self, x: np.ndarray) -> str:
        """Returns which of the points makes f raise, found by halving the batch unless f is slow."""
        whole, begun = x, time.monotonic()
        while len(x) > 1 and time.monotonic() - begun < _LONGEST_SEARCH:
            half, rest = np.split(x, [len(x) // 2])
            if self.neval + len(half) > self._max_neval:
                break
            x = half if self._try(half)[2] else rest
        if len(x) == 1 and self.neval < self._max_neval and self._try(x)[2]:
            return _where(x[0])
        batch = f"a batch of {len(whole)} points that starts at x = {whole[0].tolist()}"
        return f"raised by the integrand for {batch}"

    def _check_type(self, values: np.ndarray, x: np.ndarray) -> None:
        if values.shape != (len(x),):
            raise ValueError(
                f"f must return one value a point, [{len(x)}] for x of shape {x.shape}, got shape "
                f"{values.shape}"
            )
        if np.iscomplexobj(values):
            raise TypeError(
                "f must return real values, got complex ones: integrate f.real and f.imag separately"
            )
        if values.dtype.kind not in "fiub":
            raise TypeError(f"f must return numbers, got {values[0]!r} (dtype {values.dtype})")

    def _check_finite(self, values: np.ndarray, x: np.ndarray) -> None:
        bad = ~np.isfinite(values)
        if bad.any():
            first = int(np.argmax(bad))
            raise ValueError(
                f"f must be finite: {int(bad.sum())} of {len(x)} values are nan or inf, the first "
                f"f(x) = {values[first]} at x = {x[first].tolist()}; mask such points, or return 0 "
                "there if they may be left out"
            )


def _is_tensor(values: Any) -> bool:
    """Returns whether these are a TensorFlow tensor; there is none as long as nobody has imported that."""
    return isinstance(values, getattr(sys.modules.get("tensorflow"), "Tensor", ()))


def _where(x: np.ndarray) -> str:
    return f"raised by the integrand at x = {x.tolist()}"
