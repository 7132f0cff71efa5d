"""A stack of couplings: latent u -> point y of the unit cube, with log density."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import numpy as np
import tensorflow as tf

from iflow.flow.coupling import Coupling, in_columns

_BLOCK = 2048


class Flow(tf.Module):
    """A density on the unit cube that can be drawn from and evaluated, both in one pass.

        y = (c_L o ... o c_1)(u),   log q(y) = -sum_l log|det dc_l|,   u uniform on [0, 1]^dim

    Args:
      couplings: the layers, first applied to u first; see `iflow.flow.Coupling`.
      dim: number of coordinates.
      dtype: floating type of its weights, networks and training; points are drawn and evaluated in
        float64.

    Attributes:
      resolution: spacing of the points it draws just below 1.
    """

    def __init__(self, couplings: Sequence[Coupling], *, dim: int, dtype: tf.DType = tf.float32):
        super().__init__(name="flow")
        self.dim = self.latent_dim = dim
        self.dtype = tf.as_dtype(dtype)
        self.resolution = float(np.finfo(np.float64).epsneg)
        self.couplings = list(couplings)
        self._compiled: dict[str, Callable[[tf.Tensor], Sequence[tf.Tensor]]] = {}
        self._lock = threading.Lock()

    def forward_and_log_det(self, u: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns y, [..., dim], and log|det dy/du|, [...]."""
        return in_columns(lambda u: _chain([each.forward_columns for each in self.couplings], u), u)

    def inverse_and_log_det(self, y: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns u, [..., dim], and log|det du/dy| = log q(y), [...]."""
        return in_columns(lambda y: _chain([each.inverse_columns for each in self.couplings[::-1]], y), y)

    def log_prob(self, y: tf.Tensor) -> tf.Tensor:
        """Returns log q(y), [...], for points y [..., dim] of the unit cube; differentiable."""
        return self.inverse_and_log_det(y)[1]

    def place(self, u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Maps latents to points with log density: NumPy in, NumPy out, compiled, float64.

        Args:
          u: [n, dim] within [0, 1].

        Returns:
          y [n, dim] and log q(y) [n].
        """
        y, log_det = self._in_blocks("forward_and_log_det", u)
        return y, -log_det

    def get_weights(self) -> list[np.ndarray]:
        """Returns a copy of every weight."""
        return [variable.numpy().copy() for variable in self.trainable_variables]

    def set_weights(self, weights: Sequence[np.ndarray]) -> None:
        """Puts weights back that `get_weights` returned."""
        for variable, value in zip(self.trainable_variables, weights, strict=True):
            variable.assign(value)

    def log_density(self, y: np.ndarray) -> np.ndarray:
        """Returns log q(y), float64 [n], for points y [n, dim]: NumPy in, NumPy out, compiled."""
        _, log_q = self._in_blocks("inverse_and_log_det", y)
        return log_q

    def _in_blocks(self, method: str, points: np.ndarray) -> list[np.ndarray]:
        """Returns what a method makes of all points, block by block: small blocks stay in the cache."""
        run = self._compile(method)
        starts = range(0, max(len(points), 1), _BLOCK)
        blocks = [run(tf.constant(points[start : start + _BLOCK], tf.float64)) for start in starts]
        return [np.concatenate([part.numpy() for part in parts]) for parts in zip(*blocks, strict=True)]

    def _compile(self, method: str) -> Callable[[tf.Tensor], Sequence[tf.Tensor]]:
        """Traces a method when it is first asked for, once for every number of points.

        Points in float64: what float32 makes of a point differs from what its log density says, by 1e-3
        in an almost empty bin, which would be a bias of the weights. The networks may be of either type.
        """
        with self._lock:
            if method not in self._compiled:
                points = tf.TensorSpec([None, self.dim], tf.float64)
                function = tf.function(getattr(self, method), autograph=False)
                self._compiled[method] = function.get_concrete_function(points)
            return self._compiled[method]


def _chain(
    maps: Sequence[Callable[[tf.Tensor], tuple[tf.Tensor, tf.Tensor]]], points: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor]:
    """Returns what maps of columns make of points one after another, and the sum of their log_dets."""
    log_dets = []
    for each in maps:
        points, log_det = each(points)
        log_dets.append(log_det)
    # Added one to the other they would become an AddN, which adds in an order of its own.
    return points, tf.reduce_sum(tf.stack(log_dets), axis=0)
