"""Fresh independent points of a frozen proposal, and the weighted events they make."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from iflow.batch import Batch
from iflow.events.events import Events
from iflow.events.observables import Observables, compute
from iflow.statistics.estimate import Accumulator

# Points drawn at once: memory stays flat however many events are asked for.
LARGEST_TAKE = 65_536
_N_TRIED = 16
# Beyond exp of this, or below exp of its opposite, floats end or lose digits.
LARGEST_LOG = 700.0


class Source:
    """Draws points and evaluates the integrand there.

    The latents are independent, not stratified as those of a measurement: any part of the events is then
    a sample in its own right, and errors from counts and weights are what they claim to be.

    Args:
      draw: latents [n, latent_dim] -> the points that the proposal makes of them, evaluated.
      latent_dim: coordinates of a latent.
      names: of the coordinates of a point.
      observables: see `Integrator.sample`; tried on a few of the first points, so that a mistake is told
        before many are evaluated.
      seed: of the latents and of the choices of accept-reject.
      component_names: of several real integrals; none of a single one.
      covers: whether log|f| is finite wherever one of them is not 0.
    """

    def __init__(
        self,
        draw: Callable[[np.ndarray], Batch],
        *,
        latent_dim: int,
        names: tuple[str, ...],
        observables: Observables | None = None,
        seed: np.random.SeedSequence,
        component_names: tuple[str, ...] = (),
        covers: bool = False,
    ):
        self.component_names, self.covers = component_names, covers
        self._draw, self._latent_dim, self.names = draw, latent_dim, names
        self._observables, self._tried = observables, observables is None
        latents, choices = seed.spawn(2)
        self._rng, self.choices = np.random.default_rng(latents), np.random.default_rng(choices)

    def take(self, n: int) -> Batch:
        """Returns the next n points."""
        u = self._rng.random((n, self._latent_dim))
        batch = self._draw(np.clip(u, np.finfo(float).tiny, 1.0 - 2.0**-53))
        if not self._tried:
            self.observe(batch.x[:_N_TRIED])
            self._tried = True
        return batch

    def observe(self, points: np.ndarray) -> dict[str, np.ndarray]:
        """Returns the observables at points [n, dim]."""
        return compute(self._observables, points, self.names)


def weighted_events(source: Source, n: int) -> Events:
    """Returns n weighted events.

    Raises:
      OverflowError: if weights are too large for a float, or all of them too small.
    """
    accumulator, store = Accumulator(), EventStore(n)
    while store.missing:
        batch = source.take(min(store.missing, LARGEST_TAKE))
        accumulator.add(batch.sign, batch.log_weight)
        with np.errstate(over="ignore"):  # the estimate says so
            store.add(batch.x, batch.sign * np.exp(batch.log_weight), batch.weights)
    _require_floats(accumulator.log_scale)
    estimate = accumulator.estimate()
    return Events(
        points=store.points,
        weights=store.weights,
        names=source.names,
        observables=source.observe(store.points),
        integral=estimate.mean,
        integral_sdev=estimate.sdev,
        n_trials=n,
        component_weights=store.component_weights,
        component_names=source.component_names,
    )


def _require_floats(log_largest: float) -> None:
    """Raises unless the largest of the weights is a float, by its logarithm; all may be 0."""
    if log_largest == -math.inf or abs(log_largest) < LARGEST_LOG:
        return
    raise OverflowError(
        f"weights f / q must be floats, but the largest is exp({log_largest:.0f}): measure f in units of "
        f"exp({log_largest:.0f}); with log=True return log|f| - ({log_largest:.0f})"
    )


class EventStore:
    """Points and weights of a known number of events, filled piece by piece."""

    def __init__(self, n: int):
        self._n, self._filled = n, 0
        self.points, self.weights = np.empty((0, 0)), _room(n)
        self.component_weights: np.ndarray | None = None

    @property
    def missing(self) -> int:
        """Events that are still to come."""
        return self._n - self._filled

    def add(
        self, points: np.ndarray, weights: np.ndarray, component_weights: np.ndarray | None = None
    ) -> None:
        """Adds events, no more than are missing."""
        if not self._filled:
            self.points = _room(self._n, points.shape[1])
            if component_weights is not None:
                self.component_weights = _room(self._n, component_weights.shape[1])
        end = self._filled + len(weights)
        self.points[self._filled : end] = points
        self.weights[self._filled : end] = weights
        if self.component_weights is not None:
            self.component_weights[self._filled : end] = component_weights
        self._filled = end


def _room(*shape: int) -> np.ndarray:
    """Returns an array to be filled.

    Raises:
      MemoryError: if there is no room for it.
    """
    try:
        return np.empty(shape)
    except (MemoryError, ValueError, OverflowError):  # the latter two for sizes that no machine has
        raise MemoryError(
            f"{shape[0]:,} events do not fit into memory: ask for fewer at once, every call returns new ones"
        ) from None
