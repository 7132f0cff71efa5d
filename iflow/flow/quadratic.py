"""Densities that are straight lines in each bin, so that their CDF is a piecewise quadratic."""

from __future__ import annotations

from typing import NamedTuple

import tensorflow as tf

from iflow.flow.bins import Bins, exponentials, neighbours, pull_bins, pull_ends, pull_neighbours
from iflow.flow.piecewise import Hit, Piecewise

_LEAST_WIDTH = 1e-2


class Quadratic(Piecewise):
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

    Attributes:
      floor: smallest value of the density, in (0, 1).

    Reference:
      Mueller et al., Neural Importance Sampling, arXiv:1808.03856, section 4.4.
    """

    @staticmethod
    def n_params(bins: int) -> int:
        """Returns the number of logits of a density with so many bins."""
        return 2 * bins + 1

    @classmethod
    def _at_x(cls, logits: tf.Tensor, x: tf.Tensor) -> Hit:
        polygon = _Polygon(logits, x.dtype, cls.floor)
        polygon.choose(polygon.x.find(x))
        t, r = polygon.x_bin.divide(x)
        v = polygon.v_low * r + polygon.v_high * t
        u = polygon.u_bin.between(t * (polygon.v_low + v), r * (polygon.v_high + v))
        return polygon.hit(x, u, t, r, v)

    @classmethod
    def _at_u(cls, logits: tf.Tensor, u: tf.Tensor) -> Hit:
        polygon = _Polygon(logits, u.dtype, cls.floor)
        polygon.choose(polygon.u.find(u))
        a, b = polygon.u_bin.divide(u)
        v = tf.sqrt(tf.square(polygon.v_low) * b + tf.square(polygon.v_high) * a)
        below, above = a * (polygon.v_high + v), b * (polygon.v_low + v)
        t, r = below / (below + above), above / (below + above)
        return polygon.hit(polygon.x_bin.between(below, above), u, t, r, v)

    @classmethod
    def _pull(cls, kept: _Kept, slope: tf.Tensor, to_u: tf.Tensor, to_log_pdf: tf.Tensor) -> tf.Tensor:
        polygon = _Polygon(kept.logits, to_u.dtype, cls.floor)
        polygon.choose(kept.index)
        return polygon.pull(kept, to_u, to_log_pdf)


class _Kept(NamedTuple):
    logits: tf.Tensor
    index: tf.Tensor
    u: tf.Tensor
    t: tf.Tensor
    r: tf.Tensor


class _Polygon:
    """The polygons of some logits, of which one bin each is chosen."""

    def __init__(self, logits: tf.Tensor, dtype: tf.DType, floor: float):
        # A bin may hold so little that its knots coincide in float32.
        self._logits = logits
        logits = tf.cast(logits, dtype)
        n_bins = self._n_bins = logits.shape[0] // 2
        parts = tf.split(logits, [n_bins, n_bins + 1])
        self._parts, self._raw = (exponentials(part) for part in parts)
        self._share = (1.0 - _LEAST_WIDTH) / tf.reduce_sum(self._parts, axis=0)
        self._widths = self._parts * self._share + _LEAST_WIDTH / n_bins
        self._excess = floor / (1.0 - floor)
        mean = 0.5 * tf.reduce_sum(self._widths * (self._raw[:-1] + self._raw[1:]), axis=0)
        self._vertices = self._raw + mean * self._excess
        self._sums = self._vertices[:-1] + self._vertices[1:]
        self.x = Bins(self._parts, dtype, _LEAST_WIDTH)
        # No floor: with hundreds of bins one may hold nothing in float32, where points are not drawn.
        self.u = Bins(self._widths * self._sums, dtype)

    def choose(self, index: tf.Tensor) -> None:
        """Looks at the bins of these indices, [n]."""
        self._index, self.x_bin, self.u_bin = index, self.x[index], self.u[index]
        self.v_low, self.v_high = neighbours(self._vertices, index)

    def hit(self, x: tf.Tensor, u: tf.Tensor, t: tf.Tensor, r: tf.Tensor, v: tf.Tensor) -> Hit:
        """Returns the point at t, where the polygon's height is v, with log density."""
        log_pdf = tf.math.log(2.0 * v / self.u_bin.total)
        slope = (self.v_high - self.v_low) / v / self.x_bin.size
        return Hit(x, u, log_pdf, slope, _Kept(self._logits, self._index, u, t, r))

    def pull(self, kept: _Kept, to_u: tf.Tensor, to_log_pdf: tf.Tensor) -> tf.Tensor:
        """Returns the gradient for the logits from those for u and log density at t."""
        u, t, r = kept.u, kept.t, kept.r
        v_low, v_high, u_bin, width = self.v_low, self.v_high, self.u_bin, self.x_bin.size
        sums, v = v_low + v_high, v_low * r + v_high * t
        part = t * (v_low + v) / sums
        to_part = to_u * (u_bin.high - u_bin.low) / u_bin.total
        to_t = 2.0 * v / sums * to_part + to_log_pdf * (v_high - v_low) / v
        across, over = 2.0 * t * r / (sums * sums) * to_part, to_log_pdf / v
        to_bins = pull_bins(
            self._n_bins,
            0.0,
            self._index,
            to_u * (1.0 - part) / u_bin.total,
            to_u * part / u_bin.total,
            -(to_u * u + to_log_pdf) / u_bin.total,
        )
        to_vertices = pull_neighbours(
            self._n_bins + 1, self._index, across * v_high + r * over, t * over - across * v_low
        )
        to_ends = -(to_t * r) / width, -(to_t * t) / width
        to_parts = pull_ends(self._n_bins, _LEAST_WIDTH, self._index, self.x_bin, *to_ends)
        return self._pull(to_bins, to_vertices, to_parts)

    def _pull(self, to_bins: tf.Tensor, to_vertices: tf.Tensor, to_parts: tf.Tensor) -> tf.Tensor:
        """Returns the gradient for the logits.

        Args:
          to_bins: gradient for the masses of the bins, which are not normalised.
          to_vertices: gradient for the vertices, as far as they are those of the bin that is hit.
          to_parts: gradient for the parts, as far as they are sizes on the axis of x.
        """
        to_sums = to_bins * self._widths
        nothing = tf.zeros_like(to_sums[:1])
        both = tf.concat([to_sums, nothing], axis=0) + tf.concat([nothing, to_sums], axis=0)
        # Not with +, after a sum: see `piecewise`.
        to_vertices = tf.reduce_sum(tf.stack([to_vertices, both]), axis=0)
        to_mean = 0.5 * self._excess * tf.reduce_sum(to_vertices, axis=0)
        ends = tf.concat([self._widths, nothing], axis=0) + tf.concat([nothing, self._widths], axis=0)
        to_raw = to_vertices + to_mean * ends
        to_widths = to_bins * self._sums + to_mean * (self._raw[:-1] + self._raw[1:])
        mean = tf.reduce_sum(to_widths * self._parts, axis=0) / tf.reduce_sum(self._parts, axis=0)
        to_parts = to_parts + self._share * (to_widths - mean)
        return tf.cast(tf.concat([self._parts * to_parts, self._raw * to_raw], axis=0), self._logits.dtype)
