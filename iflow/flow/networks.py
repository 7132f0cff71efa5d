"""Conditioner networks: plain `tf.Variable`s in a `tf.Module`.

Keras 3 layers inside a `tf.Module` hide their variables from `trainable_variables`, so that training
would silently do nothing; these few lines do not.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
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
    identity. All weights stand in one row, so that the optimiser takes one step and not one per layer.

    Args:
      n_inputs: number of coordinates it sees.
      n_densities: number of coordinates to be drawn.
      n_params: parameters of each density.
      hidden: units of each hidden layer.
      encoding: what the first layer sees of each coordinate: "one-blob" or "none".
      seed: seed of the initial weights; the same seed gives the same network.
      dtype: floating type of the weights, and of what it computes.
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
        self._encode = _ENCODINGS[encoding]
        width = self._encode(tf.zeros([1, n_inputs], dtype)).shape[-1]
        fans = list(pairwise([width, *hidden]))
        start, self._shapes = [], []
        for layer, fan in enumerate(fans):
            limit = (6.0 / fan[0]) ** 0.5
            start += [limit * tf.random.stateless_uniform(fan, (seed, layer), -1.0, 1.0, dtype)]
            start += [tf.zeros(fan[1:], dtype)]
        # The last layer's weights are transposed: its outputs come in columns.
        # Its biases are the weights of one more state, which is always 1.
        start += [tf.zeros([n_params * n_densities, fans[-1][1] + 1], dtype)]
        self._shapes = [part.shape.as_list() for part in start]
        self._out = [n_params, n_densities, -1]
        self._weights = tf.Variable(tf.concat([tf.reshape(part, [-1]) for part in start], 0), name="weights")

    def __call__(self, x: tf.Tensor) -> tf.Tensor:
        """Returns [n_params, n_densities, n] for x [n, n_inputs] within the unit cube."""
        inputs = self._encode(tf.cast(x, self._weights.dtype))
        return tf.reshape(_columns(inputs, self._weights, self._shapes), self._out)


def _columns(inputs: tf.Tensor, weights: tf.Variable, shapes: list[list[int]]) -> tf.Tensor:
    """Returns the network's outputs, [n_outputs, n], for inputs [n, n_inputs].

    Points are rows up to the last layer and columns from there on, with no transposition of all outputs.
    Its gradient is written out because autodiff would want one.
    """

    @tf.custom_gradient
    def run(inputs: tf.Tensor, flat: tf.Tensor) -> tuple[tf.Tensor, Callable[..., tuple[tf.Tensor, ...]]]:
        sizes = [math.prod(shape) for shape in shapes]
        parts = [tf.reshape(part, shape) for part, shape in zip(tf.split(flat, sizes), shapes, strict=True)]
        *parts, last = parts
        layers = list(zip(parts[::2], parts[1::2], strict=True))
        states = [inputs]
        for matrix, bias in layers:
            product = tf.nn.bias_add(tf.linalg.matmul(states[-1], matrix), bias)
            states.append(tf.nn.leaky_relu(product))
        final = tf.pad(states[-1], [[0, 0], [0, 1]], constant_values=1.0)
        outputs = tf.linalg.matmul(last, final, transpose_b=True)

        def gradient(to_outputs: tf.Tensor) -> tuple[tf.Tensor, ...]:
            to_parts = [tf.linalg.matmul(to_outputs, final)]
            to_state = _rows(tf.linalg.matmul(last[:, :-1], to_outputs, transpose_a=True))
            for (matrix, _), after, before in zip(layers[::-1], states[:0:-1], states[-2::-1], strict=True):
                # The sign of what comes out is the sign of what went in.
                to_product = tf.raw_ops.LeakyReluGrad(gradients=to_state, features=after)
                to_parts += [
                    tf.reduce_sum(to_product, axis=0),
                    tf.linalg.matmul(before, to_product, transpose_a=True),
                ]
                to_state = tf.linalg.matmul(to_product, matrix, transpose_b=True)
            return to_state, tf.concat([tf.reshape(part, [-1]) for part in to_parts[::-1]], axis=0)

        return outputs, gradient

    return run(inputs, tf.convert_to_tensor(weights))


def _rows(columns: tf.Tensor) -> tf.Tensor:
    """Returns the transpose of a matrix.

    In three dimensions: a plain transpose would be merged into the products, which takes those four
    times as long.
    """
    return tf.transpose(columns[:, tf.newaxis], [2, 1, 0])[:, 0]


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
        return tf.repeat(self._params[..., tf.newaxis], tf.shape(x)[0], axis=-1)
