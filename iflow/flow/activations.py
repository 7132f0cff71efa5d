"""What stands between the layers of a network, with its slope."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import tensorflow as tf


class Activation(NamedTuple):
    """A function of one number whose slope can be told from what it returns.

    Attributes:
      function: the function.
      pull: from what it returned and a gradient for that to the gradient for its argument.
    """

    function: Callable[[tf.Tensor], tf.Tensor]
    pull: Callable[[tf.Tensor, tf.Tensor], tf.Tensor]


_LEAK = 0.2

ACTIVATIONS = {
    "leaky-relu": Activation(
        lambda x: tf.maximum(x, _LEAK * x), lambda y, to_y: tf.where(y > 0.0, to_y, _LEAK * to_y)
    ),
    "relu": Activation(tf.nn.relu, lambda y, to_y: tf.where(y > 0.0, to_y, tf.zeros_like(to_y))),
    "elu": Activation(tf.nn.elu, lambda y, to_y: tf.where(y > 0.0, to_y, (y + 1.0) * to_y)),
    "tanh": Activation(tf.tanh, lambda y, to_y: (1.0 - y * y) * to_y),
}
