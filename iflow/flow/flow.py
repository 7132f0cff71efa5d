"""A stack of couplings: latent u -> point y of the unit cube, with log density."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import tensorflow as tf

from iflow.flow.coupling import Coupling

_BLOCK = 2048


class Flow(tf.Module):
    """A density on the unit cube that can be drawn from and evaluated, both in one pass.

        y = (c_L o ... o c_1)(u),   log q(y) = -sum_l log|det dc_l|,   u uniform on [0, 1]^dim

    Args:
      couplings: the layers, first applied to u first; see `iflow.flow.Coupling`.
      dim: number of coordinates.
      dtype: floating type of its weights, and so of training; points are drawn and evaluated in float64.

    Attributes:
      resolution: spacing of the points it draws just below 1.
    """

    def __init__(self, couplings: Sequence[Coupling], *, dim: int, dtype: tf.DType = tf.float32):
        super().__init__(name="flow")
        self.dim = self.latent_dim = dim
        self.dtype = tf.as_dtype(dtype)
        self.resolution = float(np.finfo(np.float64).epsneg)
        self.couplings = list(couplings)
        # Traced here, once, for every batch size: the number of points is left open. In float64,
        # because float32 knots differ from what their log density says: by 1e-3 in an almost empty
        # bin, which would be a bias of the weights.
        points = tf.TensorSpec([None, dim], tf.float64)
        self._draw = tf.function(self.forward_and_log_det, autograph=False).get_concrete_function(points)
        self._log_prob = tf.function(self.log_prob, autograph=False).get_concrete_function(points)

    def forward_and_log_det(self, u: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns y, [..., dim], and log|det dy/du|, [...]."""
        log_det = tf.zeros(tf.shape(u)[:-1], u.dtype)
        for coupling in self.couplings:
            u, step = coupling.forward_and_log_det(u)
            log_det += step
        return u, log_det

    def inverse_and_log_det(self, y: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns u, [..., dim], and log|det du/dy| = log q(y), [...]."""
        log_det = tf.zeros(tf.shape(y)[:-1], y.dtype)
        for coupling in reversed(self.couplings):
            y, step = coupling.inverse_and_log_det(y)
            log_det += step
        return y, log_det

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
        y, log_det = _in_blocks(self._draw, u)
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
        (log_q,) = _in_blocks(lambda block: [self._log_prob(block)], y)
        return log_q


def _in_blocks(function: Callable[[tf.Tensor], Sequence[tf.Tensor]], points: np.ndarray) -> list[np.ndarray]:
    """Returns what the function makes of all points, block by block: small blocks stay in the cache."""
    starts = range(0, max(len(points), 1), _BLOCK)
    blocks = [function(tf.constant(points[start : start + _BLOCK], tf.float64)) for start in starts]
    return [np.concatenate([part.numpy() for part in parts]) for parts in zip(*blocks, strict=True)]
