"""Events: points of the region with weights, and what they say about observables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy as np

from iflow.events import parquet, saving
from iflow.events.columns import require_events
from iflow.events.component import of_component
from iflow.events.expectation import Expectation, effective_size, expectation
from iflow.events.histogram import Histogram, histogram
from iflow.events.observables import checked, evaluate
from iflow.events.particles import Particles
from iflow.events.stats import Stats, stats
from iflow.events.unweighting import Unweighting
from iflow.notation import with_error

if TYPE_CHECKING:
    import pandas

# An observable: a function of points [n, dim], its values [n], or the name of one or of a coordinate.
Observable = Callable[[np.ndarray], Any] | np.ndarray | Sequence[float] | str


@dataclass(frozen=True, eq=False)
class Events:
    """Independent events, distributed like |f|: weighted ones, or of weight one.

        integral of f(x) g(x) dx / integral of f(x) dx  ~  sum(weights g) / sum(weights)

    Args:
      points: of the user's region, float64 [n, dim].
      weights: [n]; of weighted events f(x) / q(x), whose mean is the integral of f; of unweighted ones 1
        or, where f < 0, -1, but for overweights, see `Unweighting`.
      names: of the coordinates.
      observables: values at the points by name, arrays [n, ...].
      integral: of f, from all points that were drawn for these events.
      integral_sdev: its standard error.
      n_trials: how many points these events were chosen from; n for weighted ones.
      seed: of the integrator.
      unweighting: what accept-reject did; None for weighted events.
      component_weights: weights of single integrals, [n, k], where f has several; of unweighted events,
        times what the weight of the event is. See `component`.
      component_names: of the k real integrals.
      of_norm: whether `weights` and `integral` are those of the norm over several integrals that the
        proposals learned, where `component=` names none.

    Raises:
      TypeError: for points or weights that are no array.
      ValueError: for shapes that do not fit together.
    """

    points: np.ndarray
    weights: np.ndarray
    names: tuple[str, ...]
    observables: dict[str, np.ndarray] = field(default_factory=dict)
    integral: float = np.nan
    integral_sdev: float = np.inf
    n_trials: int = 0
    seed: int | None = None
    unweighting: Unweighting | None = None
    component_weights: np.ndarray | None = None
    component_names: tuple[str, ...] = ()
    of_norm: bool = False

    def __post_init__(self) -> None:
        """Checks that everything has the same number of events."""
        require_events(self.points, self.weights, self.names)

    def __len__(self) -> int:
        """Returns the number of events."""
        return len(self.weights)

    def __str__(self) -> str:
        """Returns a few lines: how many events, how good, what they integrate to."""
        kind = "weighted" if self.unweighting is None else "unweighted"
        lines = [
            f"{len(self):,} {kind} events in {', '.join(self.names)}",
            f"{'norm of integrals' if self.of_norm else 'integral':<24}"
            f"{with_error(self.integral, self.integral_sdev)}",
            f"effective sample size   {self.ess:,.0f}",
        ]
        return "\n".join(lines + ([str(self.unweighting)] if self.unweighting else []))

    def __repr__(self) -> str:
        """Returns what a prompt shows."""
        kind = "weighted" if self.unweighting is None else "unweighted"
        return f"<{len(self):,} {kind} events in {', '.join(self.names)}>"

    @property
    def ess(self) -> float:
        """Effective sample size (sum |w|)^2 / sum w^2."""
        return effective_size(self.weights)

    def component(self, name: str) -> Events:
        """Returns the same events with the weights of one of several integrals: "a", "b[0]", "c.real".

        Raises:
          ValueError: if there is no such integral, or its weights are not known.
        """
        return of_component(self, name)

    def values(self, g: Observable) -> np.ndarray:
        """Returns an observable at the events, float64 [n].

        Args:
          g: a function of points [n, dim] -> [n], its values [n], or the name of an observable or of a
            coordinate.

        Raises:
          ValueError: for an unknown name, the wrong shape, nan or inf.
          TypeError: for values that are no real numbers.
        """
        if isinstance(g, str):
            what, values = f"observable {g!r}", self._named(g)
        elif callable(g):
            what, values = f"observable {getattr(g, '__name__', 'g')!r}", evaluate(g, self.points)
        else:
            what, values = "observable", checked("observable", g, len(self))
        if values.ndim != 1:
            raise ValueError(
                f"{what} must be one number for each event, got an array of shape {values.shape}"
            )
        finite = np.isfinite(values)
        if not finite.all():
            row = int(np.argmin(finite))
            raise ValueError(f"{what} must be finite, got {values[row]} at x = {self.points[row].tolist()}")
        return values.astype(float)

    def _named(self, name: str) -> np.ndarray:
        if name in self.observables:
            return self.observables[name]
        if name in self.names:
            return self.points[:, self.names.index(name)]
        known = ", ".join([*self.names, *self.observables])
        raise ValueError(f"there is no observable {name!r}, only {known}")

    def expectation(self, g: Observable) -> Expectation:
        """Returns the integral of f g over that of f; for g see `values`.

        Raises:
          ValueError: if all weights are 0, or as `values` does.
        """
        return expectation(self.weights, self.values(g))

    def stats(self, g: Observable, percentiles: Sequence[float] = (2.5, 16.0, 50.0, 84.0, 97.5)) -> Stats:
        """Returns moments and percentiles of an observable, with errors; for g see `values`."""
        return stats(self.weights, self.values(g), percentiles)

    def histogram(self, g: Observable, bins: int | Sequence[float] | np.ndarray = 50) -> Histogram:
        """Returns the integral of f in bins of an observable, with errors.

        Args:
          g: see `values`.
          bins: edges, or the number of bins from the smallest to the largest value.
        """
        return histogram(
            self.weights, self.values(g), bins, integral=self.integral, n_trials=self.n_trials or len(self)
        )

    def to_dataframe(self) -> pandas.DataFrame:
        """Returns a pandas table: coordinates, weight and observables, an event a row."""
        return parquet.to_dataframe(self)

    def save(self, path: str | PathLike[str], *, particles: Particles | None = None) -> None:
        """Writes a file whose ending says what it is; it is there whole or not at all.

        `.npz` is read by NumPy, `.parquet` by pandas, Arrow and others, `.lhe` and `.lhe.gz` by
        programs of particle physics.

        Args:
          path: of the file; replaced if it is there.
          particles: for `.lhe`, what the points mean.

        Raises:
          ValueError: for another ending.
          ImportError: if the library for that kind of file is not installed.
        """
        saving.save(self, path, particles)

    @classmethod
    def load(cls, path: str | PathLike[str]) -> Events:
        """Returns events from a `.npz` or `.parquet` file that `save` wrote.

        Raises:
          ValueError: for a file that is damaged, of a later format, or none of events.
          ImportError: if the library for that kind of file is not installed.
          OSError: if it cannot be read.
        """
        return cls(**saving.load(path))
