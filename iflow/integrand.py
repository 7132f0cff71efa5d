"""The user's integrand: probed once, checked at every call, every evaluation counted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

# A function of one point cannot return this many values by accident unless dim is the same.
_PROBE_SIZES = (5, 6)


class Integrand:
    """Calls f on batches of points and vouches for what comes back.

    Args:
      f: vectorised function, x float64 [n, dim] -> [n]; a function of one point, [dim] -> scalar, is
        recognised and called point by point; functions decorated for `vegas` are taken as they are.
      dim: number of coordinates.

    Raises:
      TypeError: if f cannot be called.

    Attributes:
      neval: points at which f has been computed.
      pointwise: whether f is called one point at a time; None before the probe.
    """

    def __init__(self, f: Callable[..., Any], dim: int):
        if not callable(f):
            raise TypeError(f"f must be a function of points x [n, {dim}], got {type(f).__name__} {f!r}")
        self._f, self._dim = f, dim
        self.neval = 0
        self.pointwise: bool | None = None
        kind = getattr(f, "fcntype", None)
        if kind == "scalar":
            self.pointwise = True
        elif kind == "rbatch":
            self._f = lambda x: f(x.T)

    @property
    def probe_size(self) -> int:
        """Points that `probe` looks at; it calls f for the first of them twice, or for each once."""
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
        if self.pointwise is None:
            self.pointwise = not self._is_vectorised(x)
        values = self(x[:1])
        again = self(x)[:1]
        if not np.allclose(values, again, rtol=1e-4, atol=0.0):
            raise ValueError(
                f"f must give the same value for a point alone and in a batch, got {values[0]:.6g} "
                f"alone and {again[0]:.6g} among {len(x)} points, at x = {_show(x[0])}; is it "
                "random, or does it mix the points (a sum or mean without axis=1)?"
            )

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Returns f at x [n, dim] as float64 [n], all finite.

        Raises:
          ValueError: for a wrong shape, nan or inf.
          TypeError: for complex or non-numeric values.
        """
        if self.pointwise:
            values = np.array([self._call(point, point) for point in x])
        else:
            values = np.asarray(self._call(x, x[0]))
            if values.shape == (len(x), 1):
                values = values[:, 0]
        self.neval += len(x)
        self._check(values, x)
        return values.astype(np.float64)

    def _is_vectorised(self, x: np.ndarray) -> bool:
        """Returns whether f maps [n, dim] to [n] (True) or only [dim] to a scalar (False)."""
        problem: Exception | None = None
        try:
            shape: Any = np.shape(self._f(x.copy()))
        except Exception as error:  # whatever it is, f may still be a function of one point
            problem, shape = error, None
        self.neval += len(x)
        if shape in ((len(x),), (len(x), 1)):
            return True
        try:
            one = np.shape(self._f(x[0].copy()))
        except Exception:
            one = None
        self.neval += 1
        if one == ():
            return False
        if problem is not None:
            problem.add_note(_where(x[0], len(x)))
            raise problem
        hint = ""
        if shape is not None and len(shape) == 2 and shape[0] == len(x):
            hint = "; several integrals at once are not supported: integrate them one by one"
        raise ValueError(
            f"f must map points [n, {self._dim}] to values [n]; for n = {len(x)} it returned shape "
            f"{shape}{hint}"
        )

    def _call(self, argument: np.ndarray, first: np.ndarray) -> Any:
        try:
            # A copy, because f may write to its argument or keep it.
            return self._f(argument.copy())
        except Exception as error:
            if argument.ndim == 1:
                error.add_note(_where(first, 1))
            else:
                error.add_note(self._find_culprit(argument))
            raise

    def _find_culprit(self, x: np.ndarray) -> str:
        """Returns which point makes f raise, found by halving the batch."""
        n = len(x)
        first = x[0]
        while len(x) > 1:
            half = x[: len(x) // 2]
            rest = x[len(x) // 2 :]
            if self._raises(half):
                x = half
            elif self._raises(rest):
                x = rest
            else:
                return _where(first, n)
        return _where(x[0], 1)

    def _raises(self, x: np.ndarray) -> bool:
        self.neval += len(x)
        try:
            self._f(x.copy())
        except Exception:
            return True
        return False

    def _check(self, values: np.ndarray, x: np.ndarray) -> None:
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
            raise TypeError(f"f must return numbers, got an array of dtype {values.dtype}")
        bad = ~np.isfinite(values)
        if bad.any():
            first = int(np.argmax(bad))
            raise ValueError(
                f"f must be finite: {int(bad.sum())} of {len(x)} values are nan or inf, the first "
                f"f(x) = {values[first]} at x = {_show(x[first])}; mask such points, or return 0 "
                "there if they may be left out"
            )


def _show(x: np.ndarray) -> str:
    """Returns a point that can be pasted back into Python."""
    return np.array2string(x, separator=", ", precision=17, threshold=20).replace("\n", "")


def _where(first: np.ndarray, n: int) -> str:
    if n == 1:
        return f"raised by the integrand at x = {_show(first)}"
    return f"raised by the integrand for a batch of {n} points that starts at x = {_show(first)}"
