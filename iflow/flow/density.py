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
        self._index = tf.range(self._bins, dtype=logits.dtype)
        self._probs = (1.0 - floor) * tf.nn.softmax(logits) + floor / self._bins

    @staticmethod
    def n_params(bins: int) -> int:
        """Returns the number of logits of a density with so many bins."""
        return bins

    def cdf(self, x: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns u = cdf(x) and log pdf(x), both [...]; exactly 0 at 0 and 1 at 1.

        Args:
          x: float [...], within [0, 1].
        """
        position = x * self._bins
        # How much of each bin lies below x: 1, a fraction, or 0. A sum over it beats a search.
        passed = tf.clip_by_value(position[..., tf.newaxis] - self._index, 0.0, 1.0)
        u = tf.minimum(tf.reduce_sum(passed * self._probs, axis=-1), 1.0)
        # Rounding leaves the sum of all bins a hair off 1; the end of the interval must map exactly.
        u = tf.where(x == 1.0, tf.ones_like(u), u)
        return u, self._log_pdf(tf.clip_by_value(tf.floor(position), 0.0, self._bins - 1.0))

    def quantile(self, u: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns x with cdf(x) = u and log pdf(x), both [...]; exactly 0 at 0 and 1 at 1.

        Args:
          u: float [...], within [0, 1].
        """
        # A matmul with a triangle of ones beats tf.cumsum on CPU, with and without XLA.
        ones = tf.ones([self._bins, self._bins], u.dtype)
        upper = tf.linalg.matmul(self._probs, tf.linalg.band_part(ones, 0, -1))
        # The last knot is 1, whatever the sum rounds to: u = 1 belongs to the last bin.
        upper = tf.concat([upper[..., :-1], tf.ones_like(upper[..., -1:])], axis=-1)
        passed = tf.cast(u[..., tf.newaxis] >= upper[..., :-1], u.dtype)
        index = tf.reduce_sum(passed, axis=-1)
        hit = self._hit(index)
        low = tf.reduce_sum(hit[..., 1:] * upper[..., :-1], axis=-1)
        high = tf.reduce_sum(hit * upper, axis=-1)
        fraction = tf.clip_by_value((u - low) / (high - low), 0.0, 1.0)
        return (index + fraction) / self._bins, self._log_pdf(index)

    def _hit(self, index: tf.Tensor) -> tf.Tensor:
        """Returns 1 at the bin of this index and 0 elsewhere, [..., K]."""
        return tf.cast(index[..., tf.newaxis] == self._index, index.dtype)

    def _log_pdf(self, index: tf.Tensor) -> tf.Tensor:
        """Returns the log of the density in the bin of this index, [...]."""
        return tf.math.log(tf.reduce_sum(self._hit(index) * self._probs, axis=-1) * self._bins)
