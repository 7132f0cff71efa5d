"""Bins of a unit interval: their knots, which of them a value hits, and what stands at that one."""

from __future__ import annotations

import tensorflow as tf


def cumulative(parts: tf.Tensor) -> tf.Tensor:
    """Returns the knots between K parts of 1, 0 and 1 included: [..., K] -> [..., K + 1].

    The last knot is 1 whatever the parts' sum rounds to.
    """
    bins = parts.shape[-1]
    # A matmul with a triangle of ones beats tf.cumsum on CPU, with and without XLA.
    triangle = tf.linalg.band_part(tf.ones([bins, bins], parts.dtype), 0, -1)
    inner = tf.linalg.matmul(parts, triangle[:, :-1])
    end = tf.ones_like(parts[..., :1])
    return tf.concat([tf.zeros_like(end), inner, end], axis=-1)


def shares(logits: tf.Tensor, floor: float) -> tf.Tensor:
    """Returns K parts of 1, [..., K]: a softmax of which none is below `floor` times the mean."""
    return (1.0 - floor) * tf.nn.softmax(logits) + floor / logits.shape[-1]


class Hit:
    """The bin that a value hits.

    Args:
      value: [...], within [0, 1].
      knots: [..., K + 1], increasing from 0 to 1; the value 1 belongs to the last bin.
    """

    def __init__(self, value: tf.Tensor, knots: tf.Tensor):
        passed = tf.cast(value[..., tf.newaxis] >= knots[..., 1:-1], value.dtype)
        first = tf.ones_like(passed[..., :1])
        below = tf.concat([first, passed], axis=-1)
        self._one_hot = below - tf.concat([passed, tf.zeros_like(first)], axis=-1)

    def ends(self, at_knots: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns what stands at the lower and at the upper knot of the bin, of [..., K + 1], both [...]."""
        low = tf.reduce_sum(self._one_hot * at_knots[..., :-1], axis=-1)
        high = tf.reduce_sum(self._one_hot * at_knots[..., 1:], axis=-1)
        return low, high
