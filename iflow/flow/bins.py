"""Bins of the unit interval: the one that a value hits, and what stands at its two knots.

Bins lie along the leading axis, so that sums over them add whole rows, and of the bins that are not hit
only the sizes are computed. What autodiff makes of picking a row takes a pass over all bins for each
thing picked; `pull_bins` and `pull_neighbours` are those gradients written out.

A bin's index is a whole number in float32: as an int32 it would stand on the host between two graphs of
a GPU.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import tensorflow as tf


class Interval(NamedTuple):
    """A bin, from `low` to `high` on an axis that ends at `total`; each [n]."""

    low: tf.Tensor
    high: tf.Tensor
    total: tf.Tensor

    @property
    def size(self) -> tf.Tensor:
        """The part of the axis that it takes, [n]."""
        return (self.high - self.low) / self.total

    def divide(self, value: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns which parts of the bin lie below and above a value of [0, 1] within it, each [n]."""
        value, size = value * self.total, self.high - self.low
        return (value - self.low) / size, (self.high - value) / size

    def between(self, below: tf.Tensor, above: tf.Tensor) -> tf.Tensor:
        """Returns the value in [0, 1] that divides the bin as below : above, [n]; exact at 0 and 1."""
        value = (self.low * above + self.high * below) / ((below + above) * self.total)
        return tf.minimum(value, 1.0)


class Bins:
    """K bins side by side for each of n values, of sizes proportional to positive parts.

        knot_k = (1 - floor) (part_1 + ... + part_k) + floor (k / K) total,   k = 0 .. K

    Knots are not divided by the total: densities need only a few quotients of them, and 0 / total and
    total / total are exact. They have the type of the parts; what is done with those that are picked
    is done in the type of the values, so that their rounding moves a knot and no more.

    Args:
      parts: float [K, n], >= 0, in no column all zero.
      dtype: floating type of the values.
      floor: smallest size of a bin in units of the mean one, in [0, 1).
    """

    def __init__(self, parts: tf.Tensor, dtype: tf.DType, floor: float = 0.0):
        self._floor, self._n_bins, self._dtype = floor, parts.shape[0], dtype
        k = np.arange(self._n_bins + 1)[:, np.newaxis]
        sums = (1.0 - floor) * (np.arange(self._n_bins) < k) + floor * k / self._n_bins
        # A matmul with a triangle beats tf.cumsum on CPU, with and without XLA.
        self._knots = tf.linalg.matmul(tf.constant(sums, parts.dtype), parts)
        self._total = tf.cast(self._knots[-1], dtype)

    def find(self, value: tf.Tensor) -> tf.Tensor:
        """Returns the index, [n], of the bins hit by values [n] of [0, 1]; 1 hits the last."""
        passed = value * self._total >= tf.cast(self._knots[1:-1], self._dtype)
        return tf.reduce_sum(tf.cast(passed, tf.float32), axis=0)

    def __getitem__(self, index: tf.Tensor) -> Interval:
        """Returns the bins of these indices, [n]."""
        low, high = neighbours(self._knots, index)
        return Interval(tf.cast(low, self._dtype), tf.cast(high, self._dtype), self._total)


def pull_bins(
    n_bins: int, floor: float, index: tf.Tensor, to_low: tf.Tensor, to_high: tf.Tensor, to_total: tf.Tensor
) -> tf.Tensor:
    """Returns the gradient for the parts, [K, n], from those for the interval of these bins.

    Args:
      n_bins: number of bins, K.
      floor: of the `Bins`.
      index: [n], of the bins that were asked for.
      to_low: gradient for their lower ends, [n]; so for the rest.
      to_high: for their upper ends.
      to_total: for the end of the axis.
    """
    share, b = floor / n_bins, tf.cast(index, to_low.dtype)
    above = share * (b * to_low + (b + 1.0) * to_high) + to_total
    hit = above + (1.0 - floor) * to_high
    below = hit + (1.0 - floor) * to_low
    number = _numbers(n_bins)
    return tf.where(number < index, below, tf.where(number > index, above, hit))


def pull_ends(
    n_bins: int, floor: float, index: tf.Tensor, hit: Interval, to_low: tf.Tensor, to_high: tf.Tensor
) -> tf.Tensor:
    """Returns the gradient for the parts, [K, n], from those for both ends of a bin as parts of the axis.

    Args:
      n_bins: number of bins, K.
      floor: of the `Bins`.
      index: of the bins, [n].
      hit: those bins.
      to_low: gradient for low / total, [n].
      to_high: for high / total, [n].
    """
    to_low, to_high = to_low / hit.total, to_high / hit.total
    to_total = -(to_low * hit.low + to_high * hit.high) / hit.total
    return pull_bins(n_bins, floor, index, to_low, to_high, to_total)


def neighbours(rows: tf.Tensor, index: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Returns what stands at the lower and at the upper knot of bins.

    Args:
      rows: float [K + 1, n], one for each knot.
      index: [n], of the bins.

    Returns:
      The entries of rows `index` and `index + 1`, each [n].
    """
    n = tf.size(index)
    low = tf.cast(index, tf.int32) * n + tf.range(n)
    return tuple(tf.unstack(tf.gather(tf.reshape(rows, [-1]), tf.stack([low, low + n]))))


def pull_neighbours(n_rows: int, index: tf.Tensor, to_low: tf.Tensor, to_high: tf.Tensor) -> tf.Tensor:
    """Returns the gradient for the rows, [n_rows, n], from those for what `neighbours` returned."""
    number = _numbers(n_rows)
    upper = tf.where(tf.equal(number, index + 1.0), to_high, tf.zeros_like(to_high))
    return tf.where(tf.equal(number, index), to_low, upper)


def exponentials(logits: tf.Tensor) -> tf.Tensor:
    """Returns exp(logits), [K, n], divided by the largest of each column: all within [0, 1]."""
    return tf.exp(logits - tf.reduce_max(logits, axis=0))


def _numbers(n: int) -> tf.Tensor:
    return tf.constant(np.arange(n)[:, np.newaxis], tf.float32)
