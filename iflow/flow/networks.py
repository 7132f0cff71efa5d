"""Conditioners: small networks from the coordinates a coupling leaves alone to the parameters of densities.

What a network computes is a function of its weights and its inputs; a `Conditioner` holds the weights.
So couplings of equal shape share one compiled function. Keras 3 layers inside a `tf.Module` would hide
their variables from `trainable_variables`, so that training would silently do nothing.

Points are columns, [n_inputs, n]: the parameters of a density, which `iflow.flow.bins` wants in
columns, then need no transposition.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Protocol

import tensorflow as tf

from iflow.flow.activations import ACTIVATIONS
from iflow.flow.encodings import ENCODINGS
from iflow.flow.gradients import Tensors, differentiable


class Network(Protocol):
    """What a conditioner computes: a function without state, equal and hashed by its shape."""

    def start(self, seed: int, dtype: tf.DType) -> tf.Tensor:
        """Returns the weights to start from, [n_weights]; the same seed gives the same ones."""

    def forward(self, weights: tf.Tensor, x: tf.Tensor) -> tuple[tf.Tensor, Any]:
        """Returns parameters [n_params, n_densities, n] for x [n_inputs, n], and what `backward` takes."""

    def backward(self, kept: Any, to_params: tf.Tensor) -> Tensors:
        """Returns the gradients for weights and x from that for the parameters."""


@dataclass(frozen=True)
class Perceptron:
    """Dense layers with an activation between them.

    The last layer starts at zero, so that a coupling starts as the identity.

    Args:
      n_inputs: number of coordinates it sees.
      n_densities: number of coordinates to be drawn.
      n_params: parameters of each density.
      hidden: units of each hidden layer.
      encoding: what the first layer sees of each coordinate: "one-blob" or "none".
      activation: "leaky-relu", "relu", "elu" or "tanh".
    """

    n_inputs: int
    n_densities: int
    n_params: int
    hidden: tuple[int, ...]
    encoding: str = "none"
    activation: str = "leaky-relu"

    @property
    def _shapes(self) -> list[list[int]]:
        """Of each hidden layer the matrix and the biases, and the last layer in one.

        The last biases are the weights of one more state, which is always 1: one product gives the
        gradient for both.
        """
        widths = [self.n_inputs * ENCODINGS[self.encoding].width, *self.hidden]
        hidden = [shape for before, after in pairwise(widths) for shape in ([after, before], [after, 1])]
        return [*hidden, [self.n_params * self.n_densities, widths[-1] + 1]]

    def start(self, seed: int, dtype: tf.DType) -> tf.Tensor:
        """Returns the weights to start from, [n_weights], layer by layer."""
        *hidden, last = self._shapes
        parts = []
        for layer, (shape, bias) in enumerate(zip(hidden[::2], hidden[1::2], strict=True)):
            limit = (6.0 / shape[1]) ** 0.5
            parts.append(limit * tf.random.stateless_uniform(shape, (seed, layer), -1.0, 1.0, dtype))
            parts.append(tf.zeros(bias, dtype))
        return _in_a_row([*parts, tf.zeros(last, dtype)])

    def forward(self, weights: tf.Tensor, x: tf.Tensor) -> tuple[tf.Tensor, Any]:
        """Returns [n_params, n_densities, n] for weights [n_weights] and x [n_inputs, n] in [0, 1]."""
        parts = tf.split(weights, [math.prod(shape) for shape in self._shapes])
        *layers, last = (tf.reshape(part, shape) for part, shape in zip(parts, self._shapes, strict=True))
        x = tf.cast(x, weights.dtype)
        states = [ENCODINGS[self.encoding].encode(x)]
        for matrix, bias in zip(layers[::2], layers[1::2], strict=True):
            states.append(ACTIVATIONS[self.activation].function(tf.linalg.matmul(matrix, states[-1]) + bias))
        final = tf.pad(states[-1], [[0, 1], [0, 0]], constant_values=1.0)
        outputs = tf.linalg.matmul(last, final)
        kept = (x, [*states[:-1], final], [*layers[::2], last])
        return tf.reshape(outputs, [self.n_params, self.n_densities, -1]), kept

    def backward(self, kept: Any, to_params: tf.Tensor) -> Tensors:
        """Returns the gradients for weights and x from that for the parameters."""
        x, (*states, final), (*matrices, last) = kept
        to_outputs = tf.reshape(to_params, [last.shape[0], -1])
        to_weights = [tf.linalg.matmul(to_outputs, final, transpose_b=True)]
        to_state = _pulled(last[:, :-1], to_outputs)
        for matrix, after, before in zip(
            matrices[::-1], [*states[1:], final[:-1]][::-1], states[::-1], strict=True
        ):
            to_product = ACTIVATIONS[self.activation].pull(after, to_state)
            to_weights.append(tf.reduce_sum(to_product, axis=1))
            to_weights.append(tf.linalg.matmul(to_product, before, transpose_b=True))
            to_state = _pulled(matrix, to_product)
        to_x = ENCODINGS[self.encoding].pull(x, states[0], to_state)
        return _in_a_row(to_weights[::-1]), to_x


def _pulled(matrix: tf.Tensor, to_product: tf.Tensor) -> tf.Tensor:
    """Returns the gradient for the columns that a matrix was multiplied with.

    The matrix is transposed in three dimensions: a plain transposition would be merged into the product,
    which then takes 1.6 times as long.
    """
    transposed = tf.transpose(matrix[:, tf.newaxis], [2, 1, 0])[:, 0]
    return tf.linalg.matmul(transposed, to_product)


def _in_a_row(parts: Sequence[tf.Tensor]) -> tf.Tensor:
    return tf.concat([tf.reshape(part, [-1]) for part in parts], axis=0)


@dataclass(frozen=True)
class Constant:
    """The same parameters for every point: where there is nothing to condition on.

    Args:
      n_densities: number of coordinates to be drawn.
      n_params: parameters of each density.
    """

    n_densities: int
    n_params: int

    def start(self, seed: int, dtype: tf.DType) -> tf.Tensor:
        """Returns zeros, [n_params n_densities]."""
        return tf.zeros([self.n_params * self.n_densities], dtype)

    def forward(self, weights: tf.Tensor, x: tf.Tensor) -> tuple[tf.Tensor, Any]:
        """Returns [n_params, n_densities, n] for the parameters in one row and x [0, n]."""
        params = tf.reshape(weights, [self.n_params, self.n_densities, 1])
        return tf.repeat(params, tf.shape(x)[1], axis=-1), x

    def backward(self, kept: Any, to_params: tf.Tensor) -> Tensors:
        """Returns the gradients for weights and x."""
        return tf.reshape(tf.reduce_sum(to_params, axis=-1), [-1]), tf.zeros_like(kept)


class Conditioner(tf.Module):
    """A network with weights, all in one row, so that the optimiser takes one step and not one per layer.

    Args:
      network: what it computes.
      seed: seed of the initial weights.
      dtype: floating type of the weights, and of what it computes.
    """

    def __init__(self, network: Network, *, seed: int, dtype: tf.DType):
        super().__init__(name="conditioner")
        self.network = network
        self.weights = tf.Variable(network.start(seed, dtype), name="weights")

    def __call__(self, x: tf.Tensor) -> tf.Tensor:
        """Returns [n_params, n_densities, n] for x [n_inputs, n] within the unit cube."""

        def forward(weights: tf.Tensor, x: tf.Tensor) -> tuple[Tensors, Any]:
            params, kept = self.network.forward(weights, x)
            return (params,), kept

        weights = tf.convert_to_tensor(self.weights)
        (params,) = differentiable(forward, self.network.backward)(weights, x)
        return params
