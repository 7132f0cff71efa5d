"""Densities that are constant in each bin, so that their CDF is piecewise linear."""

from __future__ import annotations

from typing import NamedTuple

import tensorflow as tf

from iflow.flow.bins import Bins, Interval, exponentials, pull_bins
from iflow.flow.piecewise import Hit, Piecewise

# In bins: how far from a histogram's jump the gradient by x knows of it.
_REACH = 0.25


class _Kept(NamedTuple):
    parts: tf.Tensor
    index: tf.Tensor
    u_bin: Interval
    t: tf.Tensor
    u: tf.Tensor


class Histogram(Piecewise):
    """Densities that are constant on K equal bins of x, so that their CDF is piecewise linear.

        pdf(x) = K p_b
        cdf(x) = p_1 + ... + p_{b-1} + (K x - b + 1) p_b,        x in bin b = 1 .. K

    The probabilities are p = (1 - floor) softmax(logits) + floor / K: no bin is ever empty, so a
    weight f/q stays bounded however wrong the logits are. Equal logits give the identity.

    With x, log pdf changes in jumps alone, which autodiff does not see. In a stack of couplings x depends
    on the weights of others, and without the jumps the gradient of log q by these is biased. So the
    gradient of `cdf`, and nothing else, takes each jump for a slope over half a bin around it: right on
    average over points whose density changes little there.

    Args:
      logits: float [K, n], one density per column.

    Attributes:
      floor: smallest value of the density, in (0, 1).

    Reference:
      Mueller et al., Neural Importance Sampling, arXiv:1808.03856, section 4.2.
    """

    @staticmethod
    def n_params(bins: int) -> int:
        """Returns the number of logits of a density with so many bins."""
        return bins

    @classmethod
    def _at_x(cls, logits: tf.Tensor, x: tf.Tensor) -> Hit:
        n_bins = logits.shape[0]
        parts, position = exponentials(logits), x * n_bins
        # At x = 1 too there must be a bin.
        floor = tf.clip_by_value(tf.floor(position), 0.0, n_bins - 1.0)
        index, t = tf.cast(floor, tf.float32), position - floor
        bins = Bins(parts, x.dtype, cls.floor)
        u_bin = bins[index]
        hit = cls._hit(x, _Kept(parts, index, u_bin, t, u_bin.between(t, 1.0 - t)))
        return hit._replace(slope=_smoothed_slope(bins, n_bins, position))

    @classmethod
    def _at_u(cls, logits: tf.Tensor, u: tf.Tensor) -> Hit:
        parts = exponentials(logits)
        bins = Bins(parts, u.dtype, cls.floor)
        index = bins.find(u)
        u_bin = bins[index]
        t, _ = u_bin.divide(u)
        return cls._hit((tf.cast(index, u.dtype) + t) / logits.shape[0], _Kept(parts, index, u_bin, t, u))

    @staticmethod
    def _hit(x: tf.Tensor, kept: _Kept) -> Hit:
        log_pdf = tf.math.log(kept.u_bin.size * kept.parts.shape[0])
        return Hit(x, kept.u, log_pdf, tf.zeros_like(x), kept)

    @classmethod
    def _pull(cls, kept: _Kept, slope: tf.Tensor, to_u: tf.Tensor, to_log_pdf: tf.Tensor) -> tf.Tensor:
        parts, index, u_bin, t, u = kept
        to_size = to_log_pdf / (u_bin.high - u_bin.low)
        to_low, to_high = to_u * (1.0 - t) / u_bin.total, to_u * t / u_bin.total
        to_total = -(to_u * u + to_log_pdf) / u_bin.total
        ends = (tf.cast(end, parts.dtype) for end in (to_low - to_size, to_high + to_size, to_total))
        return parts * pull_bins(parts.shape[0], cls.floor, index, *ends)


def _smoothed_slope(bins: Bins, n_bins: int, position: tf.Tensor) -> tf.Tensor:
    """Returns log pdf's difference quotient, [n], over steps of _REACH bins to both sides of x.

    A smaller reach is less biased and scatters more.
    """
    before, after = (
        bins[tf.cast(tf.clip_by_value(tf.floor(position + step), 0.0, n_bins - 1.0), tf.float32)].size
        for step in (-_REACH, _REACH)
    )
    return tf.math.log(after / before) * (n_bins / (2.0 * _REACH))
