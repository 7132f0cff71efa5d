"""Densities whose CDF is a monotone rational-quadratic spline, with free slopes at every knot."""

from __future__ import annotations

import math
from typing import NamedTuple

import tensorflow as tf

from iflow.flow.bins import Bins, Interval, exponentials, neighbours, pull_ends, pull_neighbours
from iflow.flow.piecewise import Hit, Piecewise

_LEAST_SLOPE = 1e-3
# softplus(_SHIFT) = 1 - _LEAST_SLOPE: where the logits are zero, the slopes are one.
_SHIFT = math.log(math.expm1(1.0 - _LEAST_SLOPE))


class _Piece(NamedTuple):
    """Of each spline the piece that is hit; what is [n] unless it says otherwise.

    Attributes:
      index: of its bin.
      x: its width.
      u: its height.
      slopes: d_low and d_high of the formulas below, [2, n].
      slope_logits: what they were made of, [2, n].
    """

    index: tf.Tensor
    x: Interval
    u: Interval
    slopes: tf.Tensor
    slope_logits: tf.Tensor

    @property
    def s(self) -> tf.Tensor:
        """Mean slope."""
        return self.u.size / self.x.size

    def weigh(self, t: tf.Tensor, r: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns A and B of the formulas below."""
        s, (d_low, d_high) = self.s, tf.unstack(self.slopes)
        return t * (s * t + d_low * r), r * (s * r + d_high * t)

    def numerator(self, t: tf.Tensor, r: tf.Tensor) -> tf.Tensor:
        """Returns pdf(x) (A + B)^2 / s^2."""
        s, (d_low, d_high) = self.s, tf.unstack(self.slopes)
        return t * (d_high * t + s * r) + r * (d_low * r + s * t)


class _Kept(NamedTuple):
    widths: tf.Tensor
    heights: tf.Tensor
    piece: _Piece
    t: tf.Tensor
    r: tf.Tensor


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

    Attributes:
      floor: smallest width and height of a bin in units of the mean one, in (0, 1).

    Reference:
      Durkan et al., Neural Spline Flows, arXiv:1906.04032, section 3.1; Gregory and Delbourgo,
      IMA J. Numer. Anal. 2 (1982) 123.
    """

    @staticmethod
    def n_params(bins: int) -> int:
        """Returns the number of logits of a density with so many bins."""
        return 3 * bins + 1

    @classmethod
    def _at_x(cls, logits: tf.Tensor, x: tf.Tensor) -> Hit:
        spline = _Spline(logits, x.dtype, cls.floor)
        piece = spline.choose(spline.x.find(x))
        t, r = piece.x.divide(x)
        below, above = piece.weigh(t, r)
        return spline.hit(x, piece.u.between(below, above), piece, t, r)

    @classmethod
    def _at_u(cls, logits: tf.Tensor, u: tf.Tensor) -> Hit:
        spline = _Spline(logits, u.dtype, cls.floor)
        piece = spline.choose(spline.u.find(u))
        a, b = piece.u.divide(u)
        d_low, d_high = tf.unstack(piece.slopes)
        s, g = piece.s, d_low * b - d_high * a
        root = tf.abs(g) + tf.sqrt(tf.square(g) + 4.0 * tf.square(s) * a * b)
        t = tf.where(g > 0.0, 2.0 * s * a, root)
        r = tf.where(g > 0.0, root, 2.0 * s * b)
        t, r = t / (t + r), r / (t + r)
        return spline.hit(piece.x.between(t, r), u, piece, t, r)

    @classmethod
    def _pull(cls, kept: _Kept, slope: tf.Tensor, to_u: tf.Tensor, to_log_pdf: tf.Tensor) -> tf.Tensor:
        widths, heights, piece, t, r = kept
        s, width, tr, (d_low, d_high) = piece.s, piece.x.size, t * r, tf.unstack(piece.slopes)
        (below, above), numerator = piece.weigh(t, r), piece.numerator(t, r)
        total = below + above
        part, over = below / total, to_u * piece.u.size / (total * total)
        by_numerator, by_total, across = to_log_pdf / numerator, to_log_pdf / total, tr * over
        to_t = numerator * s * over + to_log_pdf * slope * width
        bend = tr * by_numerator - (t * t + r * r) * by_total
        to_s = across * (d_high * t * t - d_low * r * r) + 2.0 * (to_log_pdf / s + bend)
        to_d_low = across * above + (r * r * by_numerator - 2.0 * tr * by_total)
        to_d_high = (t * t * by_numerator - 2.0 * tr * by_total) - across * below
        to_height, to_width = to_s / width, to_s * s
        to_x = (to_width - to_t * r) / width, -(to_width + to_t * t) / width
        to_u_ends = to_u * (1.0 - part) - to_height, to_u * part + to_height
        n_bins, dtype = widths.shape[0], widths.dtype
        to_widths = pull_ends(n_bins, cls.floor, piece.index, piece.x, *to_x)
        to_heights = pull_ends(n_bins, cls.floor, piece.index, piece.u, *to_u_ends)
        return tf.concat(
            [
                widths * tf.cast(to_widths, dtype),
                heights * tf.cast(to_heights, dtype),
                _pull_slopes(n_bins + 1, piece, to_d_low, to_d_high),
            ],
            axis=0,
        )


class _Spline:
    """The splines of some logits."""

    def __init__(self, logits: tf.Tensor, dtype: tf.DType, floor: float):
        n_bins = logits.shape[0] // 3
        widths, heights, self._slope_logits = tf.split(logits, [n_bins, n_bins, n_bins + 1])
        self._widths, self._heights = exponentials(widths), exponentials(heights)
        self.x, self.u = Bins(self._widths, dtype, floor), Bins(self._heights, dtype, floor)
        self._dtype = dtype

    def choose(self, index: tf.Tensor) -> _Piece:
        """Returns the pieces in the bins of these indices, [n]: no other slopes are computed."""
        logits = tf.stack(neighbours(self._slope_logits, index)) + _SHIFT
        slopes = _LEAST_SLOPE + tf.cast(_softplus(logits), self._dtype)
        return _Piece(index, self.x[index], self.u[index], slopes, logits)

    def hit(self, x: tf.Tensor, u: tf.Tensor, piece: _Piece, t: tf.Tensor, r: tf.Tensor) -> Hit:
        """Returns the point at t of the pieces, with log density."""
        s, (d_low, d_high), (below, above) = piece.s, tf.unstack(piece.slopes), piece.weigh(t, r)
        total, numerator = below + above, piece.numerator(t, r)
        ratio = s / total
        log_pdf = tf.math.log(numerator * ratio * ratio)
        # By t; of the numerator, and of A + B.
        up = 2.0 * (d_high * t - d_low * r + s * (r - t)) / numerator
        down = 2.0 * (r - t) * (d_low + d_high - 2.0 * s) / total
        kept = _Kept(self._widths, self._heights, piece, t, r)
        return Hit(x, u, log_pdf, (up - down) / piece.x.size, kept)


def _pull_slopes(n_knots: int, piece: _Piece, to_low: tf.Tensor, to_high: tf.Tensor) -> tf.Tensor:
    """Returns the gradient for the logits of the slopes from those for the two slopes that are hit."""
    to_slopes = tf.cast(tf.stack([to_low, to_high]), piece.slope_logits.dtype)
    to_logits = to_slopes * tf.sigmoid(piece.slope_logits)
    return pull_neighbours(n_knots, piece.index, *tf.unstack(to_logits))


def _softplus(x: tf.Tensor) -> tf.Tensor:
    """Returns log(1 + e^x), to rounding of 1 where x < 0: something is added to it anyway."""
    return tf.nn.relu(x) + tf.math.log(1.0 + tf.exp(-tf.abs(x)))
