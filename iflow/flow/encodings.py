"""What the first layer of a network sees of a coordinate, with gradients written by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import tensorflow as tf

_N_BLOBS = 16


class Encoding(NamedTuple):
    """A function of coordinates [k, n], within [0, 1], that makes `width` rows of each.

    Attributes:
      width: rows [width k, n] that it makes.
      encode: from x to those rows.
      pull: from x, the rows and a gradient for them to the gradient for x, [k, n].
    """

    width: int
    encode: Callable[[tf.Tensor], tf.Tensor]
    pull: Callable[[tf.Tensor, tf.Tensor, tf.Tensor], tf.Tensor]


def one_blob(x: tf.Tensor) -> tf.Tensor:
    """Returns x [k, n] as smooth bumps, [16 k, n]: a network tells nearby coordinates apart sooner.

        blob_j(x) = exp(-(x - c_j)^2 / (2 s^2)),   c_j = (j + 1/2) / 16,   s = 1/16

    Reference:
      Mueller et al., Neural Importance Sampling, arXiv:1808.03856, section 4.3.
    """
    return tf.reshape(tf.exp(-0.5 * tf.square(_distances(x))), [_N_BLOBS * x.shape[0], -1])


def centred(x: tf.Tensor) -> tf.Tensor:
    """Returns x in [0, 1] as a number between -1 and 1."""
    return 2.0 * x - 1.0


def _distances(x: tf.Tensor) -> tf.Tensor:
    """Returns (x - c_j) / s, [k, 16, n]."""
    centres = (tf.range(_N_BLOBS, dtype=x.dtype) + 0.5)[:, tf.newaxis] / _N_BLOBS
    return (x[:, tf.newaxis] - centres) * _N_BLOBS


def _pull_one_blob(x: tf.Tensor, blobs: tf.Tensor, to_blobs: tf.Tensor) -> tf.Tensor:
    distances = _distances(x)
    pulled = tf.reshape(blobs * to_blobs, tf.shape(distances)) * distances
    return -_N_BLOBS * tf.reduce_sum(pulled, axis=1)


ENCODINGS = {
    "one-blob": Encoding(_N_BLOBS, one_blob, _pull_one_blob),
    "none": Encoding(1, centred, lambda x, rows, to_rows: 2.0 * to_rows),
}
