"""Densities whose CDF is a monotone rational-quadratic spline, with free slopes at every knot."""

from __future__ import annotations

import math

import tensorflow as tf

from iflow.flow.bins import Bins, Interval, exponentials, neighbours, pull_neighbours
from iflow.flow.piecewise import Hit, Piecewise

_LEAST_SLOPE = 1e-3
# softplus(_SHIFT) = 1 - _LEAST_SLOPE: where the logits are zero, the slopes are one.
_SHIFT = math.log(math.expm1(1.0 - _LEAST_SLOPE))


class RationalQuadratic(Piecewise):
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

    @staticmethod
    def n_params(bins: int) -> int:
        """Returns the number of logits of a density with so many bins."""
        return 3 * bins + 1

    def _at_x(self, logits: tf.Tensor, x: tf.Tensor) -> Hit:
        spline = _Spline(logits, x.dtype, self._floor)
        spline.choose(spline.x.find(x))
        t, r = spline.x_bin.divide(x)
        below, above = spline.weigh(t, r)
        return spline.hit(x, spline.u_bin.between(below, above), t, r)

    def _at_u(self, logits: tf.Tensor, u: tf.Tensor) -> Hit:
        spline = _Spline(logits, u.dtype, self._floor)
        spline.choose(spline.u.find(u))
        a, b = spline.u_bin.divide(u)
        s, g = spline.s, spline.d_low * b - spline.d_high * a
        root = tf.abs(g) + tf.sqrt(tf.square(g) + 4.0 * tf.square(s) * a * b)
        t = tf.where(g > 0.0, 2.0 * s * a, root)
        r = tf.where(g > 0.0, root, 2.0 * s * b)
        t, r = t / (t + r), r / (t + r)
        return spline.hit(spline.x_bin.between(t, r), u, t, r)


class _Spline:
    """The splines of some logits, of which one bin each is chosen."""

    def __init__(self, logits: tf.Tensor, dtype: tf.DType, floor: float):
        n_bins = logits.shape[0] // 3
        widths, heights, self._slope_logits = tf.split(logits, [n_bins, n_bins, n_bins + 1])
        self._widths, self._heights = exponentials(widths), exponentials(heights)
        self.x, self.u = Bins(self._widths, dtype, floor), Bins(self._heights, dtype, floor)
        self._dtype = dtype

    def choose(self, index: tf.Tensor) -> None:
        """Looks at the bins of these indices, int [n]: of all slopes, only those there are computed."""
        self._index, self.x_bin, self.u_bin = index, self.x[index], self.u[index]
        self._logits = tf.stack(neighbours(self._slope_logits, index)) + _SHIFT
        slopes = _LEAST_SLOPE + tf.cast(tf.nn.softplus(self._logits), self._dtype)
        self.d_low, self.d_high = tf.unstack(slopes)
        self.s = self.u_bin.size / self.x_bin.size

    def weigh(self, t: tf.Tensor, r: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns A and B of the formulas above."""
        return t * (self.s * t + self.d_low * r), r * (self.s * r + self.d_high * t)

    def hit(self, x: tf.Tensor, u: tf.Tensor, t: tf.Tensor, r: tf.Tensor) -> Hit:
        """Returns the point at t, with log density and gradients."""
        s, d_low, d_high = self.s, self.d_low, self.d_high
        below, above = self.weigh(t, r)
        total, tr = below + above, t * r
        numerator = t * (d_high * t + s * r) + r * (d_low * r + s * t)
        ratio = s / total
        log_pdf = tf.math.log(numerator * ratio * ratio)
        # By t; of the numerator, and of A + B.
        up = 2.0 * (d_high * t - d_low * r + s * (r - t)) / numerator
        down = 2.0 * (r - t) * (d_low + d_high - 2.0 * s) / total
        slope_t = up - down
        width = self.x_bin.size

        def pull(to_u: tf.Tensor, to_log_pdf: tf.Tensor) -> tf.Tensor:
            part, over = below / total, to_u * self.u_bin.size / (total * total)
            by_numerator, by_total, across = to_log_pdf / numerator, to_log_pdf / total, tr * over
            to_t = numerator * s * over + to_log_pdf * slope_t
            bend = tr * by_numerator - (t * t + r * r) * by_total
            to_s = across * (d_high * t * t - d_low * r * r) + 2.0 * (to_log_pdf / s + bend)
            to_low = across * above + (r * r * by_numerator - 2.0 * tr * by_total)
            to_high = (t * t * by_numerator - 2.0 * tr * by_total) - across * below
            to_h, to_w = to_s / width, to_s * s
            to_x = self._pull(self.x, self.x_bin, (to_w - to_t * r) / width, -(to_w + to_t * t) / width)
            to_y = self._pull(self.u, self.u_bin, to_u * (1.0 - part) - to_h, to_u * part + to_h)
            to_slopes = self._pull_slopes(to_low, to_high)
            return tf.concat([self._widths * to_x, self._heights * to_y, to_slopes], axis=0)

        return Hit(x, u, log_pdf, slope_t / width, pull)

    def _pull(self, bins: Bins, hit: Interval, to_low: tf.Tensor, to_high: tf.Tensor) -> tf.Tensor:
        """Returns the gradient for the parts from those for the bin's ends as parts of the axis."""
        to_low, to_high = to_low / hit.total, to_high / hit.total
        to_total = -(to_low * hit.low + to_high * hit.high) / hit.total
        return bins.pull(self._index, to_low, to_high, to_total)

    def _pull_slopes(self, to_low: tf.Tensor, to_high: tf.Tensor) -> tf.Tensor:
        """Returns the gradient for the logits of the slopes from those for the two slopes that are hit."""
        to_logits = tf.cast(tf.stack([to_low, to_high]), self._logits.dtype) * tf.sigmoid(self._logits)
        return pull_neighbours(self._slope_logits.shape[0], self._index, *tf.unstack(to_logits))
