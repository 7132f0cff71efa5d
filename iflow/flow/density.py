"""One-dimensional densities on [0, 1] with `cdf` and `quantile`, each with its log density in one pass."""

from __future__ import annotations

import tensorflow as tf

from iflow.flow.bins import Bins, exponentials


class Histogram:
    """Densities that are constant on K equal bins of x, so that their CDF is piecewise linear.

        pdf(x) = K p_b
        cdf(x) = p_1 + ... + p_{b-1} + (K x - b + 1) p_b,        x in bin b = 1 .. K

    The probabilities are p = (1 - floor) softmax(logits) + floor / K: no bin is ever empty, so a
    weight f/q stays bounded however wrong the logits are. Equal logits give the identity.

    Args:
      logits: float [K, n], one density per column.
      floor: smallest value of the density, in (0, 1).

    Reference:
      Mueller et al., Neural Importance Sampling, arXiv:1808.03856, section 4.2.
    """

    def __init__(self, logits: tf.Tensor, floor: float = 1e-3):
        self._n_bins = logits.shape[0]
        self._u = Bins(exponentials(logits), floor)

    @staticmethod
    def n_params(bins: int) -> int:
        """Returns the number of logits of a density with so many bins."""
        return bins

    def cdf(self, x: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns u = cdf(x) and log pdf(x), both [n]; exactly 0 at 0 and 1 at 1.

        Args:
          x: float [n], within [0, 1].
        """
        position = x * self._n_bins
        # At x = 1 too there must be a bin.
        floor = tf.clip_by_value(tf.floor(tf.stop_gradient(position)), 0.0, self._n_bins - 1.0)
        u_bin, t = self._u[tf.cast(floor, tf.int32)], position - floor
        return u_bin.between(t, 1.0 - t), tf.math.log(u_bin.size * self._n_bins)

    def quantile(self, u: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns x with cdf(x) = u and log pdf(x), both [n]; exactly 0 at 0 and 1 at 1.

        Args:
          u: float [n], within [0, 1].
        """
        index = self._u.find(u)
        u_bin = self._u[index]
        t, _ = u_bin.divide(u)
        x = (tf.cast(index, u.dtype) + t) / self._n_bins
        return x, tf.math.log(u_bin.size * self._n_bins)
