"""A stack of couplings: latent u -> point y of the unit cube, with log density."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import cache, partial

import numpy as np
import tensorflow as tf

from iflow.flow.coupling import Coupling, in_columns
from iflow.flow.transport import How

_BLOCK = 2048

# What comes after the points of a flow in the same graph: points [n, dim] -> tensors [n, ...].
Follow = Callable[[tf.Tensor], Sequence[tf.Tensor]]


class Flow(tf.Module):
    """A density on the unit cube that can be drawn from and evaluated, both in one pass.

        y = (c_L o ... o c_1)(u),   log q(y) = -sum_l log|det dc_l|,   u uniform on [0, 1]^dim

    Args:
      couplings: the layers, first applied to u first; see `iflow.flow.Coupling`.
      dim: number of coordinates.
      dtype: floating type of its weights, networks and training; points are drawn and evaluated in
        float64.
    """

    def __init__(self, couplings: Sequence[Coupling], *, dim: int, dtype: tf.DType = tf.float32):
        super().__init__(name="flow")
        self.dim = self.latent_dim = dim
        self.dtype = tf.as_dtype(dtype)
        self.couplings = list(couplings)
        # Not a dict: tf.Module would look for variables in it.
        self._compile = cache(self._trace)
        self._lock = threading.Lock()

    def forward_and_log_det(self, u: tf.Tensor, how: How = How.PLAIN) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns y, [..., dim], and log|det dy/du|, [...].

        Args:
          u: latents, [..., dim].
          how: whether XLA may compile it for this number of points.
        """
        maps = [partial(each.forward_columns, how=how) for each in self.couplings]
        return in_columns(partial(_chain, maps), u)

    def inverse_and_log_det(self, y: tf.Tensor, how: How = How.PLAIN) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns u, [..., dim], and log|det du/dy| = log q(y), [...]; `how` as above."""
        maps = [partial(each.inverse_columns, how=how) for each in self.couplings[::-1]]
        return in_columns(partial(_chain, maps), y)

    def log_prob(self, y: tf.Tensor, how: How = How.PLAIN) -> tf.Tensor:
        """Returns log q(y), [...], for points y [..., dim] of the unit cube; differentiable."""
        return self.inverse_and_log_det(y, how)[1]

    def place(self, u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Maps latents to points with log density: NumPy in, NumPy out, compiled, float64.

        Args:
          u: [n, dim] within [0, 1].

        Returns:
          y [n, dim] and log q(y) [n].
        """
        y, log_q = self.place_then(u, _nothing)
        return y, log_q

    def place_then(self, u: np.ndarray, follow: Follow) -> list[np.ndarray]:
        """Returns what `place` does, and what follows in the same graph: points do not come back first.

        Args:
          u: [n, dim] within [0, 1].
          follow: maps points y, a tensor [n, dim], to further tensors, [n, ...]; traced once.
        """
        return self._run("_draw", u, follow)

    def get_weights(self) -> list[np.ndarray]:
        """Returns a copy of every weight."""
        return [variable.numpy().copy() for variable in self.trainable_variables]

    def set_weights(self, weights: Sequence[np.ndarray]) -> None:
        """Puts weights back that `get_weights` returned."""
        for variable, value in zip(self.trainable_variables, weights, strict=True):
            variable.assign(value)

    def log_density(self, y: np.ndarray) -> np.ndarray:
        """Returns log q(y), float64 [n], for points y [n, dim]: NumPy in, NumPy out, compiled."""
        (log_q,) = self.log_density_then(y, _nothing)
        return log_q

    def log_density_then(self, y: np.ndarray, follow: Follow) -> list[np.ndarray]:
        """Returns what `log_density` does, and what follows in the same graph; see `place_then`."""
        return self._run("_look", y, follow)

    def _draw(self, u: tf.Tensor) -> tuple[tf.Tensor, list[tf.Tensor]]:
        """Returns y, and y and log q(y)."""
        y, log_det = self._in_blocks(self.forward_and_log_det, u)
        return y, [y, -log_det]

    def _look(self, y: tf.Tensor) -> tuple[tf.Tensor, list[tf.Tensor]]:
        """Returns y, and log q(y)."""
        _, log_q = self._in_blocks(self.inverse_and_log_det, y)
        return y, [log_q]

    def _in_blocks(
        self, method: Callable[[tf.Tensor, How], tuple[tf.Tensor, tf.Tensor]], points: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns what a method makes of all points, block by block: small blocks stay in the cache.

        The last block is made a full one, because XLA compiles for one size.
        """
        n = tf.shape(points)[0]
        padded = tf.pad(points, [[0, -n % _BLOCK], [0, 0]])
        image, log_det = tf.map_fn(
            lambda block: method(block, How.DRAWING),
            tf.reshape(padded, [-1, _BLOCK, self.dim]),
            parallel_iterations=1,
            fn_output_signature=(
                tf.TensorSpec([_BLOCK, self.dim], tf.float64),
                tf.TensorSpec([_BLOCK], tf.float64),
            ),
        )
        return tf.reshape(image, [-1, self.dim])[:n], tf.reshape(log_det, [-1])[:n]

    def _run(self, method: str, points: np.ndarray, follow: Follow) -> list[np.ndarray]:
        with self._lock:
            run = self._compile(method, follow)
        return [part.numpy() for part in run(tf.constant(points, tf.float64))]

    def _trace(self, method: str, follow: Follow) -> Callable[[tf.Tensor], Sequence[tf.Tensor]]:
        """Returns the graph of a method and what follows, for any number of points.

        Points in float64: what float32 makes of a point differs from what its log density says, by 1e-3
        in an almost empty bin, which would be a bias of the weights. The networks may be of either type.
        """

        def run(points: tf.Tensor) -> list[tf.Tensor]:
            y, found = getattr(self, method)(points)
            return [*found, *follow(y)]

        concrete: Callable[[tf.Tensor], Sequence[tf.Tensor]] = tf.function(
            run, autograph=False
        ).get_concrete_function(tf.TensorSpec([None, self.dim], tf.float64))
        return concrete


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


def _nothing(y: tf.Tensor) -> Sequence[tf.Tensor]:
    return ()
