"""Histograms of observables, as integrals: one for each bin."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

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
        """
        width = np.diff(self.edges[name])
        width[np.isinf(width)] = np.nan
        return result[name].mean / width, result[name].sdev / width

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
    found = np.array(edges, dtype=np.float64)
    if found.ndim != 1 or len(found) < 2 or not (np.diff(found) > 0.0).all():
        fix = "; for equal bins give numpy.linspace(low, high, bins + 1)" if found.ndim == 0 else ""
        raise ValueError(f"the edges of {name!r} must be at least two increasing numbers, got {edges!r}{fix}")
    return found
