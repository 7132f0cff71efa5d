"""One-dimensional densities on [0, 1] with `cdf` and `quantile`, each with its log density in one pass."""

from __future__ import annotations

import tensorflow as tf


class Histogram:
    """Densities that are constant on K equal bins of x, so that their CDF is piecewise linear.

        pdf(x) = K p_b
        cdf(x) = p_1 + ... + p_{b-1} + (K x - b + 1) p_b,        x in bin b = 1 .. K

    The probabilities are p = (1 - floor) softmax(logits) + floor / K: no bin is ever empty, so a
    weight f/q stays bounded however wrong the logits are. Equal logits give the identity.

    Args:
      logits: float [..., K], one density per leading index.
      floor: smallest value of the density, in (0, 1).

    Reference:
      Mueller et al., Neural Importance Sampling, arXiv:1808.03856, section 4.2.
    """

    def __init__(self, logits: tf.Tensor, floor: float = 1e-3):
        self._bins = logits.shape[-1]
        self._probs = (1.0 - floor) * tf.nn.softmax(logits) + floor / self._bins
        # A matmul with a triangle of ones beats tf.cumsum on CPU, with and without XLA.
        ones = tf.ones([self._bins, self._bins], logits.dtype)
        self._upper = tf.linalg.matmul(self._probs, tf.linalg.band_part(ones, 0, -1))

    def cdf(self, x: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns u = cdf(x) and log pdf(x), both [...]; exactly 0 at 0 and 1 at 1.

        Args:
          x: float [...], within [0, 1].
        """
        position = x * self._bins
        index = tf.clip_by_value(tf.floor(position), 0.0, self._bins - 1.0)
        fraction = position - index
        low, high, prob = self._bin(index)
        return low * (1.0 - fraction) + high * fraction, tf.math.log(prob * self._bins)

    def quantile(self, u: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns x with cdf(x) = u and log pdf(x), both [...]; exactly 0 at 0 and 1 at 1.

        Args:
          u: float [...], within [0, 1].
        """
        # The last knot is left out: u = 1 belongs to the last bin whatever the sum rounds to.
        passed = tf.cast(u[..., tf.newaxis] >= self._upper[..., :-1], u.dtype)
        index = tf.reduce_sum(passed, axis=-1)
        low, high, prob = self._bin(index)
        fraction = tf.clip_by_value((u - low) / (high - low), 0.0, 1.0)
        return (index + fraction) / self._bins, tf.math.log(prob * self._bins)

    def _bin(self, index: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """Returns the knots below and above the bin and its probability, all [...]."""
        last = self._bins - 1.0
        hit = tf.cast(index[..., tf.newaxis] == tf.range(self._bins, dtype=index.dtype), index.dtype)
        prob = tf.reduce_sum(hit * self._probs, axis=-1)
        below = tf.reduce_sum(hit[..., 1:] * self._upper[..., :-1], axis=-1)
        above = tf.reduce_sum(hit * self._upper, axis=-1)
        # Rounding leaves the last knot a hair off 1; the ends of the interval must map exactly.
        return below, tf.where(index == last, tf.ones_like(above), above), prob
