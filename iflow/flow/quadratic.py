"""Densities that are straight lines in each bin, so that their CDF is a piecewise quadratic."""

from __future__ import annotations

import tensorflow as tf

from iflow.flow.bins import Hit, cumulative, shares


class Quadratic:
    """Continuous densities that are linear in each of K bins of learned width.

    With widths w_k and vertices v_k, k = 0 .. K, normalised by trapezoids; in the bin that is hit, of
    width w and mass h,

        t = (x - x_low)/w,   r = (x_high - x)/w = 1 - t
        cdf(x) = u_low + h t (v_low (1 + r) + v_high t) / (v_low + v_high)
        pdf(x) = 2 (h/w) (v_low r + v_high t) / (v_low + v_high)

    and its inverse, with a = (u - u_low)/h, b = (u_high - u)/h, is

        R = sqrt(v_low^2 b + v_high^2 a)         (the density at x, so there is no case for v_low = v_high)
        t = a (v_low + v_high) / (v_low + R)

    These are sums of positive terms, so that nothing cancels. Zero logits give the identity.

    Args:
      logits: float [..., 2 K + 1]: K for the widths, K + 1 for the vertices (softmax both).
      floor: smallest width of a bin and smallest vertex in units of the mean one, in (0, 1).

    Reference:
      Mueller et al., Neural Importance Sampling, arXiv:1808.03856, section 4.4.
    """

    def __init__(self, logits: tf.Tensor, floor: float = 1e-3):
        bins = (logits.shape[-1] - 1) // 2
        widths = shares(logits[..., :bins], floor)
        self._vertices = shares(logits[..., bins:], floor)
        masses = widths * (self._vertices[..., :-1] + self._vertices[..., 1:])
        self._x = cumulative(widths)
        self._u = cumulative(masses / tf.reduce_sum(masses, axis=-1, keepdims=True))

    @staticmethod
    def n_params(bins: int) -> int:
        """Returns the number of logits of a density with so many bins."""
        return 2 * bins + 1

    def cdf(self, x: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns u = cdf(x) and log pdf(x), both [...]; exactly 0 at 0 and 1 at 1.

        Args:
          x: float [...], within [0, 1].
        """
        hit = Hit(x, self._x)
        (x_low, x_high), (u_low, u_high) = hit.ends(self._x), hit.ends(self._u)
        width, height = x_high - x_low, u_high - u_low
        t, r = (x - x_low) / width, (x_high - x) / width
        v_low, v_high = hit.ends(self._vertices)
        both = v_low + v_high
        fraction = t * (v_low * (1.0 + r) + v_high * t) / both
        pdf = 2.0 * (v_low * r + v_high * t) * height / (both * width)
        return u_low + height * fraction, tf.math.log(pdf)

    def quantile(self, u: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns x with cdf(x) = u and log pdf(x), both [...]; exactly 0 at 0 and 1 at 1.

        Args:
          u: float [...], within [0, 1].
        """
        hit = Hit(u, self._u)
        (x_low, x_high), (u_low, u_high) = hit.ends(self._x), hit.ends(self._u)
        width, height = x_high - x_low, u_high - u_low
        a, b = (u - u_low) / height, (u_high - u) / height
        v_low, v_high = hit.ends(self._vertices)
        both = v_low + v_high
        root = tf.sqrt(tf.square(v_low) * b + tf.square(v_high) * a)
        t = a * both / (v_low + root)
        return x_low + width * t, tf.math.log(2.0 * root * height / (both * width))
