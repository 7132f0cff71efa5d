"""The integrand on its region: probed, counted, timed."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from iflow.domain import Domain
from iflow.domain.box import Box
from iflow.integrand import Integrand, readable
from iflow.layout import Layout

if TYPE_CHECKING:
    from iflow.executors import Crew
    from iflow.integrand.pending import Pending

# What the state of a run does not hold, or holds in another form.
_NOT_STATE = ("_integrand", "_domain", "_follow", "_crew", "recorder")


class Evaluator:
    """Computes f at points of the unit cube, which a region is mapped from; f is probed right away.

    Args:
      f: the user's function, see `iflow.integrand.Integrand`.
      region: see `iflow.domain.Domain`.
      seed: of the points that f is probed at.
      max_neval: evaluations of the run; it is up to the caller to keep to them, see `left`.
      log: whether f returns log|f|.
      crew: computes f on workers; None computes it here.

    Raises:
      TypeError: for an f that cannot be called or does not return numbers, or a malformed region.
      ValueError: for limits out of range, or values of f of the wrong shape, nan or inf.

    Attributes:
      log: whether f returns log|f|.
    """

    def __init__(
        self,
        f: Callable[..., Any],
        region: Any,
        *,
        seed: int | np.random.SeedSequence,
        max_neval: int,
        log: bool = False,
        crew: Crew | None = None,
    ):
        f = readable(f)
        self._domain = Domain(region)
        self._domain.require_fitting(f)
        self._integrand = Integrand(
            f,
            self._domain.n_coordinates,
            max_neval,
            present=self._domain.present if self._domain.is_named else None,
            log=log,
            crew=crew,
        )
        self.log, self._crew = log, crew
        self._max_neval = max_neval
        self._seconds, self._n_timed = 0.0, 0
        y = np.random.default_rng(seed).random((self._integrand.probe_size, self._domain.dim))
        y = np.clip(y, np.finfo(float).tiny, None)
        self._integrand.probe(self._domain.forward_and_log_det(y)[0])
        if self._integrand.traced and self._domain.is_changed:
            self._integrand.not_traced = "its region is a change of variables, which NumPy computes"
        self._follow = self._make_follow()

    def _make_follow(self) -> Callable[..., Any] | None:
        """Returns what takes graphs from the cube to f; None where they end before."""
        traced = self._integrand.traced
        # What XLA compiles for each number of points is better called with few of them.
        if traced is None or traced.by_xla or self._domain.is_changed:
            return None
        return traced.from_cube(self._domain)

    @property
    def domain(self) -> Domain:
        """The user's region as the image of the unit cube."""
        return self._domain

    @property
    def dim(self) -> int:
        """Number of coordinates of the unit cube."""
        return self._domain.dim

    @property
    def box(self) -> Box:
        """The box that the cube is mapped to."""
        return self._domain.box

    @property
    def names(self) -> tuple[str, ...]:
        """What to call each coordinate of x."""
        return self._domain.names

    @property
    def layout(self) -> Layout:
        """How the values of f lie in one row."""
        return self._integrand.layout

    def move(self, location: np.ndarray, scale: np.ndarray) -> None:
        """Moves the maps of infinite axes, see `Domain.move`; points y then stand for other points x."""
        self._domain.move(location, scale)
        if self._follow is not None:
            self._follow = self._make_follow()

    @property
    def neval(self) -> int:
        """Evaluations of f so far, the probe included."""
        return self._integrand.neval

    @property
    def seconds_per_call(self) -> float:
        """What an evaluation has taken so far, in seconds; 0 before the first batch."""
        return self._seconds / self._n_timed if self._n_timed else 0.0

    @property
    def n_workers(self) -> int:
        """Workers that compute f at the same time; 1 where it is computed here."""
        return 1 if self._crew is None else self._crew.n_workers

    @property
    def left(self) -> int:
        """Evaluations that are left of `max_neval`; not below 0."""
        return max(0, self._max_neval - self.neval)

    @property
    def counters(self) -> tuple[int, float, int]:
        """Evaluations, and seconds and number of those that were timed."""
        return self.neval, self._seconds, self._n_timed

    @counters.setter
    def counters(self, counters: tuple[int, float, int]) -> None:
        self._integrand.neval, self._seconds, self._n_timed = counters

    @property
    def probed(self) -> tuple[np.ndarray, np.ndarray]:
        """The points that f was probed at, [n, dim], and its values there."""
        return self._integrand.probed

    @property
    def pointwise(self) -> bool:
        """Whether f is called one point at a time."""
        return bool(self._integrand.pointwise)

    @property
    def not_traced(self) -> str | None:
        """Why an f that returns TensorFlow tensors is no part of graphs; None where nothing is to be said."""
        return self._integrand.not_traced

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences on how f computes, for the user."""
        return self._integrand.notes

    def count_elsewhere(self, n: int, seconds: float) -> None:
        """Counts n evaluations, of so many seconds in all, that workers have done on their own."""
        self._integrand.neval += n
        self._seconds, self._n_timed = self._seconds + seconds, self._n_timed + n

    def on_worker(self) -> Self:
        """Returns a copy that computes f where it is, counts from 0 and writes nothing down."""
        own = copy.copy(self)
        vars(own).update(_crew=None, recorder=None, _follow=None, _seconds=0.0, _n_timed=0)
        own._integrand = copy.copy(self._integrand).on_worker()
        return own

    def set_max_neval(self, max_neval: int) -> None:
        """Changes the evaluations of the run."""
        self._max_neval = max_neval
        self._integrand.set_max_neval(max_neval)

    def get_state(self) -> dict[str, Any]:
        """Returns everything but the integrand: the region as it is mapped now, and the counters."""
        kept = {name: value for name, value in vars(self).items() if name not in _NOT_STATE}
        return {
            "kept": kept,
            "map": (self.box.location, self.box.scale),
            "counters": self.counters,
            "in_graph": self._follow is not None,
            "not_traced": self.not_traced,
        }

    def set_state(self, state: dict[str, Any]) -> None:
        """Puts back what `get_state` returned, for the same integrand."""
        vars(self).update(state["kept"])
        self.counters = state["counters"]
        self._domain.move(*state["map"])
        self._follow = self._make_follow() if state["in_graph"] else None
        self._integrand.not_traced = state["not_traced"]

    def evaluate(self, y: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Returns x [n, dim], f(x), [n] or [n, k], and log|det dx/dy| [n] at y [n, dim] in the cube."""
        x, log_slope = self._domain.forward_and_log_det(y)
        return x, self._compute(x), log_slope

    def _compute(self, x: np.ndarray) -> np.ndarray:
        return self._finish(self._integrand.begin(x))

    def _finish(self, pending: Pending) -> np.ndarray:
        """Returns values that were begun, once they are there."""
        values = pending.result()
        self._seconds += pending.seconds
        self._n_timed += len(values)
        return values
