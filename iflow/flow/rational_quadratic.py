"""Densities whose CDF is a monotone rational-quadratic spline, with free slopes at every knot."""

from __future__ import annotations

import math

import tensorflow as tf

from iflow.flow.bins import Hit, cumulative, shares

_LEAST_SLOPE = 1e-3
# softplus(_SHIFT) = 1 - _LEAST_SLOPE: where the logits are zero, the slopes are one.
_SHIFT = math.log(math.expm1(1.0 - _LEAST_SLOPE))


class RationalQuadratic:
    """Densities that are continuous and smooth but for K + 1 knots, through which the CDF passes.

    The knots (x_k, u_k) lead from (0, 0) to (1, 1); the CDF has the slope d_k > 0 there, at both ends
    too, so that density may pile up on an edge. In the bin that is hit, of width w and height h,

        s = h/w,   t = (x - x_low)/w,   r = (x_high - x)/w = 1 - t
        A = s t^2 + d_low t r,   B = s r^2 + d_high t r
        cdf(x) = u_low + h A / (A + B)
        pdf(x) = s^2 (d_high t^2 + 2 s t r + d_low r^2) / (A + B)^2

    and its inverse, with a = (u - u_low)/h, b = (u_high - u)/h, g = d_low b - d_high a, is

        R = |g| + sqrt(g^2 + 4 s^2 a b)
        t : r = 2 s a : R  where g > 0,   t : r = R : 2 s b  elsewhere.

    These are sums of positive terms, so that nothing cancels. Zero logits give the identity.

    Args:
      logits: float [..., 3 K + 1]: K for the widths and K for the heights (softmax), K + 1 for the
        slopes (softplus).
      floor: smallest width and height of a bin in units of the mean one, in (0, 1).

    Reference:
      Durkan et al., Neural Spline Flows, arXiv:1906.04032, section 3.1; Gregory and Delbourgo,
      IMA J. Numer. Anal. 2 (1982) 123.
    """

    def __init__(self, logits: tf.Tensor, floor: float = 1e-3):
        bins = (logits.shape[-1] - 1) // 3
        self._x = cumulative(shares(logits[..., :bins], floor))
        self._u = cumulative(shares(logits[..., bins : 2 * bins], floor))
        self._slope_logits = logits[..., 2 * bins :]

    @staticmethod
    def n_params(bins: int) -> int:
        """Returns the number of logits of a density with so many bins."""
        return 3 * bins + 1

    def cdf(self, x: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns u = cdf(x) and log pdf(x), both [...]; exactly 0 at 0 and 1 at 1.

        Args:
          x: float [...], within [0, 1].
        """
        hit = Hit(x, self._x)
        (x_low, x_high), (u_low, u_high) = hit.ends(self._x), hit.ends(self._u)
        width, height = x_high - x_low, u_high - u_low
        t, r = (x - x_low) / width, (x_high - x) / width
        fraction, log_pdf = _fraction_and_log_pdf(t, r, height / width, *self._slopes(hit))
        return u_low + height * fraction, log_pdf

    def quantile(self, u: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns x with cdf(x) = u and log pdf(x), both [...]; exactly 0 at 0 and 1 at 1.

        Args:
          u: float [...], within [0, 1].
        """
        hit = Hit(u, self._u)
        (x_low, x_high), (u_low, u_high) = hit.ends(self._x), hit.ends(self._u)
        width, height = x_high - x_low, u_high - u_low
        d_low, d_high = self._slopes(hit)
        a, b, s = (u - u_low) / height, (u_high - u) / height, height / width
        g = d_low * b - d_high * a
        root = tf.abs(g) + tf.sqrt(tf.square(g) + 4.0 * tf.square(s) * a * b)
        t = tf.where(g > 0.0, 2.0 * s * a, root)
        r = tf.where(g > 0.0, root, 2.0 * s * b)
        t, r = t / (t + r), r / (t + r)
        return x_low + width * t, _fraction_and_log_pdf(t, r, s, d_low, d_high)[1]

    def _slopes(self, hit: Hit) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns the CDF's slopes at both ends of the bin that is hit: the only ones needed."""
        low, high = hit.ends(self._slope_logits)
        return _slope(low), _slope(high)


def _slope(logit: tf.Tensor) -> tf.Tensor:
    return _LEAST_SLOPE + tf.nn.softplus(logit + _SHIFT)


def _fraction_and_log_pdf(
    t: tf.Tensor, r: tf.Tensor, s: tf.Tensor, d_low: tf.Tensor, d_high: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor]:
    """Returns the part of the bin's height below the point, and the log density there."""
    tt, tr, rr = t * t, t * r, r * r
    below, above = s * tt + d_low * tr, s * rr + d_high * tr
    total = below + above
    numerator = d_high * tt + 2.0 * s * tr + d_low * rr
    return below / total, tf.math.log(numerator * tf.square(s / total))
