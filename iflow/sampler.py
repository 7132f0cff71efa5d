"""Draws points of a proposal and computes the integrand there."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from iflow.batch import Batch, concatenate
from iflow.domain import Domain
from iflow.domain.box import Box
from iflow.integrand import Integrand
from iflow.layout import Layout
from iflow.proposal import DefendedFlow, Proposal, Uniform

if TYPE_CHECKING:
    from iflow.checkpoint import Recorder

# What the state of a run does not hold, or holds in another form.
_NOT_STATE = ("_integrand", "_domain", "_follow", "recorder")
# Points handed to f at once: enough to amortise the call, few enough to keep memory flat; of many integrals
# so few that their values are not more than this many numbers.
LARGEST_BATCH = 65_536
_MOST_VALUES, _LEAST_BATCH = 1 << 20, 1_024


class _Search(Uniform):
    """Stands for a search in the box where the name of a proposal is asked for."""

    name = "search"


_SEARCH = _Search(0)


class Learned(Protocol):
    """Makes one number a point of the values of several integrals."""

    def sign_and_log(self, values: np.ndarray, log_slope: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Returns sign and logarithm of it, [n] each, for values [n, k] and log|dx/dy| / q, [n]."""

    def log_size(self, values: np.ndarray) -> np.ndarray:
        """Returns the logarithm of how large values [n, k] are, [n], before any is known to be large."""


