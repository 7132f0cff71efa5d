"""One-dimensional densities on [0, 1] with `cdf` and `quantile`, each with its log density in one pass."""

from __future__ import annotations

import tensorflow as tf

from iflow.flow.bins import Bins, Interval, exponentials
from iflow.flow.piecewise import Hit, Piecewise


class Histogram(Piecewise):
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

    @staticmethod
    def n_params(bins: int) -> int:
        """Returns the number of logits of a density with so many bins."""
        return bins

    def _at_x(self, logits: tf.Tensor, x: tf.Tensor) -> Hit:
        parts, n_bins = exponentials(logits), logits.shape[0]
        bins, position = Bins(parts, x.dtype, self._floor), x * n_bins
        # At x = 1 too there must be a bin.
        floor = tf.clip_by_value(tf.floor(position), 0.0, n_bins - 1.0)
        index, t = tf.cast(floor, tf.int32), position - floor
        u_bin = bins[index]
        return _hit(x, u_bin.between(t, 1.0 - t), parts, bins, index, u_bin, t)

    def _at_u(self, logits: tf.Tensor, u: tf.Tensor) -> Hit:
        parts, n_bins = exponentials(logits), logits.shape[0]
        bins = Bins(parts, u.dtype, self._floor)
        index = bins.find(u)
        u_bin = bins[index]
        t, _ = u_bin.divide(u)
        return _hit((tf.cast(index, u.dtype) + t) / n_bins, u, parts, bins, index, u_bin, t)


def _hit(
    x: tf.Tensor,
    u: tf.Tensor,
    parts: tf.Tensor,
    bins: Bins,
    index: tf.Tensor,
    u_bin: Interval,
    t: tf.Tensor,
) -> Hit:
    def pull(to_u: tf.Tensor, to_log_pdf: tf.Tensor) -> tf.Tensor:
        to_size = to_log_pdf / (u_bin.high - u_bin.low)
        to_low, to_high = to_u * (1.0 - t) / u_bin.total, to_u * t / u_bin.total
        to_total = -(to_u * u + to_log_pdf) / u_bin.total
        return parts * bins.pull(index, to_low - to_size, to_high + to_size, to_total)

    log_pdf = tf.math.log(u_bin.size * parts.shape[0])
    return Hit(x, u, log_pdf, tf.zeros_like(x), pull)
