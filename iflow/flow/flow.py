"""A stack of couplings: latent u -> point y of the unit cube, with log density."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from iflow.flow.coupling import Coupling


class Flow(tf.Module):
    """A density on the unit cube that can be drawn from and evaluated, both in one pass.

        y = (c_L o ... o c_1)(u),   log q(y) = -sum_l log|det dc_l|,   u uniform on [0, 1]^dim

    Args:
      couplings: the layers, first applied to u first; see `iflow.flow.Coupling`.
      dim: number of coordinates.
      dtype: floating type it computes in.

    Attributes:
      resolution: spacing of the numbers just below 1 in that type.
    """

    def __init__(self, couplings: Sequence[Coupling], *, dim: int, dtype: tf.DType = tf.float32):
        super().__init__(name="flow")
        self.dim, self.dtype = dim, tf.as_dtype(dtype)
        self.resolution = float(np.finfo(self.dtype.as_numpy_dtype).epsneg)
        self.couplings = list(couplings)
        # Traced here, once, for every batch size: the number of points is left open.
        points = tf.TensorSpec([None, dim], self.dtype)
        self._draw = tf.function(self.forward_and_log_det).get_concrete_function(points)
        self._log_prob = tf.function(self.log_prob).get_concrete_function(points)

    def forward_and_log_det(self, u: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns y, [..., dim], and log|det dy/du|, [...]."""
        log_det = tf.zeros(tf.shape(u)[:-1], self.dtype)
        for coupling in self.couplings:
            u, step = coupling.forward_and_log_det(u)
            log_det += step
        return u, log_det

    def inverse_and_log_det(self, y: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns u, [..., dim], and log|det du/dy| = log q(y), [...]."""
        log_det = tf.zeros(tf.shape(y)[:-1], self.dtype)
        for coupling in reversed(self.couplings):
            y, step = coupling.inverse_and_log_det(y)
            log_det += step
        return y, log_det

    def log_prob(self, y: tf.Tensor) -> tf.Tensor:
        """Returns log q(y), [...], for points y [..., dim] of the unit cube; differentiable."""
        return self.inverse_and_log_det(y)[1]

    def draw(self, u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Maps latents to points with log density: NumPy in, NumPy out, compiled, float64.

        Args:
          u: [n, dim] within [0, 1].

        Returns:
          y [n, dim] and log q(y) [n].
        """
        y, log_det = self._draw(tf.constant(u, self.dtype))
        return y.numpy().astype(np.float64), -log_det.numpy().astype(np.float64)

    def log_density(self, y: np.ndarray) -> np.ndarray:
        """Returns log q(y), float64 [n], for points y [n, dim]: NumPy in, NumPy out, compiled."""
        return self._log_prob(tf.constant(y, self.dtype)).numpy().astype(np.float64)
