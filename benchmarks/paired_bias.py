"""How biased a flow's estimates are because its log density is not quite that of its points.

The estimate is the mean of w(u) = f(y(u)) / q(u) over uniform latents u. It is unbiased where the q that
goes with a point is the density of the points drawn; rounding may break that. Two computations of one
flow, a coarse and a fine one, are given the same latents:

    bias = E[w_coarse(u) - w_fine(u)] / I

Both terms scatter by the deviation of the weights, their difference only by what rounding makes: a million
points tell a bias of 1e-8, for which estimates that are not paired would take 1e15. What the two have in
common is not seen: so the fine one is held against numerical derivatives of its points.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from benchmarks.problem import Problem
from iflow.engine.contenders.contender import DEFENCE
from iflow.flow import Flow, How, build_flow
from iflow.options import FlowOptions
from iflow.points import SobolPoints
from iflow.proposal import Defended, Map
from integrands import Integrand

import tensorflow as tf  # isort: skip, iflow.flow starts it without its greeting

Name = TypeVar("Name", bound=Hashable)

# Standard errors within which a number may lie from what it should be: for the 31 degrees of freedom of
# 32 replicates, a false alarm of 9e-5.
MOST_ERRORS = 4.5
_BLOCK = 2048
_QUANTILES = (0.5, 0.999, 1.0)


class ByHand:
    """A flow computed in one floating type from latents to points, which `Flow.place` does not offer.

    Args:
      flow: whose weights it takes.
      dtype: of latents and points on the way; what goes in and comes out is float64.
      how: by TensorFlow's own operations, or compiled.
    """

    def __init__(self, flow: Flow, dtype: str, how: How):
        self.latent_dim, self._dtype, self._how = flow.dim, dtype, how
        self._forward, self._inverse = map(self._traced, (flow.forward_and_log_det, flow.inverse_and_log_det))

    def place(self, u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Returns points y [n, dim] and log q(y) [n] for latents u [n, dim]."""
        y, log_det = self._in_blocks(self._forward, u)
        return y, -log_det

    def log_density(self, y: np.ndarray) -> np.ndarray:
        """Returns log q at points y [n, dim], [n]."""
        return self._in_blocks(self._inverse, y)[1]

    def _traced(self, method: Callable[..., tuple[tf.Tensor, tf.Tensor]]) -> Callable[..., list[tf.Tensor]]:
        """Returns the graph of a method for blocks, [blocks, _BLOCK, dim], one after another as in `Flow`."""
        shapes = ([_BLOCK, self.latent_dim], [_BLOCK])

        def run(blocks: tf.Tensor) -> list[tf.Tensor]:
            found: list[tf.Tensor] = tf.map_fn(
                lambda block: method(block, self._how),
                blocks,
                parallel_iterations=1,
                fn_output_signature=tuple(tf.TensorSpec(shape, self._dtype) for shape in shapes),
            )
            return found

        concrete: Callable[..., list[tf.Tensor]] = tf.function(run, autograph=False).get_concrete_function(
            tf.TensorSpec([None, _BLOCK, self.latent_dim], self._dtype)
        )
        return concrete

    def _in_blocks(self, run: Callable[..., list[tf.Tensor]], points: np.ndarray) -> list[np.ndarray]:
        n, dim = points.shape
        padded = np.pad(points, [(0, -n % _BLOCK), (0, 0)]).astype(self._dtype)
        image, log_det = run(tf.constant(padded.reshape(-1, _BLOCK, dim)))
        flat = image.numpy().reshape(-1, dim)[:n], log_det.numpy().reshape(-1)[:n]
        return [part.astype(np.float64) for part in flat]


