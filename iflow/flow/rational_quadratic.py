"""Densities whose CDF is a monotone rational-quadratic spline, with free slopes at every knot."""

from __future__ import annotations

import math

import tensorflow as tf

from iflow.flow.bins import Bins, Interval, exponentials, neighbours

_LEAST_SLOPE = 1e-3
# softplus(_SHIFT) = 1 - _LEAST_SLOPE: where the logits are zero, the slopes are one.
_SHIFT = math.log(math.expm1(1.0 - _LEAST_SLOPE))


class RationalQuadratic:
    """Continuous densities: the CDF is a quotient of two quadratics in each of K bins, smooth at knots.

    The knots (x_k, u_k) lead from (0, 0) to (1, 1); the CDF has the slope d_k > 0 there, at both ends
    too, so that density may pile up on an edge. In the bin that is hit, of width w and height h,

        s = h / w,   t = (x - x_low) / w,   r = (x_high - x) / w = 1 - t
        A = s t^2 + d_low t r,   B = s r^2 + d_high t r
        cdf(x) = (u_low B + u_high A) / (A + B)
        pdf(x) = s^2 (d_high t^2 + 2 s t r + d_low r^2) / (A + B)^2

    and the inverse, with a = (u - u_low) / h, b = (u_high - u) / h, g = d_low b - d_high a, is

        R = |g| + sqrt(g^2 + 4 s^2 a b)
        t : r = 2 s a : R  where g > 0,   t : r = R : 2 s b  elsewhere.

    These are sums of positive terms, so that nothing cancels. Zero logits give the identity.

    Args:
      logits: float [3 K + 1, n], one density per column: K for the widths and K for the heights
        (softmax), K + 1 for the slopes (softplus).
      floor: smallest width and height of a bin in units of the mean one, in (0, 1).

    Reference:
      Durkan et al., Neural Spline Flows, arXiv:1906.04032, section 3.1; Gregory and Delbourgo,
      IMA J. Numer. Anal. 2 (1982) 123.
    """

    def __init__(self, logits: tf.Tensor, floor: float = 1e-3):
        bins = logits.shape[0] // 3
        widths, heights, self._slope_logits = tf.split(logits, [bins, bins, bins + 1])
        self._x = Bins(exponentials(widths), floor)
        self._u = Bins(exponentials(heights), floor)

    @staticmethod
    def n_params(bins: int) -> int:
        """Returns the number of logits of a density with so many bins."""
        return 3 * bins + 1

    def cdf(self, x: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns u = cdf(x) and log pdf(x), both [n]; exactly 0 at 0 and 1 at 1.

        Args:
          x: float [n], within [0, 1].
        """
        x_bin, u_bin, d_low, d_high = self._hit(self._x.find(x))
        t, r = x_bin.divide(x)
        below, above, log_pdf = _in_bin(t, r, u_bin.size / x_bin.size, d_low, d_high)
        return u_bin.between(below, above), log_pdf

    def quantile(self, u: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns x with cdf(x) = u and log pdf(x), both [n]; exactly 0 at 0 and 1 at 1.

        Args:
          u: float [n], within [0, 1].
        """
        x_bin, u_bin, d_low, d_high = self._hit(self._u.find(u))
        a, b = u_bin.divide(u)
        s, g = u_bin.size / x_bin.size, d_low * b - d_high * a
        root = tf.abs(g) + tf.sqrt(tf.square(g) + 4.0 * tf.square(s) * a * b)
        t = tf.where(g > 0.0, 2.0 * s * a, root)
        r = tf.where(g > 0.0, root, 2.0 * s * b)
        t, r = t / (t + r), r / (t + r)
        _, _, log_pdf = _in_bin(t, r, s, d_low, d_high)
        return x_bin.between(t, r), log_pdf

    def _hit(self, index: tf.Tensor) -> tuple[Interval, Interval, tf.Tensor, tf.Tensor]:
        """Returns the bin on both axes and the slopes at its ends, the only ones computed."""
        low, high = neighbours(self._slope_logits, index)
        return self._x[index], self._u[index], _slope(low), _slope(high)


def _slope(logit: tf.Tensor) -> tf.Tensor:
    return _LEAST_SLOPE + tf.nn.softplus(logit + _SHIFT)


def _in_bin(
    t: tf.Tensor, r: tf.Tensor, s: tf.Tensor, d_low: tf.Tensor, d_high: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """Returns A and B of the class's formulas, and the log density."""
    st, sr = s * t, s * r
    below, above = t * (st + d_low * r), r * (sr + d_high * t)
    ratio = s / (below + above)
    return below, above, tf.math.log((t * (d_high * t + sr) + r * (d_low * r + st)) * ratio * ratio)
