"""The user's integrand: probed once, checked at every call, every evaluation counted."""

from __future__ import annotations

import copy
import math
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

import numpy as np

from iflow.fingerprint import key_of
from iflow.integrand.admission import nonfinite_told
from iflow.integrand.arrays import Values, stack
from iflow.integrand.callables import require_callable
from iflow.integrand.caller import Caller, Present
from iflow.integrand.compiled import from_c, is_compiled
from iflow.integrand.consistency import difference, wrong_value
from iflow.integrand.convention import find_convention
from iflow.integrand.instalments import Instalments
from iflow.integrand.intake import Intake
from iflow.integrand.marks import count
from iflow.integrand.pending import Done, Elsewhere, Kernel, Pending
from iflow.layout import Layout
from iflow.portions import Portions, is_short_of_memory
from iflow.reasons import Reason

if TYPE_CHECKING:
    from iflow.executors import Crew, Payload, PieceStore
    from iflow.traced import Traced

# A function of one point cannot return this many values by accident unless dim is the same.
_PROBE_SIZES = (5, 6)


class Integrand:
    """Calls f on batches of points and vouches for what comes back.

    Args:
      f: vectorised function, x float64 [n, dim] -> [n], [n, ...] or a dict of such arrays, real or complex;
        a function of one point, [dim] -> a number, an array or a dict, is recognised and called point by
        point; so are functions of PyTorch's tensors, networks of PyTorch and functions of JAX, and those
        decorated for `vegas` or opened with `ctypes` are taken as they are (see `compiled.from_c`). One
        that returns TensorFlow tensors is traced into a graph, and called as it is where that fails.
      dim: number of coordinates.
      max_neval: evaluations that the search for a point at which f raised must not exceed.
      present: maps points [n, dim], or one point [dim], to the (args, kwargs) that f is called with; None
        hands over the points themselves.
      log: whether f returns log|f|, one real number a point; -inf stands for 0.
      crew: computes f on workers, once it is probed; None computes it here.
      zeroes: whether points at which f is nan or inf, in any component, count as 0: their values are
        marked, see `iflow.integrand.marks`.

    Raises:
      TypeError: if f cannot be called, or is a C function that is not declared; if there is a crew, and f
        cannot be sent to it.

    Attributes:
      pointwise: whether f is called one point at a time; None before the probe.
      traced: f as part of TensorFlow graphs; None where it is not made of TensorFlow's operations.
      not_traced: why a function that returns tensors is not; None where there is nothing to say.
      notes: sentences for the user on how f computes.
      portions: in which f is computed; copies of this share what is known of memory.
      around_f: makes the context that f is called in, here and for many points.
      skips: whether points at which f raises are left out, see `SkippingIntegrand`.
      n_skipped: how many were.
      n_nonfinite: points that count as 0 because f was nan or inf there.
      n_searched: evaluations that it took to find them, none of which counts in `neval`.
    """

    skips = False
    n_skipped = n_searched = n_nonfinite = 0

    def __init__(
        self,
        f: Callable[..., Any],
        dim: int,
        max_neval: float = math.inf,
        *,
        present: Present | None = None,
        log: bool = False,
        crew: Crew | None = None,
        zeroes: bool = False,
    ):
        compiled = is_compiled(f)
        require_callable(f, dim, compiled)
        self._kind = "lbatch" if compiled else getattr(f, "fcntype", None)
        self._caller = Caller(
            from_c(f, dim) if compiled else f,
            present=present,
            points_last=self._kind == "rbatch",
            max_neval=max_neval,
        )
        self._dim, self._crew = dim, crew
        self._intake = Intake(Layout.of(np.zeros(1), 1), log=log, zeroes=zeroes)
        self._payload: Payload | None = None
        self._probe_seconds = 0.0
        self._instalments: Instalments | None = None
        self.pointwise: bool | None = True if self._kind == "scalar" else None
        self.traced: Traced | None = None
        self.not_traced: str | None = None
        self.notes: tuple[str, ...] = ()
        self._probed = np.empty((0, dim)), np.empty(0)
        self.portions = Portions("f")
        self.around_f: Callable[[], AbstractContextManager[Any]] = nullcontext

    @property
    def f(self) -> Callable[..., Any]:
        """What is called with points."""
        return self._caller.f

    @property
    def layout(self) -> Layout:
        """Of what f returns; of one real number before the probe."""
        return self._intake.layout

    @property
    def neval(self) -> int:
        """Points at which f has been computed."""
        return self._caller.neval

    @neval.setter
    def neval(self, n: int) -> None:
        self._caller.neval = n

    @property
    def probed(self) -> tuple[np.ndarray, np.ndarray]:
        """The points that f was probed at, [n, dim], and its values there, [n] or [n, k]."""
        return self._probed

    def set_max_neval(self, max_neval: float) -> None:
        """Changes the evaluations that a search for a point must not exceed."""
        self._caller.max_neval = max_neval

    @property
    def probe_size(self) -> int:
        """Points that `probe` looks at: all of them twice, and the first a third time."""
        first, second = _PROBE_SIZES
        return second if self._dim == first else first

    def probe(self, x: np.ndarray) -> None:
        """Finds out whether f takes many points or one, and that points do not disturb each other.

        From then on the crew computes, where there is one.

        Args:
          x: points inside the region, [probe_size, dim].

        Raises:
          ValueError: if f returns the wrong shape either way, or depends on the batch it is given.
          TypeError: if f returns something else than numbers, or cannot be sent to the crew.
        """
        begun = time.perf_counter()
        self._probe(x)
        self._count(self._probed[1])
        self._probe_seconds = (time.perf_counter() - begun) / self.neval
        if self._crew is not None:
            self._payload = self._crew.pack(Kernel(copy.copy(self).on_worker()))

    def _probe(self, x: np.ndarray) -> None:
        found = None
        if self.pointwise is None:
            found = find_convention(self._caller, x, vectorised=self._kind in ("lbatch", "rbatch"))
            self.pointwise, self.notes = found.pointwise, found.notes
        if found is None or found.many is None:
            alone, many = self._values(x[:1]), self._values(x)
            self._settle(alone, many, x)
            again, values = self._intake.admitted(many, x), self._intake.admitted(alone, x[:1])
            self._probed = x, again
            self._require_same(values, again, x, "alone", f"among {len(x)} points")
            return
        self._settle(found.alone, found.many, x)
        first = self._intake.admitted(found.many, x)
        values = self._intake.admitted(found.alone, x[:1])
        self._probed = x, first
        # The other way round, so that it is told if points look at the first one, or at the next.
        in_graph = self._crew is None and not self.skips and _is_tensor(found.returned)
        again = self._in_graph(x[::-1], first[::-1]) if in_graph else self._here(x[::-1])
        again = again[::-1]
        self._require_same(values, again, x, "alone", f"among {len(x)} points")
        n = len(x)
        self._require_same(first, again, x, f"among {n} points", f"among the same {n} in another order")

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Returns f at x [n, dim] as float64: [n], or [n, k] for several integrals.

        With `log` it returns log|f|, [n]; -inf where f is 0. All else is finite, but for points that are
        marked as those that count as 0.

        Raises:
          ValueError: for a wrong shape; for nan or inf where they do not count as 0.
          TypeError: for non-numeric values, or complex ones where they were real when probed.
        """
        return self.begin(x).result()

    def begin(self, x: np.ndarray) -> Pending:
        """Begins to compute f at x [n, dim]; where there is no crew, ends it too.

        Raises: what a call does; where there is a crew, `Pending.result` does.
        """
        if self._crew is None or self._payload is None or not len(x):
            return Done(*(self._in_instalments(x) if self.is_in_instalments(len(x)) else self._in_one_go(x)))
        job = self._crew.post(self._payload, x, key=key_of(x), seconds_each=self._probe_seconds)
        return Elsewhere(self._crew, job, self._take)

    def store_pieces(self, store: PieceStore) -> None:
        """Has pieces of batches that take long stored, and those used that are; where there is no crew."""
        self._instalments = Instalments(store, self._probe_seconds)

    def is_in_instalments(self, n: int) -> bool:
        """Returns whether a batch of n points is to be computed here piece by piece."""
        return bool(n) and self._instalments is not None and self._instalments.suit(n)

    def _in_one_go(self, x: np.ndarray) -> tuple[np.ndarray, float]:
        """Returns f at x [n, dim], and the seconds that it took."""
        begun = time.perf_counter()
        values = self._here(x)
        self._count(values)
        seconds = time.perf_counter() - begun
        if self._instalments is not None and len(x):
            self._instalments.learn(seconds, len(x))
        return values, seconds

    def _in_instalments(self, x: np.ndarray) -> tuple[np.ndarray, float]:
        """Returns the same, computed piece by piece, or before."""
        assert self._instalments is not None
        sent, seconds = self._instalments.compute(self._compute_piece, x)
        return self._take(sent), seconds

    def _compute_piece(self, x: np.ndarray) -> np.ndarray:
        """Returns f at x [n, dim] as a worker sends it; it counts when it is taken, or here if f raises."""
        worker = copy.copy(self).on_worker()
        worker.around_f = self.around_f
        try:
            return worker.as_sent(x)
        except BaseException:
            self.neval = worker.neval
            raise

    def on_worker(self) -> Integrand:
        """Returns itself, as it is where nobody probes, nobody else computes, and nobody counts."""
        self._crew = self._payload = self._instalments = None
        self.around_f = nullcontext
        self._probed = np.empty((0, self._dim)), np.empty(0)
        self._caller = copy.copy(self._caller)
        return self

    def as_sent(self, x: np.ndarray) -> np.ndarray:
        """Returns f at x [n, dim] as a worker sends it."""
        return self(x)

    def raised_at(self, point: np.ndarray) -> Exception | None:
        """Returns what f raises at a point, [dim], that was skipped; None where that cannot be told."""
        return None

    def told_again(self, point: np.ndarray) -> str | None:
        """Returns what is told of a point, [dim], at which f was nan or inf; None if it is not any more.

        f is asked again: who has seen the value may be another process, or one that is gone.
        """
        look = self._caller.look(point if self.pointwise else point[np.newaxis])
        self.neval -= 1
        self.n_searched += 1
        if look.values is None:
            return None
        values = stack([look.values], point[np.newaxis]) if self.pointwise else look.values
        row = self._intake.columns(values, point[np.newaxis])
        return nonfinite_told(row, point, self.layout, log=self._intake.log)

    def _take(self, values: np.ndarray) -> np.ndarray:
        """Returns the values in what workers sent; counts them."""
        self.neval += len(values)
        self._count(values)
        return values

    def _count(self, values: np.ndarray) -> None:
        """Counts what is to be told of values beside their number."""
        if self._intake.zeroes:
            self.n_nonfinite += count(values, Reason.NONFINITE)

    def _here(self, x: np.ndarray) -> np.ndarray:
        if not len(x):
            return np.empty(0 if self.layout.is_scalar else (0, self.layout.k))
        # One point at a time there is nothing to halve, and what was computed is not to be lost.
        return self._vouched_for(x) if self.pointwise else self.portions.rows_of(self._vouched_for, x)

    def _vouched_for(self, x: np.ndarray) -> np.ndarray:
        """Returns f at x [n, dim], n >= 1, checked; where memory runs out, nothing has been evaluated."""
        neval = self.neval
        try:
            values = self._values(x)
            read = self._intake.admitted if self.traced is None else self._intake.from_graph
            return read(values, x)
        except Exception as error:
            if is_short_of_memory(error) and len(x) > 1 and not self.pointwise:
                self.neval = neval
            raise

    def take_from_graph(self, columns: Any, x: np.ndarray) -> np.ndarray:
        """Returns what a graph made of x [n, dim], [n] or [n, k]; counts it, and raises what a call does."""
        values = self._intake.from_graph(columns, x)
        self._count(values)
        return values

    def leave_graphs(self, error: Exception) -> None:
        """Notes why f, which returns tensors, is called on its own."""
        self.not_traced = f"{type(error).__name__}: {str(error).strip().partition(chr(10))[0]}"

    def _values(self, x: np.ndarray) -> Values:
        """Returns what f makes of points, as it comes."""
        with self.around_f():
            if self.pointwise:
                return stack(self._caller.one_by_one(x), x)
            returned = self._caller(x)
        return self._caller.read(returned)

    def _settle(self, alone: Any, many: Any, x: np.ndarray) -> None:
        """Fixes the layout that all values must have from now on: complex where any of these is."""
        self._intake = self._intake.of(Layout.of(alone, 1).widened(Layout.of(many, len(x))))

    def _require_same(self, values: np.ndarray, again: np.ndarray, x: np.ndarray, *where: str) -> None:
        """Refuses an f that gave other values for the first points of x another time."""
        # One number may be 0 but for rounding at one point: how large is it elsewhere?
        scale = None if self.layout.is_scalar else again
        n = len(values)
        worst = difference(values, again[:n], self.layout, scale=scale, log=self._intake.log)
        if worst is None:
            return
        point, component = worst
        raise wrong_value(
            values.reshape(n, -1)[worst],
            again.reshape(len(again), -1)[worst],
            where=(where[0], where[1]),
            x=x[point],
            name=self.layout.told(component) if self.layout.k > 1 else "",
            pointwise=bool(self.pointwise),
        )

    def _in_graph(self, x: np.ndarray, first: np.ndarray) -> np.ndarray:
        """Makes f a part of graphs if its graph gives the values that f itself gave first; returns them."""
        from iflow.traced import Traced

        f, present = self._caller.f, self._caller.present

        def on_tensors(x: Any) -> Any:
            args, kwargs = present(x)
            return f(*args, **kwargs)

        on_tensors.input_signature = getattr(f, "input_signature", None)  # type: ignore[attr-defined]
        try:
            traced = Traced(on_tensors, self._dim, self.layout)
            self.neval += len(x)
            values = self._intake.from_graph(traced(x), x)
        except Exception as error:
            self.leave_graphs(error)
            return first
        if difference(first, values, self.layout, log=self._intake.log) is not None:
            self.not_traced = "in a graph it gives other values"
            return first
        self.traced = traced
        self._caller = self._caller.with_function(traced)
        return values


def _is_tensor(returned: Any) -> bool:
    """Returns whether TensorFlow made it; there are no tensors as long as nobody has imported that."""
    tensor = getattr(sys.modules.get("tensorflow"), "Tensor", ())
    values = returned.values() if isinstance(returned, Mapping) else [returned]
    return any(isinstance(one, tensor) for one in values)
