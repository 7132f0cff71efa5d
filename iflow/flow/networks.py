"""Conditioner networks: plain `tf.Variable`s in a `tf.Module`.

Keras 3 layers inside a `tf.Module` hide their variables from `trainable_variables`, so that training
would silently do nothing; these few lines do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import tensorflow as tf

_N_BLOBS = 16


def one_blob(x: tf.Tensor) -> tf.Tensor:
    """Returns x [..., n] as smooth bumps, [..., 16 n]: a network tells nearby coordinates apart sooner.

        blob_j(x) = exp(-(x - c_j)^2 / (2 s^2)),   c_j = (j + 1/2) / 16,   s = 1/16

    Reference:
      Mueller et al., Neural Importance Sampling, arXiv:1808.03856, section 4.3.
    """
    centres = (tf.range(_N_BLOBS, dtype=x.dtype) + 0.5) / _N_BLOBS
    blobs = tf.exp(-0.5 * tf.square((x[..., tf.newaxis] - centres) * _N_BLOBS))
    return tf.reshape(blobs, tf.concat([tf.shape(x)[:-1], [_N_BLOBS * x.shape[-1]]], 0))


def centred(x: tf.Tensor) -> tf.Tensor:
    """Returns x in [0, 1] as a number between -1 and 1."""
    return 2.0 * x - 1.0


_ENCODINGS = {"one-blob": one_blob, "none": centred}


class Perceptron(tf.Module):
    """Maps the coordinates that a coupling leaves alone to the parameters of the densities it draws.

    Leaky ReLU between dense layers; the last layer starts at zero, so that a coupling starts as the
    identity.

    Args:
      n_inputs: number of coordinates it sees.
      n_densities: number of coordinates to be drawn.
      n_params: parameters of each density.
      hidden: units of each hidden layer.
      encoding: what the first layer sees of each coordinate: "one-blob" or "none".
      seed: seed of the initial weights; the same seed gives the same network.
      dtype: floating type of the weights.
    """

    def __init__(
        self,
        n_inputs: int,
        n_densities: int,
        n_params: int,
        *,
        hidden: Sequence[int],
        encoding: str = "none",
        seed: int,
        dtype: tf.DType,
    ):
        super().__init__(name="perceptron")
        self._shape = [n_params, n_densities]
        self._encode = _ENCODINGS[encoding]
        width = self._encode(tf.zeros([1, n_inputs], dtype)).shape[-1]
        widths = [width, *hidden, n_densities * n_params]
        self._weights, self._biases = [], []
        for layer, (fan_in, fan_out) in enumerate(pairwise(widths)):
            limit = (6.0 / fan_in) ** 0.5 if layer < len(hidden) else 0.0
            start = tf.random.stateless_uniform([fan_in, fan_out], (seed, layer), -1.0, 1.0, dtype)
            self._weights.append(tf.Variable(limit * start, name=f"weights_{layer}"))
            self._biases.append(tf.Variable(tf.zeros([fan_out], dtype), name=f"bias_{layer}"))

    def __call__(self, x: tf.Tensor) -> tf.Tensor:
        """Returns [n_params, n_densities, n] for x [n, n_inputs] within the unit cube."""
        hidden = self._encode(x)
        # Computed in the type of x: the same weights serve float32 steps and float64 draws.
        layers = [
            (tf.cast(weights, x.dtype), tf.cast(bias, x.dtype))
            for weights, bias in zip(self._weights, self._biases, strict=True)
        ]
        for weights, bias in layers[:-1]:
            hidden = tf.nn.leaky_relu(tf.linalg.matmul(hidden, weights) + bias)
        weights, bias = layers[-1]
        out = tf.reshape(tf.linalg.matmul(hidden, weights) + bias, [-1, *self._shape])
        # In three dimensions: a plain transpose would be merged into the products of the gradient,
        # which takes those four times as long.
        return tf.transpose(out, [1, 2, 0])


class Constant(tf.Module):
    """The same parameters for every point: the conditioner where there is nothing to condition on.

    Args:
      n_densities: number of coordinates to be drawn.
      n_params: parameters of each density.
      dtype: floating type of the parameters.
    """

    def __init__(self, n_densities: int, n_params: int, *, dtype: tf.DType):
        super().__init__(name="constant")
        self._params = tf.Variable(tf.zeros([n_params, n_densities], dtype), name="params")

    def __call__(self, x: tf.Tensor) -> tf.Tensor:
        """Returns [n_params, n_densities, n] for x [n, 0]."""
        params = tf.cast(self._params, x.dtype)[..., tf.newaxis]
        return tf.repeat(params, tf.shape(x)[0], axis=-1)