class Sampler:
    """The integrand on its region, ready to be evaluated at random points; f is probed right away.

    Args:
      f: the user's function, see `iflow.integrand.Integrand`.
      region: see `iflow.domain.Domain`.
      seed: of the points that f is probed at.
      max_neval: evaluations of the run; it is up to the caller to keep to them, see `left`.
      log: whether f returns log|f|.

    Raises:
      TypeError: for an f that cannot be called or does not return numbers, or a malformed region.
      ValueError: for limits out of range, or values of f of the wrong shape, nan or inf.

    Attributes:
      norm: makes the number that proposals learn of several integrals; to be set before the first draw.
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
    ):
        self._domain = Domain(region)
        self._domain.require_fitting(f)
        self._integrand = Integrand(
            f,
            self._domain.n_coordinates,
            max_neval,
            present=self._domain.present if self._domain.is_named else None,
            log=log,
        )
        self.log = log
        self.norm: Learned | None = None
        self._max_neval = max_neval
        self._seconds, self._n_timed = 0.0, 0
        self.recorder: Recorder | None = None
        self.uniform = Uniform(self._domain.dim)
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
    def layout(self) -> Layout:
        """How the values of f lie in one row."""
        return self._integrand.layout

    @property
    def largest_batch(self) -> int:
        """Points handed to f at once, at most."""
        return min(LARGEST_BATCH, max(_LEAST_BATCH, _MOST_VALUES // self.layout.k))

    @property
    def box(self) -> Box:
        """The box that the cube is mapped to."""
        return self._domain.box

    @property
    def names(self) -> tuple[str, ...]:
        """What to call each coordinate of x."""
        return self._domain.names

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

    def keep_state(self, *, round_is_over: bool = True) -> None:
        """Has the state of the run stored, where there is a recorder."""
        if self.recorder is None:
            return
        if round_is_over:
            self.recorder.keep_round()
        else:
            self.recorder.keep_between()

    @property
    def next_size(self) -> int | None:
        """Points of the next batch, where it has been evaluated before."""
        return self.recorder.tape.next_size if self.recorder is not None else None

    @property
    def is_playing(self) -> bool:
        """Whether what is drawn now has been evaluated before, by a run that was stopped."""
        return self.recorder is not None and self.recorder.tape.is_playing

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

    def draw(self, u: np.ndarray, proposal: Proposal, phase: str = "") -> Batch:
        """Returns the points that a proposal makes of latents u [n, latent_dim], evaluated.

        Args:
          u: latents, [n, latent_dim].
          proposal: what makes points of them.
          phase: "survey", "training" or "measurement": what is drawn in one is recorded, where there is a
            recorder.
        """
        evaluate: Callable[[np.ndarray, Proposal], Batch] = self._draw
        if phase and self.recorder is not None:
            evaluate = partial(self.recorder.draw, self._draw, phase=phase)
        size = self.largest_batch
        pieces = [evaluate(u[start : start + size], proposal) for start in range(0, len(u), size)]
        return pieces[0] if len(pieces) == 1 else concatenate(pieces)

    def _draw(self, u: np.ndarray, proposal: Proposal) -> Batch:
        drawn = self._draw_in_graph(u, proposal)
        if drawn:
            y, log_q, x, values = drawn
            _, log_slope = self._domain.forward_and_log_det(y)
        else:
            y, log_q = proposal.place(u)
            x, values, log_slope = self.evaluate(y)
        return self._batch(x, y, values, log_slope, log_q)

    def _batch(
        self, x: np.ndarray, y: np.ndarray, values: np.ndarray, log_slope: np.ndarray, log_q: np.ndarray
    ) -> Batch:
        if self.log:
            return Batch(x, y, np.where(values > -np.inf, 1.0, 0.0), values + log_slope, log_q)
        if values.ndim == 1:
            with np.errstate(divide="ignore"):
                return Batch(x, y, np.sign(values), np.log(np.abs(values)) + log_slope, log_q)
        if self.norm is None:
            raise RuntimeError("several integrals need a norm before their points are drawn")
        sign, log_norm = self.norm.sign_and_log(values, log_slope - log_q)
        with np.errstate(over="ignore"):  # told by whoever sums the weights
            components = values * np.exp(log_slope)[:, np.newaxis]
        return Batch(x, y, sign, log_norm + log_slope, log_q, components)

    def _draw_in_graph(self, u: np.ndarray, proposal: Proposal) -> list[np.ndarray] | None:
        """Returns y, log q(y), x and f(x) from a graph of them all; None where there is none."""
        if self._follow is None or not isinstance(proposal, DefendedFlow):
            return None
        self._integrand.neval += len(u)  # even if f raises
        try:
            y, log_q, x, values = proposal.place_then(u, self._follow)
        except Exception as error:
            if self.left < len(u):
                raise
            # Once more on its own, where f's mistake is told together with the point. If it makes none
            # there, no later batch is to be computed twice.
            self._follow = None
            self._integrand.leave_graphs(error)
            return None
        return [y, log_q, x, self._integrand.check(values, x)]

    def evaluate(self, y: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Returns x [n, dim], f(x), [n] or [n, k], and log|det dx/dy| [n] at y [n, dim] in the cube."""
        x, log_slope = self._domain.forward_and_log_det(y)
        return x, self._compute(x), log_slope

    def look(self, t: np.ndarray) -> np.ndarray:
        """Returns log(|f| |dx/dt|) at points t [n, dim] of the box, [n]; -inf where f = 0.

        Of several integrals the largest that counts is taken.
        """
        if self.recorder is None:
            return self._look(t, _SEARCH).log_f
        return self.recorder.draw(self._look, t, _SEARCH, phase="survey").log_f

    def _look(self, t: np.ndarray, proposal: Proposal) -> Batch:
        """Returns the same as a batch, by points and densities on the box."""
        x, log_slope = self._domain.from_box(t)
        values = self._compute(x)
        if self.log:
            log_f = values
        elif self.norm is not None:
            log_f = self.norm.log_size(values)
        else:
            with np.errstate(divide="ignore"):
                log_f = np.log(np.abs(values))
        found = np.isfinite(log_f).astype(float)
        return Batch(x, t, found, log_f + log_slope, np.zeros(len(t)))

    def _compute(self, x: np.ndarray) -> np.ndarray:
        begun, n = time.perf_counter(), self._integrand.neval
        values = self._integrand(x)
        self._seconds += time.perf_counter() - begun
        self._n_timed += self._integrand.neval - n
        return values
