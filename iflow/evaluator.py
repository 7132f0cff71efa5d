"""The integrand on its region: probed, counted, timed."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from iflow.domain import Domain
from iflow.domain.bend import Bend
from iflow.domain.box import Box
from iflow.integrand import (
    Integrand,
    SkippingIntegrand,
    first_nonfinite,
    first_raised,
    readable,
    reasons_of,
    require_few,
)
from iflow.layout import Layout
from iflow.portions import Portions
from iflow.reasons import NONE, Reason

if TYPE_CHECKING:
    from iflow.executors import Crew, PieceStore
    from iflow.integrand.pending import Pending

# Evaluations; seconds and number of those timed; points skipped, and evaluations to find them; points at
# which f was nan or inf.
Counters = tuple[int, float, int, int, int, int]

# What the state of a run does not hold, or holds in another form.
_NOT_STATE = ("_integrand", "_domain", "_follow", "_crew", "_portions", "recorder", "tell", "_told", "_omits")


@dataclass(frozen=True)
class Account:
    """What was counted and noted where f was computed on its own.

    Args:
      counters: see `Evaluator.counters`.
      first_skipped: what f raised at the first point that was skipped, and where; "" where none was.
      first_nonfinite: what f was at the first point at which it was nan or inf; "" where it never was.
    """

    counters: Counters
    first_skipped: str
    first_nonfinite: str


class Evaluator:
    """Computes f at points of the unit cube, which a region is mapped from; f is probed right away.

    Args:
      f: the user's function, see `iflow.integrand.Integrand`.
      region: see `iflow.domain.Domain`.
      seed: of the points that f is probed at.
      max_neval: evaluations of the run; it is up to the caller to keep to them, see `left`.
      log: whether f returns log|f|.
      crew: computes f on workers; None computes it here.
      omits: for what reasons points count as 0, see `Reason`.

    Raises:
      TypeError: for an f that cannot be called or does not return numbers, or a malformed region.
      ValueError: for limits out of range, or values of f of the wrong shape, or nan or inf
        where they do not count as 0.

    Attributes:
      log: whether f returns log|f|.
      first_skipped: what f raised at the first point where it did, which counts as 0; "" where that is not
        known.
      first_nonfinite: what f was at the first point where it was nan or inf, which counts as 0; "" likewise.
      tell: is told in a sentence when there is not enough memory for a batch; None for nobody.
    """

    first_skipped = first_nonfinite = ""
    tell: Callable[[str], None] | None = None
    _told = ""

    def __init__(
        self,
        f: Callable[..., Any],
        region: Any,
        *,
        seed: int | np.random.SeedSequence,
        max_neval: int,
        log: bool = False,
        crew: Crew | None = None,
        omits: frozenset[Reason] = NONE,
    ):
        f = readable(f)
        self._domain = Domain(region)
        self._domain.require_fitting(f)
        self._integrand = (SkippingIntegrand if Reason.RAISED in omits else Integrand)(
            f,
            self._domain.n_coordinates,
            max_neval,
            present=self._domain.present if self._domain.is_named else None,
            log=log,
            crew=crew,
            zeroes=Reason.NONFINITE in omits,
        )
        self.log, self._crew, self._omits = log, crew, omits
        self._max_neval = max_neval
        self._seconds, self._n_timed = 0.0, 0
        self._portions = Portions("the map of points")
        y = np.random.default_rng(seed).random((self._integrand.probe_size, self._domain.dim))
        y = np.clip(y, np.finfo(float).tiny, None)
        x = self._domain.forward_and_log_det(y)[0]
        self._integrand.probe(x)
        self._note_omitted(x, self._without_omitted(self._integrand.probed[1])[1])
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
        self._remake_follow()

    def bend(self, bend: Bend) -> None:
        """Bends the unit cube, see `Domain.bend`; points y then stand for other points x."""
        self._domain.bend(bend)
        self._remake_follow()

    def _remake_follow(self) -> None:
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
    def n_shared(self) -> int:
        """Workers that have computed f at the same time, 1 at least; none are started to tell."""
        return 1 if self._crew is None else max(1, self._crew.workshop.n_seen)

    @property
    def left(self) -> int:
        """Evaluations that are left of `max_neval`; not below 0."""
        return max(0, self._max_neval - self.neval)

    @property
    def n_skipped(self) -> int:
        """Points at which f raised, and that count as 0."""
        return self._integrand.n_skipped

    @property
    def n_searched(self) -> int:
        """Evaluations that it took to find them, none of which is among those of `neval`."""
        return self._integrand.n_searched

    @property
    def n_nonfinite(self) -> int:
        """Points at which f was nan or inf, and that count as 0."""
        return self._integrand.n_nonfinite

    @property
    def counters(self) -> Counters:
        """What was counted so far; see `Counters`."""
        found = self._integrand
        return self.neval, self._seconds, self._n_timed, found.n_skipped, found.n_searched, found.n_nonfinite

    @counters.setter
    def counters(self, counters: Counters) -> None:
        integrand = self._integrand
        integrand.neval, self._seconds, self._n_timed, *omitted = counters
        integrand.n_skipped, integrand.n_searched, integrand.n_nonfinite = omitted

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

    @property
    def portions(self) -> tuple[Portions, Portions]:
        """In which f, and maps of points, are computed."""
        return self._integrand.portions, self._portions

    def put_around_f(self, context: Callable[[], AbstractContextManager[Any]]) -> None:
        """Has f called within a context; see `Integrand.around_f`."""
        self._integrand.around_f = context

    def store_pieces(self, store: PieceStore) -> None:
        """Has pieces of batches stored while they are computed here; see `Integrand.store_pieces`."""
        self._integrand.store_pieces(store)

    def tell_of_memory(self) -> None:
        """Tells, where there is news, for how many points at once there was memory."""
        told = " and ".join(sentence for each in self.portions if (sentence := each.told()))
        if told != self._told:
            self._told = told
            if self.tell is not None:
                self.tell(told)

    def on_worker(self) -> Self:
        """Returns a copy that computes f where it is, counts from 0 and writes nothing down."""
        own = copy.copy(self)
        vars(own).update(_crew=None, recorder=None, tell=None, _follow=None)
        own._integrand = copy.copy(self._integrand).on_worker()
        own.counters = 0, 0.0, 0, 0, 0, 0
        return own

    def account(self) -> Account:
        """Returns what this one, on a worker, has counted and noted."""
        return Account(self.counters, self.first_skipped, self.first_nonfinite)

    def settle(self, account: Account) -> None:
        """Adds what was counted on a worker."""
        here, there = self.counters, account.counters
        self.counters = tuple(one + other for one, other in zip(here, there, strict=True))  # type: ignore[assignment]
        self.first_skipped = self.first_skipped or account.first_skipped
        self.first_nonfinite = self.first_nonfinite or account.first_nonfinite

    @contextmanager
    def without_omissions(self) -> Iterator[None]:
        """Forgets, in the end, the points of the block that count as 0: no result depends on them."""
        before, first = self.counters, (self.first_skipped, self.first_nonfinite)
        try:
            yield
        finally:
            neval, seconds, n_timed, _, n_searched, _ = self.counters
            self.counters = neval, seconds, n_timed, before[3], n_searched, before[5]
            self.first_skipped, self.first_nonfinite = first

    def set_max_neval(self, max_neval: int) -> None:
        """Changes the evaluations of the run."""
        self._max_neval = max_neval
        self._integrand.set_max_neval(max_neval)

    def get_state(self) -> dict[str, Any]:
        """Returns everything but the integrand: the region as it is mapped now, and the counters."""
        kept = {name: value for name, value in vars(self).items() if name not in _NOT_STATE}
        return {
            "kept": kept,
            "map": (self.box.location, self.box.scale, self.box.bend.powers),
            "counters": self.counters,
            "in_graph": self._follow is not None,
            "not_traced": self.not_traced,
        }

    def set_state(self, state: dict[str, Any]) -> None:
        """Puts back what `get_state` returned, for the same integrand."""
        vars(self).update(state["kept"])
        self.counters = state["counters"]
        location, scale, powers = state["map"]
        self._domain.move(location, scale)
        self._domain.bend(Bend(powers))
        self._follow = self._make_follow() if state["in_graph"] else None
        self._integrand.not_traced = state["not_traced"]

    def evaluate(self, y: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Returns x [n, dim], f(x), [n] or [n, k], and log|det dx/dy| [n] at y [n, dim] in the cube."""
        x, log_slope = self._forward(y)
        return x, self._without_omitted(self._compute(x))[0], log_slope

    def _forward(self, y: np.ndarray) -> Sequence[np.ndarray]:
        """Returns x [n, dim] and log|det dx/dy| [n] at y [n, dim] in the cube."""
        return self._portions.columns_of(self._domain.forward_and_log_det, y)

    def _without_omitted(self, values: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
        """Returns values with 0 for f at points that count as 0, and why each does, uint8 [n].

        None where there are none, whatever happens.
        """
        if not self._omits:
            return values, None
        reasons = reasons_of(values)
        omitted = reasons > 0
        if omitted.any():
            values = values.copy()
            values[omitted] = -np.inf if self.log else 0.0
        return values, reasons

    def _note_omitted(self, x: np.ndarray, reasons: np.ndarray | None) -> None:
        """Keeps what is told of the first of all points that count as 0, for either reason."""
        if reasons is None:
            return
        if not self.first_skipped:
            self.first_skipped = first_raised(self._integrand.raised_at, x, reasons == Reason.RAISED)
        if not self.first_nonfinite:
            self.first_nonfinite = first_nonfinite(self._integrand.told_again, x, reasons == Reason.NONFINITE)

    def _require_few(self, x: np.ndarray, reasons: np.ndarray | None) -> None:
        """Refuses a batch at most of whose points f raised; see `require_few`."""
        if reasons is not None:
            require_few(self._integrand.raised_at, x, reasons == Reason.RAISED)

    def _compute(self, x: np.ndarray) -> np.ndarray:
        return self._finish(self._integrand.begin(x))

    def _finish(self, pending: Pending) -> np.ndarray:
        """Returns values that were begun, once they are there."""
        values = pending.result()
        self._seconds += pending.seconds
        self._n_timed += len(values)
        self.tell_of_memory()
        return values
