"""Densities that are straight lines in each bin, so that their CDF is a piecewise quadratic."""

from __future__ import annotations

import tensorflow as tf

from iflow.flow.bins import Bins, Interval, exponentials, neighbours

_LEAST_WIDTH = 1e-2


class Quadratic:
    """Continuous densities that are linear in each of K bins of learned width.

    The density runs through vertices proportional to v_k, k = 0 .. K, normalised by trapezoids. In the
    bin that is hit, of width w and mass h,

        t = (x - x_low) / w,   r = (x_high - x) / w = 1 - t,   v = v_low r + v_high t
        A = t (v_low + v),   B = r (v_high + v)
        cdf(x) = (u_low B + u_high A) / (A + B)
        pdf(x) = v / sum_k w_k (v_{k-1} + v_k) / 2

    and the inverse, with a = (u - u_low) / h, b = (u_high - u) / h, is

        v = sqrt(v_low^2 b + v_high^2 a),   t : r = a (v_high + v) : b (v_low + v).

    These are sums of positive terms, so that nothing cancels and v_low = v_high is no special case.
    Zero logits give the identity.

    Args:
      logits: float [2 K + 1, n], one density per column: K for the widths, K + 1 for the vertices.
      floor: smallest value of the density, in (0, 1).

    Reference:
      Mueller et al., Neural Importance Sampling, arXiv:1808.03856, section 4.4.
    """

    def __init__(self, logits: tf.Tensor, floor: float = 1e-3):
        bins = logits.shape[0] // 2
        widths, vertices = (exponentials(part) for part in tf.split(logits, [bins, bins + 1]))
        self._x = Bins(widths, _LEAST_WIDTH)
        widths = widths * ((1.0 - _LEAST_WIDTH) / tf.reduce_sum(widths, axis=0)) + _LEAST_WIDTH / bins
        mean = 0.5 * tf.reduce_sum(widths * (vertices[:-1] + vertices[1:]), axis=0)
        self._vertices = vertices + mean * (floor / (1.0 - floor))
        self._u = Bins(widths * (self._vertices[:-1] + self._vertices[1:]))

    @staticmethod
    def n_params(bins: int) -> int:
        """Returns the number of logits of a density with so many bins."""
        return 2 * bins + 1

    def cdf(self, x: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns u = cdf(x) and log pdf(x), both [n]; exactly 0 at 0 and 1 at 1.

        Args:
          x: float [n], within [0, 1].
        """
        x_bin, u_bin, v_low, v_high = self._hit(self._x.find(x))
        t, r = x_bin.divide(x)
        v = v_low * r + v_high * t
        return u_bin.between(t * (v_low + v), r * (v_high + v)), tf.math.log(2.0 * v / u_bin.total)

    def quantile(self, u: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns x with cdf(x) = u and log pdf(x), both [n]; exactly 0 at 0 and 1 at 1.

        Args:
          u: float [n], within [0, 1].
        """
        x_bin, u_bin, v_low, v_high = self._hit(self._u.find(u))
        a, b = u_bin.divide(u)
        v = tf.sqrt(tf.square(v_low) * b + tf.square(v_high) * a)
        return x_bin.between(a * (v_high + v), b * (v_low + v)), tf.math.log(2.0 * v / u_bin.total)

    def _hit(self, index: tf.Tensor) -> tuple[Interval, Interval, tf.Tensor, tf.Tensor]:
        """Returns the bin on both axes and the vertices at its ends."""
        return self._x[index], self._u[index], *neighbours(self._vertices, index)