class ByDifferences:
    """A map whose density is that of its points by construction: |det dy/du|^-1 from central differences.

    Autodiff would be no check: the gradients of a flow are written by hand and take its density for granted.

    Args:
      learned: a map that is smooth to float64, so without a network in float32.
      step: to both sides of a latent; stays in the cube.
    """

    def __init__(self, learned: Map, step: float = 1e-8):
        self.latent_dim, self.log_density = learned.latent_dim, learned.log_density
        self._learned, self._step = learned, step

    def place(self, u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Returns points y [n, dim] and log q(y) [n] for latents u [n, dim]."""
        columns = []
        for axis in np.eye(self.latent_dim):
            low, high = (np.clip(u + sign * self._step * axis, 0.0, 1.0) for sign in (-1.0, 1.0))
            apart = self._learned.place(high)[0] - self._learned.place(low)[0]
            columns.append(apart / ((high - low) @ axis)[:, np.newaxis])
        _, log_det = np.linalg.slogdet(np.stack(columns, axis=-1))
        return self._learned.place(u)[0], -log_det


def in_float64(flow: Flow, options: FlowOptions) -> Flow:
    """Returns the flow with the same weights, its networks in float64."""
    copy = build_flow(flow.dim, replace(options, dtype="float64"), seed=0)
    copy.set_weights(flow.get_weights())
    return copy


@dataclass(frozen=True)
class PairedBias:
    """How an estimate differs from that of the fine computation, and what it is worth.

    Args:
      bias: mean difference of the weights over the integral.
      error: its standard error, from the spread of replicates.
      gap: |log q as drawn - log q as evaluated at the same point|: median, 0.999 quantile, largest.
      deviation: of the weights over their mean.
      off: (estimate - exact) / exact.
      off_error: its standard error, from the spread of the same replicates, which are nets.
    """

    bias: float
    error: float
    gap: tuple[float, float, float]
    deviation: float
    off: float
    off_error: float

    @property
    def most(self) -> float:
        """What the bias may be at most, for all that is known."""
        return abs(self.bias) + MOST_ERRORS * self.error


def paired_biases(
    problem: Problem,
    maps: Mapping[Name, Map],
    fine: Map,
    *,
    replicates: int,
    n: int,
    seed: int,
) -> dict[Name, PairedBias]:
    """Returns the bias of each map, all defended as the engine does and given the same latents.

    Args:
      problem: the integral, of which the exact value is known.
      maps: the computations to judge.
      fine: the one that they are held against.
      replicates: scrambled nets of latents.
      n: points of each net, a power of 2.
      seed: of their scrambling.
    """
    f, exact = problem.build(), problem.exact
    drawn = {name: Defended("map", each, dim=f.dim, share=DEFENCE) for name, each in maps.items()}
    reference = Defended("fine", fine, dim=f.dim, share=DEFENCE)
    weights: dict[Name, list[np.ndarray]] = {name: [] for name in maps}
    gaps: dict[Name, list[np.ndarray]] = {name: [] for name in maps}
    means = []
    for stream in np.random.SeedSequence(seed).spawn(replicates):
        u = SobolPoints(f.dim + 1, stream).take(n)
        means.append(_weights(f, reference, u).mean())
        for name, proposal in drawn.items():
            weights[name].append(_weights(f, proposal, u))
            y, log_q = maps[name].place(u[:, 1:])
            gaps[name].append(np.abs(maps[name].log_density(y) - log_q))
    return {
        name: _bias(exact, np.array(weights[name]), np.array(means), np.concatenate(gaps[name]))
        for name in maps
    }


def _weights(f: Integrand, proposal: Defended, u: np.ndarray) -> np.ndarray:
    y, log_q = proposal.place(u)
    return f(y) * np.exp(-log_q)


def _bias(exact: float, weights: np.ndarray, fine_means: np.ndarray, gap: np.ndarray) -> PairedBias:
    means, root = weights.mean(axis=1), math.sqrt(len(weights))
    apart = (means - fine_means) / exact
    return PairedBias(
        bias=float(apart.mean()),
        error=float(apart.std(ddof=1)) / root,
        gap=tuple(np.quantile(gap, _QUANTILES)),
        deviation=float(weights.std() / weights.mean()),
        off=float(means.mean() / exact - 1.0),
        off_error=float(means.std(ddof=1)) / root / exact,
    )
