"""Histograms of observables, as integrals: one for each bin."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from iflow.destination import require_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TOTAL = "total"


class Histograms:
    """An integrand together with its distribution in one observable or more.

        total = integral f(x) dx,   bin b = integral f(x) [edge_b <= g(x) < edge_b+1] dx

    To be integrated like any function: `result["total"]` is the very number that f alone gives, and
    `result[name]` has its bins, which share the points and sum to the total where the edges hold every
    value. Edges may be -inf and inf. The total alone has to meet the target, unless `component=` says
    otherwise.

    Args:
      f: vectorised function, x [n, dim] -> [n] (or of named variables, like f in `iflow.integrate`).
      observables: for each name a function of the same arguments, -> [n], and the edges of its bins,
        [bins + 1], in its units; bins are half-open, the last one is closed.

    Raises:
      TypeError: for something that cannot be called.
      ValueError: for edges that are not increasing, or no observable.

    Attributes:
      edges: of each observable, float64 [bins + 1].
    """

    component = TOTAL

    def __init__(self, f: Callable[..., Any], observables: Mapping[str, tuple[Callable[..., Any], Any]]):
        if not isinstance(observables, Mapping):
            raise TypeError(
                "observables must be a dict of (function, edges), as in {'mass': (mass, edges)}, got "
                f"{observables!r}"
            )
        if not observables:
            raise ValueError("there must be at least one observable, as in {'mass': (mass, edges)}")
        if TOTAL in observables:
            raise ValueError(f"no observable can be called {TOTAL!r}: that is the integral of f itself")
        for name, pair in observables.items():
            if not isinstance(name, str) or not name:
                raise TypeError(f"observables must be named by text that is not empty, got {name!r}")
            if not isinstance(pair, tuple) or len(pair) != 2 or not callable(pair[0]):
                raise TypeError(f"observable {name!r} must be (function, edges), got {pair!r}")
        if not callable(f):
            raise TypeError(f"f must be a function, got {f!r}")
        self._f = f
        self._observables = {name: function for name, (function, _) in observables.items()}
        self.edges = {name: _edges(name, edges) for name, (_, edges) in observables.items()}

    def __call__(self, *args: Any, **kwargs: Any) -> dict[str, np.ndarray]:
        """Returns f, [n], as "total", and for each observable [n, bins]: f in the bin of the point.

        Raises:
          TypeError: for an observable that takes other arguments than f, or is complex.
          ValueError: for an f that is several integrals, or an observable of another shape or nan.
        """
        returned = self._f(*args, **kwargs)
        if isinstance(returned, Mapping) or np.ndim(returned) > 1:
            what = "a dict" if isinstance(returned, Mapping) else f"an array of shape {np.shape(returned)}"
            raise ValueError(
                f"f of a histogram must be a single integral, [n], got {what}: make Histograms of one f each"
            )
        if returned is None:
            raise TypeError("f of a histogram must return numbers, got None: is a `return` missing?")
        values = np.atleast_1d(returned)
        found = {TOTAL: values}
        for name, function in self._observables.items():
            observed = np.atleast_1d(self._observed(name, function, args, kwargs))
            found[name] = self._filled(name, observed, values)
        # Given one point, a function of one point returns a number.
        return found if np.ndim(returned) else {name: row[0] for name, row in found.items()}

    def density(self, name: str, result: Any) -> tuple[np.ndarray, np.ndarray]:
        """Returns d(integral)/d(observable) in each bin and its standard error, [bins] each.

        nan in bins with an infinite edge.

        Raises:
          TypeError: for a result of something else.
          ValueError: if there is no such observable, or the result is that of other histograms.
        """
        self._require_own(result)
        if name not in self.edges:
            raise ValueError(f"there is no observable {name!r}, only {', '.join(self.edges)}")
        width = np.diff(self.edges[name])
        width[np.isinf(width)] = np.nan
        return result[name].mean / width, result[name].sdev / width

    def _require_own(self, result: Any) -> None:
        """Raises unless a result has the bins of these histograms."""
        if not hasattr(result, "keys"):
            raise TypeError(
                "result must be what iflow.integrate(histograms, region) returns, got "
                f"{type(result).__name__}"
            )
        bins = {name: len(edges) - 1 for name, edges in self.edges.items()}
        names = result.keys()
        found = {name: np.size(result[name].mean) for name in names if name != TOTAL}
        if found != bins or TOTAL not in names:
            raise ValueError(f"result must be that of these histograms, with bins {bins}, got {found}")

    @staticmethod
    def _observed(
        name: str, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> np.ndarray:
        try:
            inspect.signature(function).bind(*args, **kwargs)
        except TypeError as error:
            given = f"the variables {', '.join(kwargs)} by name" if kwargs else "the points x, like f"
            raise TypeError(f"observable {name!r} is called with {given}, but {error}") from None
        except ValueError:  # a function of C that does not tell its arguments
            pass
        observed = np.asarray(function(*args, **kwargs))
        if observed.dtype.kind not in "fiubc":
            given = f"dtype {observed.dtype}" if observed.ndim else repr(observed.item())
            raise TypeError(f"observable {name!r} must return numbers, one a point, got {given}")
        if np.iscomplexobj(observed):
            raise TypeError(f"observable {name!r} must be real, got complex numbers: take .real or abs(...)")
        return observed.astype(np.float64)

    def plot(self, result: Any, path: str | Path | None = None) -> Figure:
        """Draws each observable's density with its errors; nothing is shown, the figure is returned.

        Args:
          result: of `iflow.integrate` with this as its integrand.
          path: file to write; its ending sets the format. None writes nothing.
        """
        from iflow.plots import histogram

        require_figure(path)
        self._require_own(result)
        return histogram(self, result, path=path)

    def _filled(self, name: str, observed: np.ndarray, values: np.ndarray) -> np.ndarray:
        if observed.shape != values.shape:
            raise ValueError(
                f"observable {name!r} must have one value a point, like f, {values.shape}; got "
                f"{observed.shape}"
            )
        if np.isnan(observed).any():
            raise ValueError(
                f"observable {name!r} must be a number, got nan for {int(np.isnan(observed).sum())} "
                f"of {len(observed)} points"
            )
        edges = self.edges[name]
        bins = np.searchsorted(edges, observed, side="right") - 1
        bins[observed == edges[-1]] = len(edges) - 2
        inside = (bins >= 0) & (bins < len(edges) - 1)
        filled = np.zeros((len(values), len(edges) - 1), values.dtype)
        filled[inside, bins[inside]] = values[inside]
        return filled


def _edges(name: str, edges: Any) -> np.ndarray:
    wanted = f"the edges of {name!r} must be at least two increasing numbers, got {edges!r}"
    try:
        found = np.array(edges)
    except ValueError:  # rows of different lengths
        raise ValueError(wanted) from None
    if found.dtype.kind not in "fiu" and found.size:
        raise TypeError(wanted)
    found = found.astype(np.float64)
    if found.ndim != 1 or len(found) < 2 or not (np.diff(found) > 0.0).all():
        fix = "; for equal bins give numpy.linspace(low, high, bins + 1)" if found.ndim == 0 else ""
        raise ValueError(wanted + fix)
    return found
